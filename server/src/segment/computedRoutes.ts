import { Type } from 'typebox'
import type { Actor, Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { maskTrait, may, readWorkspace } from '../workspace/index.ts'
import { calendarOf } from './calendar.ts'
import { knownComputed } from './computed/index.ts'
import { withRecomputed } from './computedDefinitions.ts'
import { wholeSpec } from './computedFormulas.ts'
import { readGrid } from './computedGrid.ts'
import { type PreviewedPerson, previewComputed } from './computedPreview.ts'
import {
  ComputedInput,
  ComputedPatch,
  ComputedPreviewInput,
  ComputedPreviewView,
  ComputedView,
  FormulaFunctionView,
  GridView,
} from './computedResponses.ts'
import {
  archiveComputed,
  type ComputedChange,
  changeComputed,
  createComputed,
  findComputed,
  listComputed,
} from './computedTraits.ts'
import { viewOf, viewsOf } from './computedViews.ts'
import { FORMS, FUNCTIONS } from './formula/index.ts'
import { shown } from './masking.ts'
import { instantOr400 } from './memberRoutes.ts'
import { readPeopleToday } from './members.ts'
import { namesOf } from './names.ts'
import { parseSpec } from './parse.ts'
import { IdParams } from './responses.ts'
import { whileWaitedFor } from './waiting.ts'
import { bothLanguages } from './writeRoutes.ts'

const tags = ['traits']

const formulaFunctions = [...FUNCTIONS, ...FORMS].map(({ name, signature, words, example }) => {
  return { name, signature, description: words, example }
})

/** Computed traits: list, create, change, archive, preview. */
export function computedRoutes(app: Api, deps: Deps): void {
  readRoutes(app, deps)
  writeRoutes(app, deps)
  previewRoute(app, deps)
  gridRoute(app, deps)
}

function readRoutes(app: Api, deps: Deps): void {
  const config = { permission: 'traits:read' }
  app.get(
    '/api/v1/computed-traits',
    {
      config,
      schema: {
        tags,
        summary: 'Computed traits with what they are made of and what uses them',
        response: { 200: Type.Object({ data: Type.Array(ComputedView), next: Type.Null() }) },
      },
    },
    async ({ actor }) => {
      const rows = await listComputed(deps.postgres, actor.workspace)
      return { data: await viewsOf(deps, actor.workspace, rows), next: null }
    },
  )
  app.get(
    '/api/v1/computed-traits/functions',
    {
      config,
      schema: {
        tags,
        summary: 'What a formula may call, operators left out',
        response: {
          200: Type.Object({ data: Type.Array(FormulaFunctionView), next: Type.Null() }),
        },
      },
    },
    async () => ({ data: formulaFunctions, next: null }),
  )
  app.get(
    '/api/v1/computed-traits/:id',
    {
      config,
      schema: {
        tags,
        summary: 'One computed trait',
        params: IdParams,
        response: { 200: ComputedView },
      },
    },
    async ({ actor, params }) =>
      viewOf(deps, actor.workspace, await findComputed(deps.postgres, actor.workspace, params.id)),
  )
}

function writeRoutes(app: Api, deps: Deps): void {
  const config = { permission: 'traits:write' }
  app.post(
    '/api/v1/computed-traits',
    {
      config,
      schema: {
        tags,
        summary: 'Make a computed trait; what it reads is filled from history in the background',
        body: ComputedInput,
        response: { 201: ComputedView },
      },
    },
    async ({ actor, body }, reply) => {
      const row = await createComputed(deps, actor, {
        key: body.key,
        name: bothLanguages(body.name),
        description: body.description ?? '',
        spec: parseSpec(body.definition),
      })
      reply.code(201)
      return viewOf(deps, actor.workspace, row)
    },
  )
  app.patch(
    '/api/v1/computed-traits/:id',
    {
      config,
      schema: {
        tags,
        summary: 'Change a computed trait; a new definition fills again the segments that name it',
        params: IdParams,
        body: ComputedPatch,
        response: { 200: ComputedView },
      },
    },
    async ({ actor, body, params }) => {
      const { name, description, definition, version } = body
      const change: ComputedChange = {
        ...(name === undefined ? {} : { name: bothLanguages(name) }),
        ...(description === undefined ? {} : { description }),
        ...(definition === undefined ? {} : { spec: parseSpec(definition) }),
        ...(version === undefined ? {} : { version }),
      }
      const row = await changeComputed(deps, actor, { publicId: params.id, change })
      return viewOf(deps, actor.workspace, row)
    },
  )
  app.delete(
    '/api/v1/computed-traits/:id',
    {
      config,
      schema: {
        tags,
        summary: 'Archive a computed trait that nothing uses; its key becomes free',
        params: IdParams,
        response: { 204: Type.Null() },
      },
    },
    async ({ actor, params }, reply) => {
      await archiveComputed(deps, actor, params.id)
      reply.code(204)
      return null
    },
  )
}

function previewRoute(app: Api, deps: Deps): void {
  app.post(
    '/api/v1/computed-traits/preview',
    {
      config: { permission: 'profiles:read' },
      schema: {
        tags,
        summary: 'What a definition would give for one person or a few, and from which events',
        body: ComputedPreviewInput,
        response: { 200: ComputedPreviewView },
      },
    },
    async (request) => {
      const { actor, body } = request
      const { workspace } = actor
      const spec = await wholeSpec(deps.postgres, workspace, {
        key: body.key ?? null,
        spec: parseSpec(body.definition),
      })
      const { timeZone } = await readWorkspace(deps, workspace)
      const now = deps.clock.now()
      const profiles = body.profile === undefined ? null : [body.profile]
      const found = await whileWaitedFor(request, (signal) => {
        const asked = { workspace, now, calendar: calendarOf(timeZone), signal, profiles }
        return previewComputed(deps.clickhouse, spec, asked)
      })
      const kind = knownComputed(spec)
      return {
        sentence: kind.describe(spec, await namesOf(deps, workspace)),
        type: kind.type(spec),
        have: found.have,
        people: await named(deps, actor, {
          people: found.people.map((one) => masked(actor, one, kind.shows?.(spec))),
        }),
        asOf: new Date(now).toISOString(),
      }
    },
  )
}

function gridRoute(app: Api, deps: Deps): void {
  app.get(
    '/api/v1/computed-traits/:id/grid',
    {
      config: { permission: 'traits:read' },
      schema: {
        tags,
        summary: 'The 5 × 5 grid of an RFM: people and sums now, and who has moved since',
        params: IdParams,
        querystring: Type.Object({
          since: Type.Optional(
            Type.String({ maxLength: 35, description: 'ISO 8601; left out: no moves' }),
          ),
        }),
        response: { 200: GridView },
      },
    },
    async ({ actor, params, query }) => {
      const { workspace } = actor
      const row = await findComputed(deps.postgres, workspace, params.id)
      const { timeZone } = await readWorkspace(deps, workspace)
      const since = query.since === undefined ? null : instantOr400('since', query.since)
      const asked = { workspace, now: deps.clock.now(), since, calendar: calendarOf(timeZone) }
      const grid = await readGrid(deps.clickhouse, withRecomputed(row), asked)
      return { ...grid, cutsAt: row.recomputed_at?.toISOString() ?? null }
    },
  )
}

/** With who they are, as lists show it. */
async function named(deps: Deps, actor: Actor, { people }: { people: PreviewedPerson[] }) {
  const ids = people.map(({ id }) => id)
  const held = await readPeopleToday(deps.postgres, actor.workspace, ids)
  const byId = new Map(held.map((member) => [member.id, shown(actor, member)]))
  return people.map((person) => {
    const member = byId.get(person.id)
    return { ...person, name: member?.name ?? '', email: member?.email ?? null }
  })
}

/** Values and events as the actor may see them. */
function masked(actor: Actor, person: PreviewedPerson, shows: string | undefined): PreviewedPerson {
  if (may(actor, 'profiles:reveal')) return person
  const key = shows?.split('.').at(-1) ?? ''
  return {
    ...person,
    value: maskTrait(key, person.value) as PreviewedPerson['value'],
    inputs: person.inputs.map(({ trait, value }) => {
      return { trait, value: maskTrait(trait.split('.').at(-1) ?? '', value) as typeof value }
    }),
    events: person.events.map((event) => ({
      ...event,
      told: maskTrait('', event.told) as typeof event.told,
    })),
  }
}
