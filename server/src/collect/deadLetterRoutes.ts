import { Type } from 'typebox'
import type { Actor, Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { conflict } from '../platform/errors.ts'
import type { Log } from '../platform/log/log.ts'
import { may } from '../workspace/index.ts'
import {
  countDeadLetters,
  type DeadLetter,
  idOfLetter,
  listDeadLetters,
  placeOfLetter,
  type Replaying,
  replayDeadLetter,
} from './deadLetters.ts'
import { limits } from './limits.ts'
import { maskRaw } from './masking.ts'
import { DeadLettersQuerySchema, DeadLettersSchema, ReplayedSchema } from './schema.ts'

/** Dead letters replayed by one request; what is left is told, and asked for again. */
const REPLAYS_MAX = 500

const REFUSED = {
  already_replayed: 'This dead letter was replayed already. If it failed again, a new one says so.',
  erased: 'The bytes of this event were erased: nothing is left to replay.',
}

const write = { permission: 'events:write' }
const tags = ['events']

/** What was accepted and could not be applied: to be looked at, and replayed after a fix. */
export function deadLetterRoutes(app: Api, deps: Deps, log: Pick<Log, 'append' | 'read'>): void {
  const replaying = (actor: Actor): Replaying => {
    const { postgres, clock } = deps
    return { postgres, log, actor, workspace: actor.workspace, now: clock.now() }
  }
  listRoute(app, deps)
  app.post(
    '/api/v1/events/dead-letters/:id/replay',
    {
      config: write,
      schema: {
        tags,
        summary: 'Take one event in again that could not be applied; it is applied once',
        params: Type.Object({ id: Type.String({ maxLength: 40, description: 'live-0-4711' }) }),
        response: { 202: ReplayedSchema },
      },
    },
    async ({ actor, params }, reply) => {
      const became = await replayDeadLetter(replaying(actor), placeOfLetter(params.id))
      if (became !== 'replayed') throw conflict(became, REFUSED[became])
      reply.code(202)
      const question = { workspace: actor.workspace, reason: null }
      return { count: 1, left: await countDeadLetters(deps.postgres, question) }
    },
  )
  app.post(
    '/api/v1/events/dead-letters/replay',
    {
      config: write,
      schema: {
        tags,
        summary: `Take all events in again that could not be applied, ${REPLAYS_MAX} a request`,
        body: Type.Object(
          { reason: Type.Optional(Type.String({ minLength: 1, maxLength: 300 })) },
          { additionalProperties: false },
        ),
        response: { 202: ReplayedSchema },
      },
    },
    async ({ actor, body }, reply) => {
      const question = { workspace: actor.workspace, reason: body.reason ?? null }
      const asked = { ...question, replayed: false, limit: REPLAYS_MAX }
      const letters = await listDeadLetters(deps.postgres, asked)
      // Oldest first: the order in which they came.
      let count = 0
      for (const letter of letters.reverse()) {
        if ((await replayDeadLetter(replaying(actor), letter)) === 'replayed') count += 1
      }
      reply.code(202)
      return { count, left: await countDeadLetters(deps.postgres, question) }
    },
  )
}

function listRoute(app: Api, deps: Deps): void {
  app.get(
    '/api/v1/events/dead-letters',
    {
      config: { permission: 'events:read' },
      schema: {
        tags,
        summary: 'Events that were accepted and could not be applied, newest first',
        querystring: DeadLettersQuerySchema,
        response: { 200: DeadLettersSchema },
      },
    },
    async ({ actor, query }) => {
      const { reason = null, replayed = false, limit = 50 } = query
      const question = { workspace: actor.workspace, reason, replayed, limit }
      const letters = await listDeadLetters(deps.postgres, question)
      const shown = may(actor, 'profiles:reveal') ? (raw: string) => raw : maskRaw
      return { data: letters.map((letter) => viewOf(letter, shown)), next: null }
    },
  )
}

function viewOf(letter: DeadLetter, shown: (raw: string) => string) {
  return {
    id: idOfLetter(letter),
    at: letter.at.toISOString(),
    source: letter.source,
    reason: letter.reason,
    raw: shown(letter.raw.subarray(0, limits.eventBytes).toString('utf8')),
    replayedAt: letter.replayed_at?.toISOString() ?? null,
  }
}
