import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addLogin,
  CLAIM_MS,
  changedOwners,
  decodeLogins,
  encodeLogins,
  LOGIN_SLOT_MS,
  LOGINS_MAX,
  type Login,
  ownerAt,
  ownershipDiffers,
  soleOwner,
} from './logins.ts'

const OWNERS = ['a', 'b', 'c'].map((one) => `01900000-0000-7000-8000-00000000000${one}`)
const owner = fc.constantFrom(...OWNERS)
/** Around slots of 15 minutes and claims of 30 days. */
const at = fc
  .tuple(fc.integer({ min: 0, max: 4 }), fc.constantFrom(0, 1, LOGIN_SLOT_MS - 1, LOGIN_SLOT_MS))
  .map(([claims, rest]) => CLAIM_MS * (1 + claims / 2) + rest)
const login = fc.record({ at, owner })
const logins = fc.array(login, { maxLength: 8 }).map(listOf)

function listOf(seen: readonly Login[]): readonly Login[] {
  return seen.reduce<readonly Login[]>((held, one) => addLogin(held, one), [])
}

/**
 * The rule as it is told: latest login at or before, else the first within 30 days, else nobody.
 */
function naiveOwner(held: readonly Login[], when: number): string | null {
  const before = held.filter((one) => one.at <= when)
  if (before.length > 0) return before.at(-1)?.owner ?? null
  const [first] = held
  return first && first.at - when <= CLAIM_MS ? first.owner : null
}

/** Every moment at which anything can change, and those beside it. */
function moments(...lists: (readonly Login[])[]): number[] {
  const borders = lists.flat().flatMap((one) => [one.at, one.at - CLAIM_MS])
  return [0, ...borders.flatMap((one) => [one - 1, one, one + 1]), 10 * CLAIM_MS]
}

describe('logins of a device', () => {
  it('are the same list in whatever order they were seen', () => {
    fc.assert(
      fc.property(fc.array(login, { maxLength: 8 }), fc.nat(), (seen, turn) => {
        const cut = turn % (seen.length + 1)
        const turned = [...seen.slice(cut), ...seen.slice(0, cut)].reverse()
        expect(listOf(turned)).toEqual(listOf(seen))
      }),
    )
  })

  it('say at every moment who owns what the device does', () => {
    fc.assert(
      fc.property(logins, (held) => {
        for (const when of moments(held)) expect(ownerAt(held, when)).toBe(naiveOwner(held, when))
      }),
    )
  })

  it('tell the sole owner of a span, or that it has none', () => {
    fc.assert(
      fc.property(logins, at, fc.nat(3 * CLAIM_MS), (held, first, length) => {
        const last = first + length
        const inside = [first, ...moments(held).filter((one) => one >= first && one <= last), last]
        const owners = new Set(inside.map((when) => naiveOwner(held, when)))
        const expected = owners.size === 1 ? [...owners][0] : undefined
        expect(soleOwner(held, first, last)).toBe(expected)
      }),
    )
  })

  it('differ over a span when some moment in it has another owner', () => {
    fc.assert(
      fc.property(logins, login, at, fc.nat(3 * CLAIM_MS), (before, seen, first, length) => {
        const after = addLogin(before, seen)
        const last = first + length
        const inside = moments(before, after).filter((one) => one >= first && one <= last)
        const differs = [first, ...inside, last].some(
          (when) => naiveOwner(before, when) !== naiveOwner(after, when),
        )
        expect(ownershipDiffers(before, after, { first, last })).toBe(differs)
      }),
    )
  })

  it('name all who lose or gain a moment by a change', () => {
    fc.assert(
      fc.property(logins, login, (before, seen) => {
        const after = addLogin(before, seen)
        const owners = moments(before, after)
          .map((when) => [naiveOwner(before, when), naiveOwner(after, when)])
          .filter(([was, is]) => was !== is)
        expect(changedOwners(before, after)).toEqual(new Set(owners.flat()))
      }),
    )
  })

  it('are capped to the first and the newest', () => {
    const many = Array.from({ length: LOGINS_MAX + 50 }, (_, index) => ({
      at: index * LOGIN_SLOT_MS,
      owner: OWNERS[index % 2] ?? '',
    }))
    const held = listOf(many)
    expect(held).toHaveLength(LOGINS_MAX)
    expect(held[0]).toEqual(many[0])
    expect(held.at(-1)).toEqual(many.at(-1))
  })

  it('are stored and read back as they were', () => {
    fc.assert(
      fc.property(logins, (held) => {
        expect(decodeLogins(encodeLogins(held))).toEqual(held)
      }),
    )
  })
})
