/** What a segment went through, in a small world whose answers are known beforehand. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  openSegmentWorld,
  type SegmentState,
  type SegmentWorld,
} from '../../../test/segmentWorld.ts'
import { manualClock } from '../../platform/clock.ts'
import { courseOf } from './course.ts'
import type { Lengths } from './lengths.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const START = Date.parse('2026-11-02T08:00:00Z')
const clock = manualClock(START)
let world: SegmentWorld
let recent: SegmentState

const order = (userId: string, days: number) => ({
  type: 'track',
  event: 'Order',
  userId,
  messageId: `${userId}-${days}`,
  timestamp: new Date(START + days * DAY).toISOString(),
})

/** Lets the time pass up to a day of the story, and all that is due take place. */
async function until(days: number) {
  clock.advance(START + days * DAY - clock.now())
  await world.settled()
}

/**
 * In the segment is who ordered in the last 7 days. `old` is there when it is made; `short` comes
 * on day 1 and goes on day 8, comes again on day 10 and stays; `long` orders on days 2, 6 and 12;
 * `twice` is two records that both ordered, and turn out to be one person.
 */
beforeAll(async () => {
  world = await openSegmentWorld(clock)
  await world.send([order('old', -1)])
  await world.settled()
  const rule = { did: 'Order', times: { op: 'atLeast', count: 1 }, within: { days: 7 } }
  recent = await world.whenLive((await world.create('Recent', rule)).id)
  const story: [number, string][] = [
    [1, 'short'],
    [2, 'long'],
    [3, 'twice'],
    [3.5, 'other'],
    [6, 'long'],
    [10, 'short'],
    [12, 'long'],
  ]
  for (const [days, who] of story) {
    await until(days)
    await world.send([order(who, days)])
    if (who === 'other') {
      const traits = { email: 'twice@example.com' }
      for (const userId of ['twice', 'other'])
        await world.send([{ type: 'identify', userId, traits }])
      await world.send([{ type: 'alias', userId: 'twice', previousId: 'other' }])
    }
    await world.settled()
  }
  await until(14)
}, 60_000)
afterAll(() => world.close())

type Point = { from: string; size: number; entered: number; left: number; filled: number }
const history = (query = '') =>
  world.call<{ by: string; points: Point[] }>('GET', `/segments/${recent.id}/history${query}`)

/** The user ids of the people that a list names. */
async function people(query: string): Promise<string[]> {
  const { data } = await world.call<{ data: { id: string }[] }>('GET', `/profiles?${query}`)
  const named = await Promise.all(
    data.map(async ({ id }) => {
      const { identifiers } = await world.call<{
        identifiers: { namespace: string; value: string }[]
      }>('GET', `/profiles/${id}`)
      return identifiers.flatMap(({ namespace, value }) => (namespace === 'user_id' ? [value] : []))
    }),
  )
  return named.map((ids) => ids.sort().join('+')).sort()
}

const at = (days: number) => new Date(START + days * DAY).toISOString()

describe('the course of a segment', () => {
  it('tells sizes, entries and exits day by day in the time zone, as they took place', async () => {
    const { by, points } = await history('?from=2026-11-01T12:00:00Z')
    expect(by).toBe('day')
    const told = points.map((one) => [
      new Date(Date.parse(one.from) + HOUR).toISOString().slice(0, 10),
      ...[one.size, one.entered, one.left, one.filled],
    ])
    expect(told).toEqual([
      ['2026-11-01', 0, 0, 0, 0],
      ['2026-11-02', 1, 1, 0, 1],
      ['2026-11-03', 2, 1, 0, 0],
      ['2026-11-04', 3, 1, 0, 0],
      // Two records entered, which are one person: one person entered.
      ['2026-11-05', 4, 1, 0, 0],
      ['2026-11-06', 4, 0, 0, 0],
      ['2026-11-07', 4, 0, 0, 0],
      ['2026-11-08', 3, 0, 1, 0],
      ['2026-11-09', 3, 0, 0, 0],
      ['2026-11-10', 2, 0, 1, 0],
      ['2026-11-11', 2, 0, 0, 0],
      ['2026-11-12', 2, 1, 1, 0],
      ['2026-11-13', 2, 0, 0, 0],
      ['2026-11-14', 2, 0, 0, 0],
      ['2026-11-15', 2, 0, 0, 0],
      ['2026-11-16', 2, 0, 0, 0],
    ])
  })

  it('counts by hour within a past time, which ends where it was asked to', async () => {
    const { by, points } = await history(`?from=${at(9.9)}&to=${at(10.1)}`)
    expect(by).toBe('hour')
    expect(points.map(({ size, entered }) => [size, entered])).toEqual([
      [2, 0],
      [2, 0],
      [2, 0],
      [3, 1],
      [3, 0],
      [3, 0],
    ])
  })

  it('refuses a time that ends before it begins, and one with too many points', async () => {
    const path = `/segments/${recent.id}/history`
    const codes = await Promise.all(
      [`?from=${at(3)}&to=${at(2)}`, `?from=2020-01-01T00:00:00Z&by=hour`].map(async (query) => {
        const answer = await world.request('GET', path + query)
        return [answer.status, ((await answer.json()) as { type: string }).type]
      }),
    )
    expect(codes).toEqual([
      [400, 'urn:clientele:problem:empty_time'],
      [400, 'urn:clientele:problem:too_many_points'],
    ])
  })

  it('leads from a number to the people behind it', async () => {
    const [from, to] = [`since=${at(9)}`, `until=${at(11)}`]
    expect(await people(`entered=${recent.id}&${from}&${to}`)).toEqual(['short'])
    expect(await people(`left=${recent.id}&${from}&${to}`)).toEqual(['other+twice'])
    expect(await people(`stayed=${recent.id}&stay=lasting&least=${5 * DAY}`)).toEqual(['long'])
    const week = `least=${7 * DAY}&most=${7.2 * DAY}`
    expect(await people(`stayed=${recent.id}&stay=ended&${week}`)).toEqual(['short'])
    expect(await people(`out=${recent.id}`)).toEqual(['old', 'other+twice'])
    const both = await world.request('GET', `/profiles?entered=${recent.id}&left=${recent.id}`)
    expect(both.status).toBe(400)
  })
})

describe('how long people stay', () => {
  it('tells quartiles and classes, without stays of unknown beginning', async () => {
    const told = await world.call<Lengths>('GET', `/segments/${recent.id}/stays`)
    expect(told.unknown).toBe(1)
    const of = (...days: number[]) => days.map((one) => one * DAY)
    const [first, median, third] = of(7.125, 7.25, 7.375)
    expect(told.ended).toEqual({ count: 2, first, median, third })
    expect(told.lasting).toMatchObject({ count: 2, median: 8 * DAY })
    expect(told.classes.filter(({ ended, lasting }) => ended + lasting > 0)).toEqual([
      { from: DAY, to: 7 * DAY, ended: 0, lasting: 1 },
      { from: 7 * DAY, to: 30 * DAY, ended: 2, lasting: 1 },
    ])
    expect(told.kept.slice(0, 3)).toEqual([
      { days: 1, of: 4, stayed: 4 },
      { days: 7, of: 3, stayed: 3 },
      { days: 30, of: 0, stayed: 0 },
    ])
  })
})

describe('points of moves', () => {
  it('count sizes back from now, also where moves followed the end', () => {
    const moves = [
      { bucket: 10, entered: 3, left: 0, filled: 2 },
      { bucket: 20, entered: 1, left: 2, filled: 0 },
      { bucket: 30, entered: 5, left: 1, filled: 0 },
    ]
    const points = courseOf(moves, { size: 9, starts: [0, 10, 20], end: 30 })
    expect(points.map(({ size }) => size)).toEqual([3, 6, 5])
    expect(points[1]).toEqual({ from: 10, to: 20, size: 6, entered: 3, left: 0, filled: 2 })
  })
})
