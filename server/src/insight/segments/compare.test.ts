/** Segments beside each other, in a small world whose answers are known beforehand. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSegmentWorld, type SegmentWorld } from '../../../test/segmentWorld.ts'
import { manualClock } from '../../platform/clock.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const START = Date.parse('2026-11-02T08:00:00Z')
const clock = manualClock(START)
const ids: Record<string, string> = {}
let world: SegmentWorld
let sent = 0

/** Says of somebody which of the segments they are in: a trait for each. */
async function place(day: number, who: string, traits: Record<string, boolean>) {
  clock.advance(START + day * DAY - clock.now())
  sent += 1
  const timestamp = new Date(clock.now()).toISOString()
  await world.send([{ type: 'identify', userId: who, traits, timestamp, messageId: `m${sent}` }])
  await world.settled()
}

/** Four segments, each of whom a trait says; `late` is built when people are in it already. */
beforeAll(async () => {
  world = await openSegmentWorld(clock)
  const rule = (trait: string) => ({ trait, op: 'isTrue' })
  for (const name of ['a', 'b', 'c']) {
    ids[name] = (await world.whenLive((await world.create(name, rule(name))).id)).id
  }
  await place(0, 'ann', { a: true })
  await place(0.1, 'bob', { b: true })
  await place(0.2, 'cid', { a: true, b: true, c: true, late: true })
  await place(0.3, 'dan', { b: true, c: true })
  // Bob goes from b to a at once; Dan leaves b and comes to a three days later.
  await place(10, 'bob', { b: false, a: true })
  await place(11, 'dan', { b: false })
  await place(14, 'dan', { a: true })
  // Eve is new when she comes to a; Ann leaves a for c, then comes back after ten days.
  await place(15, 'eve', { a: true })
  await place(16, 'ann', { a: false, c: true })
  await place(26, 'ann', { a: true })
  ids.late = (await world.whenLive((await world.create('late', rule('late'))).id)).id
  await place(27, 'fay', { late: false })
}, 60_000)
afterAll(() => world.close())

const nameOf = (id: string) => Object.keys(ids).find((name) => ids[name] === id)

type Flows = Record<
  'entered' | 'left',
  { via: string; segment: { id: string } | null; n: number }[]
>

/** "b 2, none 1": where people came from and went. */
async function flows(segment: string, query: string) {
  const told = await world.call<Flows>('GET', `/segments/${ids[segment]}/flows?${query}`)
  const words = (side: 'entered' | 'left') =>
    told[side].map(({ via, segment: one, n }) => `${one ? nameOf(one.id) : via} ${n}`).sort()
  return { entered: words('entered'), left: words('left') }
}

const at = (day: number) => new Date(START + day * DAY).toISOString()
const WHOLE = `from=${at(-1)}&to=${at(30)}`

async function people(query: string): Promise<string[]> {
  type People = { data: { id: string }[]; total: number }
  const { data, total } = await world.call<People>('GET', `/profiles?${query}`)
  expect(total).toBe(data.length)
  const named = await Promise.all(
    data.map(async ({ id }) => {
      type Known = { identifiers: { value: string }[] }
      const { identifiers } = await world.call<Known>('GET', `/profiles/${id}`)
      return identifiers.map(({ value }) => value).join()
    }),
  )
  return named.sort()
}

describe('segments that share people', () => {
  it('tells how many each other segment shares, the most first', async () => {
    type Overlap = { size: number; others: { id: string; size: number; shared: number }[] }
    const told = await world.call<Overlap>('GET', `/segments/${ids.a}/overlap`)
    expect(told.size).toBe(5)
    expect(told.others.map(({ id, size, shared }) => [nameOf(id), size, shared])).toEqual([
      ['c', 3, 3],
      ['b', 1, 1],
      ['late', 1, 1],
    ])
  })

  it('counts every combination once, and leads to its people', async () => {
    type Sets = { sets: { in: string[]; n: number }[] }
    const list = [ids.a, ids.b, ids.c].join(',')
    const { sets } = await world.call<Sets>('GET', `/segments/intersections?in=${list}`)
    const told = sets.map((set) => `${set.in.map(nameOf).sort().join('+')} ${set.n}`).sort()
    expect(told).toEqual(['a 2', 'a+b+c 1', 'a+c 2'])
    expect(await people(`in=${ids.a},${ids.c}&out=${ids.b}`)).toEqual(['ann', 'dan'])
  })

  it('refuses more segments than a plot can show, and one that there is not', async () => {
    const many = Array.from({ length: 13 }, (_, index) => `${index}`.padStart(36, '0')).join(',')
    const answers = await Promise.all(
      [many, '0190a000-0000-7000-8000-000000000000'].map((list) =>
        world.request('GET', `/segments/intersections?in=${list}`),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual([400, 404])
  })
})

describe('flows between segments', () => {
  it('tells where who entered came from: the segment left last, if not too long ago', async () => {
    const { entered } = await flows('a', WHOLE)
    // Ann and Cid are new on the first day as Eve is later; Ann came back from nowhere.
    expect(entered).toEqual(['b 2', 'new 3', 'none 1'])
    expect((await flows('a', `${WHOLE}&within=0`)).entered).toEqual(['b 1', 'new 3', 'none 2'])
  })

  it('tells where who left went, and nobody by the filling of a segment', async () => {
    expect((await flows('a', WHOLE)).left).toEqual(['c 1'])
    expect((await flows('b', WHOLE)).left).toEqual(['a 2'])
    expect((await flows('late', WHOLE)).entered).toEqual(['filled 1'])
  })

  it('looks at a part of the time alone', async () => {
    expect((await flows('a', `from=${at(9)}&to=${at(12)}`)).entered).toEqual(['b 1'])
  })

  it('leads from a flow to its people', async () => {
    const time = `since=${at(-1)}&until=${at(30)}`
    expect(await people(`entered=${ids.a}&${time}&via=${ids.b}`)).toEqual(['bob', 'dan'])
    expect(await people(`entered=${ids.a}&${time}&via=${ids.b}&within=1`)).toEqual(['bob'])
    expect(await people(`entered=${ids.a}&${time}&via=new`)).toEqual(['ann', 'cid', 'eve'])
    expect(await people(`left=${ids.a}&${time}&via=${ids.c}`)).toEqual(['ann'])
  })
})
