import { Type } from 'typebox'
import type { Actor, Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { badRequest, notFound } from '../platform/errors.ts'
import { audit, may } from '../workspace/index.ts'
import type { Dossier, Dossiers } from './document.ts'
import { historyFor } from './history.ts'
import { segmentNames } from './names.ts'
import { maskProfile, readProfile } from './profile.ts'
import {
  ByProfile,
  orNull,
  Paging,
  ProfileView,
  Stays,
  TimelineEntry,
  TimelinePage,
  TraitVersion,
} from './schema.ts'
import { readStays } from './stays.ts'
import { readTimeline } from './timeline.ts'
import { readTraitHistory } from './traitHistory.ts'

const tags = ['profiles']
const read = { permission: 'profiles:read' }

export const seesPersonalData = (actor: Actor): boolean => may(actor, 'profiles:reveal')

/** The dossier behind the id or identifier of a request. @throws Problem 404. */
export async function dossierOr404(
  deps: Deps,
  dossiers: Dossiers,
  question: { workspace: number; text: string },
): Promise<Dossier> {
  const dossier = await dossiers.find(deps.postgres, { ...question, now: deps.clock.now() })
  if (dossier) return dossier
  throw noSuchProfile()
}

const noSuchProfile = () =>
  notFound('There is no profile with this id or identifier. Search the list of people.')

/** One profile: the profile API, its timeline, its past values and segments. */
export function profileRoutes(app: Api, deps: Deps, dossiers: Dossiers): void {
  app.get(
    '/api/v1/profiles/:id',
    {
      config: read,
      schema: {
        tags,
        summary: 'One profile by id or by namespace:value',
        params: ByProfile,
        response: { 200: ProfileView },
      },
    },
    async ({ actor, params }) => {
      const question = { workspace: actor.workspace, text: params.id }
      const profile = await readProfile(deps, dossiers, question)
      if (!profile) throw noSuchProfile()
      return seesPersonalData(actor) ? profile : maskProfile(profile)
    },
  )
  app.post(
    '/api/v1/profiles/:id/reveal',
    {
      config: { permission: 'profiles:reveal' },
      schema: {
        tags,
        summary: 'Show one masked value; who asked is written into the audit log',
        params: ByProfile,
        body: Type.Object(
          {
            field: Type.String({
              minLength: 1,
              maxLength: 200,
              description: 'A trait, or the namespace of an identifier',
            }),
          },
          { additionalProperties: false },
        ),
        response: { 200: Type.Object({ value: Type.Unknown() }) },
      },
    },
    ({ actor, params, body }) =>
      reveal(deps, dossiers, { actor, text: params.id, field: body.field }),
  )
  historyRoutes(app, deps, dossiers)
}

async function reveal(
  deps: Deps,
  dossiers: Dossiers,
  asked: { actor: Actor; text: string; field: string },
): Promise<{ value: unknown }> {
  const { actor, text, field } = asked
  const { workspace } = actor
  const profile = await readProfile(deps, dossiers, { workspace, text })
  if (!profile) throw notFound('There is no profile with this id or identifier.')
  const identifier = profile.identifiers.find(({ namespace }) => namespace === field)
  const value = Object.hasOwn(profile.traits, field)
    ? profile.traits[field]?.value
    : identifier?.value
  if (value === undefined) {
    throw badRequest('unknown_field', 'This profile has no such trait or identifier.')
  }
  const subject = `profile:${profile.id}`
  const entry = { workspace, actor, action: 'profile.revealed', subject, detail: { field } }
  await audit(deps.postgres, entry)
  return { value }
}

const TimelineQuery = Type.Object({
  ...Paging,
  type: Type.Optional(TimelineEntry.properties.kind),
})

function historyRoutes(app: Api, deps: Deps, dossiers: Dossiers): void {
  const sql = deps.postgres
  const dossierOf = (actor: Actor, text: string) =>
    dossierOr404(deps, dossiers, { workspace: actor.workspace, text })
  app.get(
    '/api/v1/profiles/:id/timeline',
    {
      config: read,
      schema: {
        tags,
        summary: 'What happened to a profile, newest first, by session',
        params: ByProfile,
        querystring: TimelineQuery,
        response: { 200: TimelinePage },
      },
    },
    async ({ actor, params, query }, reply) => {
      const ask = historyFor(deps, reply)
      return readTimeline({ sql, ask }, await dossierOf(actor, params.id), {
        workspace: actor.workspace,
        type: query.type ?? null,
        cursor: query.cursor ?? null,
        limit: query.limit ?? 50,
        reveals: seesPersonalData(actor),
      })
    },
  )
  app.get(
    '/api/v1/profiles/:id/traits/:key/history',
    {
      config: read,
      schema: {
        tags,
        summary: 'The values a trait has had, newest first',
        params: Type.Object({
          ...ByProfile.properties,
          key: Type.String({ minLength: 1, maxLength: 512 }),
        }),
        response: {
          200: Type.Object({ data: Type.Array(TraitVersion), next: orNull(Type.String()) }),
        },
      },
    },
    async ({ actor, params }, reply) => {
      const ask = historyFor(deps, reply)
      const data = await readTraitHistory({ sql, ask }, await dossierOf(actor, params.id), {
        workspace: actor.workspace,
        trait: params.key,
        reveals: seesPersonalData(actor),
      })
      return { data, next: null }
    },
  )
  app.get(
    '/api/v1/profiles/:id/segments',
    {
      config: read,
      schema: {
        tags,
        summary: 'The segments of a profile, now and before',
        params: ByProfile,
        response: { 200: Stays },
      },
    },
    async ({ actor, params }, reply) => {
      const ask = historyFor(deps, reply)
      return readStays({ sql, ask }, await dossierOf(actor, params.id), actor.workspace)
    },
  )
}

/** The number of a segment, or its id of the API, in a workspace. @throws Problem 404. */
export async function segmentNumberOr404(
  deps: Deps,
  workspace: number,
  id: string,
): Promise<number> {
  for (const [number, segment] of await segmentNames(deps.postgres, workspace)) {
    if (segment.id === id) return number
  }
  throw notFound('There is no segment with this id. See the list of segments.')
}
