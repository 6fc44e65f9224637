/**
 * A small seeded source of chance: the same key gives the same numbers on every machine. Each
 * person and each day has a key of its own, so that a change to one does not shift the others.
 */
export type Random = {
  /** A number in [0, 1). */
  next(): number
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number
  /** True with probability `p`. */
  chance(p: number): boolean
  pick<T>(list: readonly T[]): T
  /** Picks by weight; weights need not add up to one. */
  weighted<T>(list: readonly (readonly [T, number])[]): T
  /** A version-4-shaped UUID. */
  uuid(): string
}

/** Opens the source of chance that belongs to `key`. */
export function randomOf(...key: readonly (string | number)[]): Random {
  const next = sfc32(key.join('|'))
  const int = (low: number, high: number) => low + Math.floor(next() * (high - low + 1))
  return {
    next,
    int,
    chance: (p) => next() < p,
    pick: (list) => at(list, Math.floor(next() * list.length)),
    weighted: (list) => pickWeighted(list, next()),
    uuid: () => uuidFrom(next),
  }
}

/** 32-bit FNV-1a with a final mix: spreads keys that differ in one digit only. */
export function hash32(text: string, basis = 0x811c9dc5): number {
  let hash = basis
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

function sfc32(key: string): () => number {
  let a = hash32(key)
  let b = hash32(key, a | 1)
  let c = hash32(key, b | 1)
  let counter = 1
  const step = () => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return (sum >>> 0) / 4294967296
  }
  // The first outputs still resemble the key.
  for (let i = 0; i < 8; i += 1) step()
  return step
}

function pickWeighted<T>(list: readonly (readonly [T, number])[], roll: number): T {
  const total = list.reduce((sum, [, weight]) => sum + weight, 0)
  let left = roll * total
  for (const [value, weight] of list) {
    left -= weight
    if (left < 0) return value
  }
  return at(list, list.length - 1)[0]
}

function uuidFrom(next: () => number): string {
  const word = () => Math.floor(next() * 4294967296)
  const hex = (value: number) => (value >>> 0).toString(16).padStart(8, '0')
  const versioned = (word() & 0xffff0fff) | 0x4000
  const variant = (word() & 0x3fffffff) | 0x80000000
  const text = hex(word()) + hex(versioned) + hex(variant) + hex(word())
  const cuts = [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20)]
  return `${cuts.join('-')}-${text.slice(20)}`
}

function at<T>(list: readonly T[], index: number): T {
  const value = list[index]
  if (value === undefined) throw new RangeError('There is nothing to pick from an empty list.')
  return value
}
