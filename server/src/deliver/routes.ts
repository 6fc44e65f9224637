import { Type } from 'typebox'
import type { Actor, Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { audit, may } from '../workspace/index.ts'
import { openSending, type ReadProfile } from './context.ts'
import { deliveryRoutes, type ProfileNames } from './deliveryRoutes.ts'
import { type DestinationRow, unseal, wholeConfig } from './destination.ts'
import {
  changeDestination,
  createDestination,
  deleteDestination,
  listDestinations,
  readDestination,
  rotateSecret,
} from './destinations.ts'
import { destinationKind } from './kinds/index.ts'
import type { Outgoing } from './outgoing.ts'
import { DestinationChange, DestinationInput, DestinationView, TestResult } from './schema.ts'
import { noStats, readStats } from './stats.ts'
import { testSend } from './testSend.ts'
import type { Vault } from './vault.ts'

const HIDDEN = '••••••'
/** A body that may be left out. */
const orNothing = <P extends Type.TProperties>(properties: P) =>
  Type.Union([Type.Object(properties, { additionalProperties: false }), Type.Null()])
const ById = Type.Object({ id: Type.String({ format: 'uuid' }) })

export type DeliverRoutesOptions = {
  readProfile: ReadProfile
  /** The people's names, for lists; those without one are left out. */
  profileNames: ProfileNames
  /** The way out of test sends; replaced in tests. */
  outgoing?: Outgoing
}

/** Destinations and deliveries. */
export function deliverRoutes(app: Api, deps: Deps, options: DeliverRoutesOptions): void {
  const sending = openSending(deps, options)
  if (!options.outgoing) app.addHook('onClose', () => sending.outgoing.close())
  const { vault } = sending
  const store = { deps, vault }
  const show = async (actor: Actor, row: DestinationRow) => {
    const [view] = await views(store, actor, [row])
    if (!view) throw new Error('A destination without a view.')
    return view
  }
  listRoutes(app, store)
  app.post(
    '/api/v1/destinations',
    {
      config: { permission: 'destinations:write' },
      schema: {
        summary: 'Create a destination',
        body: DestinationInput,
        response: { 201: DestinationView },
      },
    },
    async ({ actor, body }, reply) => {
      const row = await createDestination(store, actor, body)
      reply.code(201)
      return show(actor, row)
    },
  )
  app.patch(
    '/api/v1/destinations/:id',
    {
      config: { permission: 'destinations:write' },
      schema: {
        summary: 'Change a destination',
        params: ById,
        body: DestinationChange,
        response: { 200: DestinationView },
      },
    },
    async ({ actor, params, body }) =>
      show(actor, await changeDestination(store, actor, { id: params.id, change: body })),
  )
  app.delete(
    '/api/v1/destinations/:id',
    {
      config: { permission: 'destinations:write' },
      schema: { summary: 'Delete a destination; its log stays', params: ById },
    },
    async ({ actor, params }, reply) => {
      await deleteDestination(deps, actor, params.id)
      return reply.code(204).send()
    },
  )
  app.post(
    '/api/v1/destinations/:id/rotate-secret',
    {
      config: { permission: 'destinations:write' },
      schema: {
        summary: 'Give a new signing secret; the old one signs along for a while',
        params: ById,
        body: orNothing({
          overlapHours: Type.Optional(Type.Integer({ minimum: 0, maximum: 168 })),
        }),
        response: { 200: DestinationView },
      },
    },
    async ({ actor, params, body }) => {
      const wish = { id: params.id, overlapHours: body?.overlapHours ?? 24 }
      return show(actor, await rotateSecret(store, actor, wish))
    },
  )
  app.post(
    '/api/v1/destinations/:id/test',
    {
      config: { permission: 'destinations:write' },
      schema: {
        summary: 'Send a test message now and show both sides of it',
        params: ById,
        body: orNothing({ profile: Type.Optional(Type.String({ format: 'uuid' })) }),
        response: { 200: TestResult },
      },
    },
    async ({ actor, params, body }) => {
      const { workspace } = actor
      const row = await readDestination(deps.postgres, { workspace, id: params.id })
      const result = await testSend(sending, row, body?.profile ?? null)
      await audit(deps.postgres, {
        workspace,
        actor,
        action: 'destination.tested',
        subject: `destination:${row.id}`,
        detail: { profile: body?.profile ?? null, status: result.response?.status ?? null },
      })
      return result
    },
  )
  deliveryRoutes(app, deps, options.profileNames)
}

function listRoutes(app: Api, store: { deps: Deps; vault: Vault }): void {
  const { postgres } = store.deps
  app.get(
    '/api/v1/destinations',
    {
      config: { permission: 'destinations:read' },
      schema: {
        summary: 'Destinations, oldest first',
        querystring: Type.Object({
          cursor: Type.Optional(Type.String({ format: 'uuid' })),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
        }),
        response: {
          200: Type.Object({
            data: Type.Array(DestinationView),
            next: Type.Union([Type.String(), Type.Null()]),
          }),
        },
      },
    },
    async ({ actor, query }) => {
      const { cursor = null, limit = 50 } = query
      const { workspace } = actor
      const rows = await listDestinations(postgres, { workspace, after: cursor, limit: limit + 1 })
      const shown = rows.slice(0, limit)
      return {
        data: await views(store, actor, shown),
        next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
      }
    },
  )
  app.get(
    '/api/v1/destinations/:id',
    {
      config: { permission: 'destinations:read' },
      schema: { summary: 'One destination', params: ById, response: { 200: DestinationView } },
    },
    async ({ actor, params }) => {
      const row = await readDestination(postgres, { workspace: actor.workspace, id: params.id })
      const [view] = await views(store, actor, [row])
      return view
    },
  )
}

/** Destinations as the actor may see them: secrets only for those who may change them. */
async function views(
  { deps, vault }: { deps: Deps; vault: Vault },
  actor: Actor,
  rows: readonly DestinationRow[],
): Promise<DestinationView[]> {
  const stats = await readStats(deps.postgres, {
    destinations: rows.map(({ id }) => id),
    now: deps.clock.now(),
  })
  const all = may(actor, 'destinations:write')
  return rows.map((row) => {
    const kind = destinationKind(row.kind)
    const sealed = unseal(vault, row)
    const config = wholeConfig(row, sealed)
    const hidden = kind.secretKeys.filter((key) => key in config).map((key) => [key, HIDDEN])
    return {
      id: row.id,
      name: row.name,
      kind: row.kind,
      description: kind.describe(config),
      config: all ? config : { ...config, ...Object.fromEntries(hidden) },
      secret: all ? sealed.secret : null,
      purpose: row.purpose,
      channel: row.channel,
      triggers: row.triggers,
      enabled: row.enabled,
      failures: row.failures,
      pausedUntil: row.paused_until?.toISOString() ?? null,
      createdAt: row.created_at.toISOString(),
      updatedAt: row.updated_at.toISOString(),
      stats: stats.get(row.id) ?? noStats,
    }
  })
}
