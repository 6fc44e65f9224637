import { Type } from 'typebox'
import type { Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { badRequest, Problem } from '../platform/errors.ts'
import { type Log, LogOverloaded } from '../platform/log/log.ts'
import { audit, type ChangeSettings, maskIdentifier, may } from '../workspace/index.ts'
import { ALL_CHANNELS, type ConsentControl } from './consent.ts'
import { readLedger } from './ledger.ts'
import { readPurposes, writePurpose } from './purposes.ts'
import { ConsentEntry, ConsentInput, Purpose } from './schema.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** A consent's time may be ahead of ours by as much as two clocks differ. */
const CLOCK_DIFFERENCE_MAX_MS = 5 * 60_000

/** Consents and purposes. A consent enters by the log, like everything that changes state. */
export function privacyRoutes(
  app: Api,
  deps: Deps,
  { log, changeSettings }: { log: Pick<Log, 'append'>; changeSettings: ChangeSettings },
): void {
  readRoutes(app, deps)
  app.post(
    '/api/v1/consents',
    {
      config: { permission: 'consents:write' },
      schema: {
        summary: 'Record what a person said about a purpose',
        body: ConsentInput,
        response: { 202: Type.Object({ position: Type.Integer(), at: Type.String() }) },
      },
    },
    async (request, reply) => {
      const { actor, body } = request
      const now = deps.clock.now()
      const control: ConsentControl = {
        type: 'consent',
        identifier: body.identifier,
        purpose: body.purpose.toLowerCase(),
        channel: (body.channel ?? ALL_CHANNELS).toLowerCase(),
        granted: body.granted,
        at: body.at === undefined ? now : spokenAt(body.at, now),
        source: 'api',
        event: deps.newId(),
        proof: body.proof ?? null,
      }
      const appended = await append(log, { workspace: actor.workspace, control, now })
      await audit(deps.postgres, {
        workspace: actor.workspace,
        actor,
        action: 'consent.recorded',
        subject: `consent:${control.event}`,
        detail: { purpose: control.purpose, channel: control.channel, granted: control.granted },
      })
      reply.code(202)
      return { position: await appended.position(), at: new Date(control.at).toISOString() }
    },
  )
  app.put(
    '/api/v1/purposes',
    {
      config: { permission: 'consents:write' },
      schema: {
        summary:
          'Add purposes, or change their names and legal basis; segments that ask who is reachable ' +
          'follow that of marketing',
        body: Type.Array(Purpose, { minItems: 1, maxItems: 100 }),
        response: { 200: Type.Object({ data: Type.Array(Purpose), next: Type.Null() }) },
      },
    },
    async ({ actor, body }) => {
      const { workspace } = actor
      await changeSettings(workspace, async (sql) => {
        for (const { key, name, basis } of body) {
          const purpose = { key: key.toLowerCase(), name, basis }
          await writePurpose(sql, { workspace, ...purpose, at: deps.clock.now() })
          const subject = `purpose:${purpose.key}`
          const detail = { name, basis }
          await audit(sql, { workspace, actor, action: 'purpose.changed', subject, detail })
        }
      })
      return { data: await readPurposes(deps.postgres, workspace), next: null }
    },
  )
}

function readRoutes(app: Api, deps: Deps): void {
  app.get(
    '/api/v1/purposes',
    {
      config: { permission: 'consents:read' },
      schema: {
        summary: 'What data is used for, and on which legal basis',
        response: { 200: Type.Object({ data: Type.Array(Purpose), next: Type.Null() }) },
      },
    },
    async ({ actor }) => ({
      data: await readPurposes(deps.postgres, actor.workspace),
      next: null,
    }),
  )
  app.get(
    '/api/v1/consents',
    {
      config: { permission: 'consents:read' },
      schema: {
        summary: 'The consent ledger, newest first',
        querystring: Type.Object({
          profile: Type.Optional(
            Type.String({ maxLength: 500, description: 'A profile id, or namespace:value' }),
          ),
          cursor: Type.Optional(Type.String({ pattern: '^\\d{1,15}$' })),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
        }),
        response: {
          200: Type.Object({
            data: Type.Array(ConsentEntry),
            next: Type.Union([Type.String(), Type.Null()]),
          }),
        },
      },
    },
    async ({ actor, query }) => {
      const { profile = null, cursor, limit = 50 } = query
      const isProfile = profile !== null && UUID.test(profile)
      const rows = await readLedger(deps.postgres, {
        workspace: actor.workspace,
        profile: isProfile ? profile : null,
        identifier: isProfile ? null : profile,
        before: cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(cursor),
        limit: limit + 1,
      })
      const shown = rows.slice(0, limit)
      return {
        data: may(actor, 'profiles:reveal') ? shown : shown.map(masked),
        next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
      }
    },
  )
}

function masked(entry: ConsentEntry): ConsentEntry {
  const colon = entry.identifier.indexOf(':')
  const namespace = entry.identifier.slice(0, colon)
  const value = maskIdentifier(namespace, entry.identifier.slice(colon + 1))
  return { ...entry, identifier: `${namespace}:${value}`, proof: null }
}

function spokenAt(text: string, now: number): number {
  const at = Date.parse(text)
  if (Number.isNaN(at) || at > now + CLOCK_DIFFERENCE_MAX_MS) {
    throw badRequest(
      'invalid_time',
      '"at" is no moment of the past. Give it as 2026-11-22T14:05:00Z, or leave it out for now.',
    )
  }
  return at
}

async function append(
  log: Pick<Log, 'append'>,
  given: { workspace: number; control: ConsentControl; now: number },
) {
  const { workspace, control, now } = given
  try {
    return await log.append({
      lane: 'live',
      shardKey: `${workspace}:${control.identifier}`,
      entry: {
        header: { workspace, kind: 'control', source: 0, receivedAt: now, count: 1 },
        body: Buffer.from(JSON.stringify(control)),
      },
    })
  } catch (error) {
    if (!(error instanceof LogOverloaded)) throw error
    throw new Problem(429, { code: 'overloaded', detail: error.message, cause: error })
  }
}
