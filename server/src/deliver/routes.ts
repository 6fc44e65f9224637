import { Type } from 'typebox'
import type { Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { audit } from '../workspace/index.ts'
import { openSending, type ReadProfile, type Sending } from './context.ts'
import { deliveryRoutes, type ProfileNames } from './deliveryRoutes.ts'
import {
  changeDestination,
  createDestination,
  deleteDestination,
  listDestinations,
  readDestination,
  rotateSecret,
} from './destinations.ts'
import { viewOfDestination, viewsOfDestinations } from './destinationView.ts'
import type { Outgoing } from './outgoing.ts'
import { DestinationChange, DestinationInput, DestinationView, TestResult } from './schema.ts'
import { testSend } from './testSend.ts'
import type { Vault } from './vault.ts'

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
  const store = { deps, vault: sending.vault }
  listRoutes(app, store)
  changeRoutes(app, store)
  secretRoutes(app, sending)
  deliveryRoutes(app, deps, options.profileNames)
}

type Store = { deps: Deps; vault: Vault }

function changeRoutes(app: Api, store: Store): void {
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
      return viewOfDestination(store, actor, row)
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
    async ({ actor, params, body }) => {
      const row = await changeDestination(store, actor, { id: params.id, change: body })
      return viewOfDestination(store, actor, row)
    },
  )
  app.delete(
    '/api/v1/destinations/:id',
    {
      config: { permission: 'destinations:write' },
      schema: { summary: 'Delete a destination; its log stays', params: ById },
    },
    async ({ actor, params }, reply) => {
      await deleteDestination(store.deps, actor, params.id)
      return reply.code(204).send()
    },
  )
}

/** The signing secret, and a message to try it with. */
function secretRoutes(app: Api, sending: Sending): void {
  const { deps } = sending
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
      return viewOfDestination(sending, actor, await rotateSecret(sending, actor, wish))
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
}

function listRoutes(app: Api, store: Store): void {
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
        data: await viewsOfDestinations(store, actor, shown),
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
      return viewOfDestination(store, actor, row)
    },
  )
}
