import { type Static, Type } from 'typebox'
import type { Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { Registries } from '../profile/index.ts'
import { readConsumers } from './consumers.ts'
import { tree } from './kinds/index.ts'
import { namesOf } from './names.ts'
import { IdParams, LocalText, RuleBody, SegmentStateName, SegmentView } from './responses.ts'
import { findSegment, listSegments } from './segments.ts'
import { isOnShelf, type ShelfFilter, shelfOf, UNUSED_DAYS, usersByRow } from './shelf.ts'
import { templatesFor } from './templates.ts'
import { viewsOf } from './views.ts'

const config = { permission: 'segments:read' }

const Query = Type.Object({
  q: Type.Optional(
    Type.String({ maxLength: 200, description: 'In names, description, folder and tags' }),
  ),
  folder: Type.Optional(
    Type.String({ maxLength: 200, description: 'It and what is in it; empty: in no folder' }),
  ),
  tag: Type.Optional(Type.String({ maxLength: 100 })),
  owner: Type.Optional(Type.String({ maxLength: 40, description: 'A user, or `none`' })),
  state: Type.Optional(SegmentStateName),
  unused: Type.Optional(
    Type.Boolean({ description: `Used by nothing and opened by nobody for ${UNUSED_DAYS} days` }),
  ),
})

const Named = Type.Object({ name: Type.String(), count: Type.Integer() })
const ShelfView = Type.Object({
  folders: Type.Array(Named),
  tags: Type.Array(Named),
  owners: Type.Array(
    Type.Object({ id: Type.String(), name: Type.String(), count: Type.Integer() }),
  ),
  states: Type.Array(Type.Object({ state: SegmentStateName, count: Type.Integer() })),
  unused: Type.Integer(),
})

const ConsumersView = Type.Object({
  destinations: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      enabled: Type.Boolean(),
      on: Type.Array(Type.String(), { description: 'Changes that it is told' }),
    }),
  ),
  segments: Type.Array(Type.Object({ id: Type.String(), name: LocalText })),
})

const TemplateView = Type.Object({
  key: Type.String(),
  name: LocalText,
  description: LocalText,
  missing: Type.Array(LocalText, {
    description: 'What the data lacks for it: the usual name stands in the rule instead',
  }),
  rule: Type.Optional(RuleBody),
  sentence: Type.Optional(LocalText),
  classes: Type.Optional(
    Type.Array(Type.Object({ name: LocalText, rule: RuleBody, sentence: LocalText }), {
      description: 'Of a segmentation, in their order; no rule then',
    }),
  ),
  otherwise: Type.Optional(LocalText),
})

/** Finding one's way among segments: the list, its filters, templates, and who uses which. */
export function shelfRoutes(app: Api, deps: Deps): void {
  app.get(
    '/api/v1/segments',
    {
      config,
      schema: {
        summary: 'Segments with their size and movement, the last changed first',
        querystring: Query,
        response: { 200: Type.Object({ data: Type.Array(SegmentView), next: Type.Null() }) },
      },
    },
    async ({ actor, query }) => {
      const now = deps.clock.now()
      const rows = await listSegments(deps.postgres, actor.workspace)
      const users = usersByRow(rows)
      const shown = rows.filter((row) =>
        isOnShelf(row, filterIn(query), { users: users(row), now }),
      )
      return { data: await viewsOf(deps, actor.workspace, { rows: shown, users }), next: null }
    },
  )
  app.get(
    '/api/v1/segments/shelf',
    {
      config,
      schema: {
        summary: 'Folders, tags, owners and states of the segments, with their numbers',
        response: { 200: ShelfView },
      },
    },
    async ({ actor }) => {
      const rows = await listSegments(deps.postgres, actor.workspace)
      return shelfOf(rows, usersByRow(rows), deps.clock.now())
    },
  )
  app.get(
    '/api/v1/segments/:id/consumers',
    {
      config,
      schema: {
        summary: 'What works with a segment: destinations it triggers, segments that refer to it',
        params: IdParams,
        response: { 200: ConsumersView },
      },
    },
    async ({ actor: { workspace }, params }) => {
      const { public_id: segment } = await findSegment(deps.postgres, workspace, params.id)
      return readConsumers(deps.postgres, { workspace, segment })
    },
  )
  templateRoute(app, deps)
}

function filterIn(query: Static<typeof Query>): ShelfFilter {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined))
}

function templateRoute(app: Api, deps: Deps): void {
  app.get(
    '/api/v1/segments/templates',
    {
      config,
      schema: {
        summary: 'Rules to begin with, with the names of events and traits that the data has',
        response: { 200: Type.Object({ data: Type.Array(TemplateView), next: Type.Null() }) },
      },
    },
    async ({ actor }) => {
      const registry = await new Registries().load(deps.postgres, actor.workspace)
      const names = await namesOf(deps, actor.workspace)
      const known = {
        ...{ events: registry.names('event'), traits: registry.names('trait') },
        ...{ objects: registry.names('object'), attributes: registry.names('attribute') },
      }
      const data = templatesFor(known).map((template) => {
        if ('rule' in template)
          return { ...template, sentence: tree.describe(template.rule, names) }
        const classes = template.classes.map((one) => {
          return { ...one, sentence: tree.describe(one.rule, names) }
        })
        return { ...template, classes }
      })
      return { data, next: null }
    },
  )
}
