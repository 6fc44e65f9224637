import { Type } from 'typebox'
import type { Api } from '../platform/api.ts'

/** Where the destinations of the demo send: the shop's own "CRM", played by this program. */
export const RECEIVER_PATH = '/demo/receiver'

/** The third message, and then one in so many, is not taken the first time: a retry can be seen. */
const FAULT_EVERY = 6
const REMEMBERED_MAX = 10_000

/** Takes webhooks like a business system would, with a fault now and then. */
export function demoReceiverRoutes(app: Api): void {
  const seen = new Set<string>()
  let arrivals = 0
  app.post(
    RECEIVER_PATH,
    {
      config: { permission: 'public' },
      schema: {
        hide: true,
        response: {
          200: Type.Object({ received: Type.Boolean() }),
          503: Type.Object({ error: Type.String() }),
        },
      },
    },
    async (request, reply) => {
      const id = String(request.headers['webhook-id'] ?? '')
      const isFirst = !seen.has(id)
      if (seen.size < REMEMBERED_MAX) seen.add(id)
      if (isFirst) arrivals += 1
      if (isFirst && arrivals % FAULT_EVERY === 3) {
        reply.code(503)
        return { error: 'The CRM is restarting. Send again in a moment.' }
      }
      return { received: true }
    },
  )
}
