import { consentContext } from './around.ts'
import type { Told } from './naiveEvents.ts'
import { objectProperty } from './objects.ts'

/** Random events as SDKs would send them. */

/** Paths like `address.city` become parts of one object. */
function nested(values: Record<string, unknown>): Record<string, unknown> {
  const object: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(values)) {
    if (!name.startsWith('address.')) object[name] = value
    else {
      const held = (object.address ?? {}) as object
      object.address = { ...held, [name.slice('address.'.length)]: value }
    }
  }
  return object
}

/** Who it is, as a message says it: an address stands in its context. */
export type Identity = { userId?: string; anonymousId?: string; context?: object }

/** The event as an SDK would send it, by whom `identity` says. */
export function asMessage(one: Told, { context, ...identity }: Identity): object {
  return {
    type: one.traits ? 'identify' : 'track',
    ...(one.traits ? { traits: nested(one.traits) } : { event: one.event }),
    ...identity,
    messageId: one.messageId,
    timestamp: new Date(one.time).toISOString(),
    properties: { ...nested(one.properties), ...objectProperty(one.objects ?? [], nested) },
    context: {
      ...context,
      ...(one.counted ? {} : { userAgent: 'Googlebot/2.1' }),
      ...consentContext(one.consents ?? []),
    },
  }
}
