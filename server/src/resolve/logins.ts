/**
 * Who an event belongs to that names only a device: the login in force at its event time; before
 * the first login, that first person, within 30 days; else the device's own profile.
 */

/** One observed login: from `at` on, the device speaks for `owner` (an identifier's birth id). */
export type Login = { at: number; owner: string }

const MINUTE = 60_000
/** Logins of one owner within one such slot count as the earliest of them. */
export const LOGIN_SLOT_MS = 15 * MINUTE
/** How long before the first login anonymous events are claimed by it. */
export const CLAIM_MS = 30 * 24 * 60 * MINUTE
/** Logins kept a device: the first and the newest; beyond it the device counts as shared. */
export const LOGINS_MAX = 512

const slotOf = (login: Login) => Math.floor(login.at / LOGIN_SLOT_MS)

/** Digits of a birth id before its keyed hash, which unlike the rest does not depend on arrival. */
const BIRTH_TIME_DIGITS = 15

/** By time, ties by the owner's keyed hash: a function of the set, not of the order of arrival. */
function compareLogins(x: Login, y: Login): number {
  if (x.at !== y.at) return x.at - y.at
  const [one, other] = [x.owner.slice(BIRTH_TIME_DIGITS), y.owner.slice(BIRTH_TIME_DIGITS)]
  return one < other ? -1 : one > other ? 1 : 0
}

/** The logins with one more seen; the same array when it says nothing new. */
export function addLogin(logins: readonly Login[], seen: Login): readonly Login[] {
  const held = logins.find((one) => one.owner === seen.owner && slotOf(one) === slotOf(seen))
  if (held && held.at <= seen.at) return logins
  const next = [...logins.filter((one) => one !== held), seen].sort(compareLogins)
  const first = next[0]
  if (next.length <= LOGINS_MAX || !first) return next
  return [first, ...next.slice(next.length - LOGINS_MAX + 1)]
}

/** The identifier that owns a device-only event at `at`, or `null` for the device itself. */
export function ownerAt(logins: readonly Login[], at: number): string | null {
  let low = 0
  let high = logins.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((logins[middle]?.at ?? 0) <= at) low = middle + 1
    else high = middle
  }
  const inForce = logins[low - 1]
  if (inForce) return inForce.owner
  const first = logins[0]
  return first && first.at - at <= CLAIM_MS ? first.owner : null
}

/**
 * The one owner of every moment from `first` to `last`; `undefined` when it changes between.
 * A change at an instant where nothing happened is reported as a change too: the caller then
 * looks at the events themselves.
 */
export function soleOwner(
  logins: readonly Login[],
  first: number,
  last: number,
): string | null | undefined {
  const owner = ownerAt(logins, first)
  for (const border of bordersOf(logins)) {
    if (border > first && border <= last && ownerAt(logins, border) !== owner) return undefined
  }
  return owner
}

/**
 * The owners, before and after, of all moments whose owner is another one now; `null` = the device
 * itself. A shared device has hundreds of owners, and one more login concerns two of them.
 */
export function changedOwners(
  before: readonly Login[],
  after: readonly Login[],
): Set<string | null> {
  const owners = new Set<string | null>()
  for (const at of [Number.NEGATIVE_INFINITY, ...bordersOf(before), ...bordersOf(after)]) {
    const [was, is] = [ownerAt(before, at), ownerAt(after, at)]
    if (was !== is) owners.add(was).add(is)
  }
  return owners
}

/** The moments at which the owner may change. */
function bordersOf(logins: readonly Login[]): number[] {
  const [first] = logins
  return first ? [first.at - CLAIM_MS, ...logins.map((login) => login.at)] : []
}

/** True when the owner of some moment between `first` and `last` differs between two histories. */
export function ownershipDiffers(
  before: readonly Login[],
  after: readonly Login[],
  span: { first: number; last: number },
): boolean {
  const borders = [...bordersOf(before), ...bordersOf(after)]
  const inside = borders.filter((border) => border > span.first && border <= span.last)
  return [span.first, ...inside].some((at) => ownerAt(before, at) !== ownerAt(after, at))
}

const ROW_BYTES = 24

/** Packs logins for storage: 24 bytes each. */
export function encodeLogins(logins: readonly Login[]): Buffer {
  const bytes = Buffer.alloc(logins.length * ROW_BYTES)
  logins.forEach(({ at, owner }, index) => {
    bytes.writeDoubleLE(at, index * ROW_BYTES)
    bytes.write(owner.replaceAll('-', ''), index * ROW_BYTES + 8, 16, 'hex')
  })
  return bytes
}

export function decodeLogins(bytes: Buffer): Login[] {
  return Array.from({ length: bytes.length / ROW_BYTES }, (_, index) => {
    const hex = bytes.toString('hex', index * ROW_BYTES + 8, (index + 1) * ROW_BYTES)
    const owner = [
      hex.slice(0, 8),
      hex.slice(8, 12),
      hex.slice(12, 16),
      hex.slice(16, 20),
      hex.slice(20),
    ].join('-')
    return { at: bytes.readDoubleLE(index * ROW_BYTES), owner }
  })
}
