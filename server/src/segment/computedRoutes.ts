import { Type } from 'typebox'
import type { Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { withRecomputed } from './computedDefinitions.ts'
import { readGrid } from './computedGrid.ts'
import { computedPreviewRoute } from './computedPreviewRoute.ts'
import { allowedSpec } from './computedQueries.ts'
import {
  ComputedInput,
  ComputedPatch,
  ComputedView,
  FormulaFunctionView,
  GridView,
} from './computedResponses.ts'
import { traitTemplateRoute } from './computedTemplateRoute.ts'
import {
  archiveComputed,
  askQueryNow,
  type ComputedChange,
  changeComputed,
  createComputed,
  findComputed,
  listComputed,
  restoreComputed,
} from './computedTraits.ts'
import { viewOf, viewsOf } from './computedViews.ts'
import { FORMS, FUNCTIONS } from './formula/index.ts'
import { instantOr400 } from './pastQuestion.ts'
import { IdParams } from './responses.ts'
import { readStaff } from './staff.ts'
import { readCalendar } from './workspaceCalendar.ts'
import { bothLanguages } from './writeRoutes.ts'

const tags = ['traits']

const formulaFunctions = [...FUNCTIONS, ...FORMS].map(({ name, signature, words, example }) => {
  return { name, signature, description: words, example }
})

/** Computed traits: list, create, change, archive, bring back. */
export function computedRoutes(app: Api, deps: Deps): void {
  traitTemplateRoute(app, deps)
  readRoutes(app, deps)
  writeRoutes(app, deps)
  restRoutes(app, deps)
  computedPreviewRoute(app, deps)
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
        spec: await allowedSpec(deps, actor, body.definition),
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
        ...(definition === undefined ? {} : { spec: await allowedSpec(deps, actor, definition) }),
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

function restRoutes(app: Api, deps: Deps): void {
  app.post(
    '/api/v1/computed-traits/:id/restore',
    {
      config: { permission: 'traits:write' },
      schema: {
        tags,
        summary: 'Bring back an archived computed trait; its history is filled in again',
        params: IdParams,
        response: { 200: ComputedView },
      },
    },
    async ({ actor, params }) =>
      viewOf(deps, actor.workspace, await restoreComputed(deps, actor, params.id)),
  )
  app.post(
    '/api/v1/computed-traits/:id/run',
    {
      config: { permission: 'traits:sql' },
      schema: {
        tags,
        summary: 'Ask the query of a computed trait now; it is done in the background',
        params: IdParams,
        response: { 202: ComputedView },
      },
    },
    async ({ actor, params }, reply) => {
      const row = await askQueryNow(deps, actor, params.id)
      reply.code(202)
      return viewOf(deps, actor.workspace, row)
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
      const calendar = await readCalendar(deps.postgres, workspace)
      const since = query.since === undefined ? null : instantOr400('since', query.since)
      const staff = await readStaff(deps.postgres, workspace)
      const asked = { workspace, now: deps.clock.now(), since, calendar, staff }
      const grid = await readGrid(deps.clickhouse, withRecomputed(row), asked)
      return { ...grid, cutsAt: row.recomputed_at?.toISOString() ?? null }
    },
  )
}
