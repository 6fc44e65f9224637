import type { Actor } from './permissions.ts'

/** How long a key that was revoked in another process may still open this one, in milliseconds. */
const KEPT_MS = 5_000

/** Whose key it is, as the database said a moment ago. Times are epoch ms. */
export type KnownKey = {
  actor: Actor
  expiresAt: number | null
  lastUsedAt: number | null
}

/**
 * Keys that were looked up within the last five seconds, so that a program that asks a thousand
 * times a second is not looked up as often. Only keys that are valid are held.
 */
export class KnownKeys {
  readonly #held = new Map<string, KnownKey & { at: number }>()
  #revocations = 0

  /** Held or looked up. `hash`: of the key, as text; `now`: epoch ms. */
  async find(
    hash: string,
    now: number,
    lookUp: () => Promise<KnownKey | null>,
  ): Promise<KnownKey | null> {
    const held = this.#held.get(hash)
    if (held && isValid(held, now)) return held
    this.#held.delete(hash)
    const before = this.#revocations
    const found = await lookUp()
    if (!found) return null
    const key = { ...found, at: now }
    // What was read before a revocation must not outlive it.
    if (before === this.#revocations) this.#held.set(hash, key)
    return key
  }

  /** From now on it is looked up. `id`: of the key. */
  forget(id: string): void {
    this.#revocations += 1
    for (const [hash, { actor }] of this.#held) if (actor.id === id) this.#held.delete(hash)
  }
}

function isValid({ at, expiresAt }: KnownKey & { at: number }, now: number): boolean {
  const isFresh = now >= at && now - at < KEPT_MS
  return isFresh && (expiresAt === null || expiresAt > now)
}
