import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Ownership } from './cursor.ts'
import { balanceOf } from './shares.ts'

type Owner = Ownership['owner']

const lane = (owners: readonly Owner[]): Ownership[] =>
  owners.map((owner, shard) => ({ lane: 'live', shard, owner }))

const shardsOf = (shards: readonly { shard: number }[]) => shards.map((one) => one.shard)

describe('the share of a process', () => {
  it.each<[string, Owner[], number, number[], number[]]>([
    ['alone, it takes all', ['nobody', 'nobody', 'nobody'], 1, [0, 1, 2], []],
    ['of two, it takes half', ['nobody', 'nobody', 'nobody', 'nobody'], 2, [0, 1], []],
    ['an odd one goes to whoever comes first', ['nobody', 'nobody', 'nobody'], 2, [0, 1], []],
    ['it leaves alone what another has', ['other', 'nobody'], 2, [1], []],
    ['it gives back what is too many for a newcomer', ['me', 'me', 'me', 'me'], 2, [], [2, 3]],
    ['it takes over from one that is gone', ['me', 'nobody'], 1, [1], []],
    ['with more processes than shards it may have none', ['other', 'other'], 3, [], []],
    ['it keeps a fair share as it is', ['me', 'other'], 2, [], []],
  ])('%s', (_, owners, processes, take, give) => {
    const balance = balanceOf({ shards: lane(owners), processes })
    expect(shardsOf(balance.take)).toEqual(take)
    expect(shardsOf(balance.give)).toEqual(give)
  })

  it('is settled after some turns, whoever starts with what, and nobody is left out', () => {
    const settles = fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.integer({ min: -1, max: 4 }), { minLength: 1, maxLength: 12 }),
      (processes, start) => {
        // -1 and owners that are gone: nobody's.
        const owners = start.map((owner) => (owner < processes ? owner : -1))
        for (let turn = 0; turn < 6 * processes; turn += 1)
          turnOf(turn % processes, owners, processes)
        const held = Array.from(
          { length: processes },
          (_, me) => owners.filter((owner) => owner === me).length,
        )
        expect(owners).not.toContain(-1)
        expect(Math.max(...held)).toBe(Math.ceil(owners.length / processes))
      },
    )
    fc.assert(settles)
  })
})

function turnOf(me: number, owners: number[], processes: number): void {
  const seen = owners.map((owner): Owner => {
    if (owner === -1) return 'nobody'
    return owner === me ? 'me' : 'other'
  })
  const { take, give } = balanceOf({ shards: lane(seen), processes })
  for (const { shard } of give) owners[shard] = -1
  for (const { shard } of take) owners[shard] = me
}
