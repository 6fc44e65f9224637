/**
 * I6: the clock is set forward and back by a day, and by an hour in March and October. No window
 * ends early by it, none is forgotten, and what claims to come from the future is held back.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { manualClock } from '../../src/platform/clock.ts'
import { openSegmentWorld, type SegmentState, type SegmentWorld } from '../segmentWorld.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const clock = manualClock(Date.parse('2026-03-01T12:00:00Z'))
let world: SegmentWorld
let round = 0
beforeAll(async () => {
  world = await openSegmentWorld(clock)
}, 60_000)
afterAll(() => world.close())
beforeEach(() => {
  round += 1
})

const order = (name: string, messageId: string, at: number) => ({
  type: 'track',
  event: `Order ${round}`,
  userId: `${name}-${round}`,
  messageId: `${name}-${messageId}-${round}`,
  timestamp: new Date(at).toISOString(),
})

async function ordered(within: object): Promise<SegmentState> {
  const rule = { did: `Order ${round}`, times: { op: 'atLeast', count: 1 }, within }
  return world.whenLive((await world.create(`Segment ${round}`, rule)).id)
}

const movesOf = async ({ id }: SegmentState) =>
  (await world.effects())
    .filter(({ segment }) => segment === id)
    .map(({ change, at }) => `${change} ${at}`)

const iso = (at: number) => new Date(at).toISOString()

describe('a clock that is set', () => {
  test('back by a day ends a window when its time comes, once, and not a day early', async () => {
    clock.set(Date.parse('2026-05-10T12:00:00Z'))
    const segment = await ordered({ hours: 6 })
    const at = clock.now()
    await world.send([order('a', '1', at)])
    await world.settled()
    clock.advance(-DAY)
    await world.settled()
    // Told by a clock a day behind: an order of tomorrow is one of now, at most minutes ahead.
    await world.send([order('b', '1', at)])
    await world.settled()
    expect(await world.members(segment.id)).toHaveLength(2)
    clock.set(at + 6 * HOUR - 1)
    await world.settled()
    expect(await world.members(segment.id)).toHaveLength(1)
    clock.set(at + 6 * HOUR)
    await world.settled()
    expect(await world.members(segment.id)).toEqual([])
    expect(
      (await movesOf(segment)).filter((move) => move === `left ${iso(at + 6 * HOUR)}`),
    ).toEqual([`left ${iso(at + 6 * HOUR)}`])
  })

  test('forward by a day and back lets nobody stay out for whom the window still runs', async () => {
    clock.set(Date.parse('2026-06-10T12:00:00Z'))
    const segment = await ordered({ hours: 30 })
    const at = clock.now()
    await world.send([order('short', '1', at - 10 * HOUR), order('long', '1', at)])
    await world.settled()
    clock.advance(DAY)
    await world.settled()
    // By the clock that was a day ahead, the first one's time was over.
    expect(await world.members(segment.id)).toHaveLength(1)
    clock.advance(-DAY)
    await world.send([order('short', '2', at - 9 * HOUR)])
    await world.settled()
    expect(await world.members(segment.id)).toHaveLength(2)
    clock.set(at + 21 * HOUR)
    await world.settled()
    expect(await world.members(segment.id)).toHaveLength(1)
    clock.set(at + 30 * HOUR)
    await world.settled()
    expect(await world.members(segment.id)).toEqual([])
  })

  test('by an hour for summer and back changes no window: a day is 24 hours', async () => {
    const zone = process.env.TZ
    process.env.TZ = 'Europe/Paris'
    try {
      // The nights of 29 March and of 25 October 2026.
      for (const night of ['2026-03-28T23:30:00Z', '2026-10-24T23:30:00Z']) {
        round += 1
        clock.set(Date.parse(night))
        const segment = await ordered({ days: 1 })
        const at = clock.now()
        // 02:30 on the wall, which comes never in March and twice in October.
        await world.send([order('a', '1', at), order('b', '1', at + 2 * MINUTE)])
        await world.settled()
        clock.set(at + DAY - 1)
        await world.settled()
        expect(await world.members(segment.id)).toHaveLength(2)
        clock.set(at + DAY)
        await world.settled()
        expect(await world.members(segment.id)).toHaveLength(1)
        clock.set(at + DAY + 2 * MINUTE)
        await world.settled()
        expect(await world.members(segment.id)).toEqual([])
        const left = (await movesOf(segment)).filter((move) => move.startsWith('left'))
        expect(left).toEqual([`left ${iso(at + DAY)}`, `left ${iso(at + DAY + 2 * MINUTE)}`])
      }
    } finally {
      if (zone === undefined) delete process.env.TZ
      else process.env.TZ = zone
    }
  })
})

describe('an event from the future', () => {
  const DAYS_AHEAD = [1, 400]

  test('counts as one of now, with a flag, and leaves its window with those of now', async () => {
    clock.set(Date.parse('2026-11-10T12:00:00Z'))
    const segment = await ordered({ hours: 2 })
    const at = clock.now()
    await world.send(DAYS_AHEAD.map((days) => order(`p${days}`, '1', at + days * DAY)))
    await world.settled()
    expect(await world.members(segment.id)).toHaveLength(DAYS_AHEAD.length)
    const { deps } = world.program()
    const rows = await deps.clickhouse.query<{ at: number; flags: string[] }>(
      `SELECT toUnixTimestamp64Milli(time) AS at, flags FROM event WHERE event = {event:String}`,
      { event: `Order ${round}` },
    )
    expect(rows).toHaveLength(DAYS_AHEAD.length)
    for (const row of rows) {
      expect(row.flags).toContain('time_clamped')
      expect(row.at).toBe(at + 5 * MINUTE)
    }
    clock.set(at + 5 * MINUTE + 2 * HOUR - 1)
    await world.settled()
    expect(await world.members(segment.id)).toHaveLength(DAYS_AHEAD.length)
    clock.advance(1)
    await world.settled()
    expect(await world.members(segment.id)).toEqual([])
  })

  test('of a client whose clock is ahead is put right by when it was sent', async () => {
    clock.set(Date.parse('2026-11-20T12:00:00Z'))
    const segment = await ordered({ hours: 1 })
    const at = clock.now()
    const ahead = 3 * DAY
    // The client says: it happened ten minutes before I sent this. Both by its own clock.
    await world.send([{ ...order('a', '1', at + ahead - 10 * MINUTE), sentAt: iso(at + ahead) }])
    await world.settled()
    clock.set(at + 50 * MINUTE - 1)
    await world.settled()
    expect(await world.members(segment.id)).toHaveLength(1)
    clock.advance(1)
    await world.settled()
    expect(await world.members(segment.id)).toEqual([])
  })
})
