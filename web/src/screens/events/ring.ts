import type { LiveMessage } from './api.ts'

/** The newest messages, capped, newest first; while paused, arrivals wait and are counted. Pure. */
export type Shown = LiveMessage & { key: string }
export type Ring = { shown: Shown[]; waiting: Shown[]; count: number }

export const ringSize = 500

export const emptyRing: Ring = { shown: [], waiting: [], count: 0 }

/** Adds messages, oldest first as they came. */
export function addToRing(ring: Ring, messages: LiveMessage[], mode: 'live' | 'paused'): Ring {
  const keyed = messages.map((message, index) => ({ ...message, key: `m${ring.count + index}` }))
  const newest = keyed.reverse()
  const count = ring.count + messages.length
  if (mode === 'paused') {
    return { ...ring, waiting: [...newest, ...ring.waiting].slice(0, ringSize), count }
  }
  return { shown: [...newest, ...ring.shown].slice(0, ringSize), waiting: [], count }
}

/** Shows what waited. */
export function resumeRing(ring: Ring): Ring {
  const shown = [...ring.waiting, ...ring.shown].slice(0, ringSize)
  return { shown, waiting: [], count: ring.count }
}

const strength = ['user_id', 'customer_id', 'loyalty_card', 'email', 'phone']

/** The identifier that names the person best: strong ones first, a device's last. */
export function bestIdentifier(
  identifiers: readonly { namespace: string; value: string }[],
): { namespace: string; value: string } | null {
  const rank = (namespace: string): number => {
    const known = strength.indexOf(namespace)
    if (known >= 0) return known
    return namespace === 'anonymous_id' ? 100 : 50
  }
  return [...identifiers].sort((a, b) => rank(a.namespace) - rank(b.namespace))[0] ?? null
}
