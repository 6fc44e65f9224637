import { Type } from 'typebox'
import type { Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { audit, may } from '../workspace/index.ts'
import {
  countReplay,
  listDeliveries,
  readDelivery,
  replay,
  replayOne,
  viewOfDelivery,
} from './deliveries.ts'
import { maskAttempt, maskPayload } from './masking.ts'
import { DeliveryDetail, DeliveryFilter, DeliveryView } from './schema.ts'

/** The names of people by profile id. */
export type ProfileNames = (
  deps: Deps,
  workspace: number,
  ids: readonly string[],
) => Promise<ReadonlyMap<string, string>>

const ById = Type.Object({ id: Type.String({ format: 'uuid' }) })
const Count = Type.Object({ count: Type.Integer() })

/** The delivery log, and sending again. */
export function deliveryRoutes(app: Api, deps: Deps, profileNames: ProfileNames): void {
  readRoutes(app, deps, profileNames)
  app.post(
    '/api/v1/deliveries/:id/replay',
    {
      config: { permission: 'deliveries:write' },
      schema: {
        summary: 'Send one delivery again, with the same idempotency key',
        params: ById,
        response: { 202: Count },
      },
    },
    async ({ actor, params }, reply) => {
      const { workspace } = actor
      await deps.postgres.transaction(async (sql) => {
        await replayOne(sql, { workspace, id: params.id, now: deps.clock.now() })
        const subject = `delivery:${params.id}`
        await audit(sql, { workspace, actor, action: 'delivery.replayed', subject })
      })
      reply.code(202)
      return { count: 1 }
    },
  )
  app.post(
    '/api/v1/deliveries/replay',
    {
      config: { permission: 'deliveries:write' },
      schema: {
        summary: 'Send again what a filter covers; without a state, what was given up',
        querystring: Type.Object({ preview: Type.Optional(Type.Boolean()) }),
        body: Type.Object({ filter: DeliveryFilter }, { additionalProperties: false }),
        response: { 200: Count, 202: Count },
      },
    },
    async ({ actor, query, body }, reply) => {
      const { workspace } = actor
      const { filter } = body
      const question = { workspace, filter, now: deps.clock.now() }
      if (query.preview) return { count: await countReplay(deps.postgres, question) }
      const count = await deps.postgres.transaction(async (sql) => {
        const again = await replay(sql, question)
        const detail = { filter, count: again }
        const subject = `workspace:${workspace}`
        await audit(sql, { workspace, actor, action: 'delivery.replayed', subject, detail })
        return again
      })
      reply.code(202)
      return { count }
    },
  )
}

function readRoutes(app: Api, deps: Deps, profileNames: ProfileNames): void {
  app.get(
    '/api/v1/deliveries',
    {
      config: { permission: 'deliveries:read' },
      schema: {
        summary: 'The delivery log, newest first',
        querystring: Type.Object({
          ...DeliveryFilter.properties,
          cursor: Type.Optional(Type.String({ format: 'uuid' })),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
        }),
        response: {
          200: Type.Object({
            data: Type.Array(DeliveryView),
            next: Type.Union([Type.String(), Type.Null()]),
          }),
        },
      },
    },
    async ({ actor, query }) => {
      const { cursor = null, limit = 50, ...filter } = query
      const { workspace } = actor
      const question = { workspace, filter, before: cursor, limit: limit + 1 }
      const rows = await listDeliveries(deps.postgres, question)
      const shown = rows.slice(0, limit)
      const people = [...new Set(shown.map(({ profile }) => profile))]
      const names = await profileNames(deps, workspace, people)
      return {
        data: shown.map((row) => viewOfDelivery(row, names)),
        next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
      }
    },
  )
  app.get(
    '/api/v1/deliveries/:id',
    {
      config: { permission: 'deliveries:read' },
      schema: {
        summary: 'One delivery: its message and each attempt',
        params: ById,
        response: { 200: DeliveryDetail },
      },
    },
    async ({ actor, params }) => {
      const { workspace } = actor
      const { row, attempts } = await readDelivery(deps.postgres, { workspace, id: params.id })
      const names = await profileNames(deps, workspace, [row.profile])
      const payload: unknown = row.payload === null ? null : JSON.parse(row.payload)
      const clear = may(actor, 'profiles:reveal')
      return {
        ...viewOfDelivery(row, names),
        payload: clear ? payload : maskPayload(payload),
        attempts: clear ? attempts : attempts.map(maskAttempt),
      }
    },
  )
}
