/** I6: windows end on time, without an event, also across a restart; each change is told once. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { manualClock } from '../src/platform/clock.ts'
import { calendarOf } from '../src/segment/index.ts'
import { parseRule } from '../src/segment/parse.ts'
import { membersByHistory } from '../src/segment/preview.ts'
import { openSegmentWorld, type SegmentState, type SegmentWorld } from './segmentWorld.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const clock = manualClock(Date.parse('2026-11-22T12:00:00Z'))
let world: SegmentWorld
let round = 0

beforeAll(async () => {
  world = await openSegmentWorld(clock)
}, 60_000)
afterAll(() => world.close())
beforeEach(() => {
  round += 1
  clock.advance(40 * DAY)
})

/** Names of one test, so that tests don't meet. */
const person = (name: string) => `${name}-${round}`
const event = () => `Order ${round}`

const order = (name: string, messageId: string, at: number) => ({
  type: 'track',
  event: event(),
  userId: person(name),
  messageId: `${name}-${messageId}-${round}`,
  timestamp: new Date(at).toISOString(),
})

const ordered = (count: number, within: object | null) => ({
  did: event(),
  times: { op: 'atLeast', count },
  within,
})

async function liveSegment(rule: unknown): Promise<SegmentState> {
  return world.whenLive((await world.create(`Segment ${round}`, rule)).id)
}

const effectsOf = async (...segments: SegmentState[]) =>
  (await world.effects()).filter(({ segment }) => segments.some(({ id }) => id === segment))

const movesOf = async (segment: SegmentState) =>
  (await effectsOf(segment)).map(({ change, cause }) => `${change} by ${cause}`)

/** The ledger in ClickHouse, in order of time. */
async function ledgerOf(segment: SegmentState) {
  const { deps } = world.program()
  const [row] = await deps.postgres.query<{ id: number }>(
    'SELECT id FROM segment WHERE public_id = $1',
    [segment.id],
  )
  return deps.clickhouse.query<{ profile: string; change: string; cause: string; at: number }>(
    `SELECT profile, change, cause, toUnixTimestamp64Milli(at) AS at FROM membership_change
     WHERE segment = {id:UInt32} ORDER BY at, position`,
    { id: row?.id ?? 0 },
  )
}

describe('I6: time alone', () => {
  it('ends a window at its millisecond and tells it once, though batches come again', async () => {
    const segment = await liveSegment(ordered(1, { minutes: 30 }))
    const at = clock.now()
    await world.send([order('a', '1', at), order('a', '1', at)])
    await world.send([order('a', '1', at)])
    await world.settled()
    clock.advance(30 * MINUTE - 1)
    await world.settled()
    expect(await movesOf(segment)).toEqual(['entered by event'])
    clock.advance(1)
    await world.settled()
    await world.send([order('a', '1', at)])
    await world.settled()
    expect(await movesOf(segment)).toEqual(['entered by event', 'left by timer'])
    const [, left] = await effectsOf(segment)
    expect(left?.at).toBe(new Date(at + 30 * MINUTE).toISOString())
  })

  it('ends windows that ran out while the program was stopped, each exactly once', async () => {
    const segment = await liveSegment(ordered(1, { hours: 2 }))
    await world.send([order('a', '1', clock.now()), order('b', '1', clock.now() + MINUTE)])
    await world.settled()
    await world.stop()
    clock.advance(2 * HOUR + 30_000)
    await world.start()
    await world.settled()
    const [b] = await world.members(segment.id)
    expect(await world.members(segment.id)).toHaveLength(1)
    await world.stop()
    clock.advance(MINUTE)
    await world.start()
    await world.settled()
    await world.stop()
    await world.start()
    await world.settled()
    expect(await world.members(segment.id)).toEqual([])
    const lefts = (await effectsOf(segment)).filter((one) => one.change === 'left')
    expect(lefts.map((one) => one.cause)).toEqual(['timer', 'timer'])
    expect(lefts[1]?.profile).toBe(b)
  })

  it('dates each change at its own instant when one late timer stands for several', async () => {
    const [short, long, next] = [
      await liveSegment(ordered(1, { hours: 2 })),
      await liveSegment(ordered(1, { hours: 3 })),
      await liveSegment({ trait: 'renewal', op: 'withinNext', value: { minutes: 30 } }),
    ]
    const at = clock.now()
    const renewal = new Date(at + 3.5 * HOUR).toISOString()
    const identify = { ...order('a', '2', at), type: 'identify', traits: { renewal } }
    await world.send([order('a', '1', at), identify])
    await world.settled()
    await world.stop()
    clock.advance(3.25 * HOUR)
    await world.start()
    await world.settled()
    const last = async (segment: SegmentState) => (await ledgerOf(segment)).at(-1)
    expect(await last(short)).toMatchObject({ change: 'left', at: at + 2 * HOUR })
    expect(await last(long)).toMatchObject({ change: 'left', at: at + 3 * HOUR })
    expect(await last(next)).toMatchObject({ change: 'entered', at: at + 3 * HOUR })
    // What took place more than an hour ago is recorded and has no effect.
    expect(await movesOf(short)).toEqual(['entered by event'])
    expect(await movesOf(long)).toEqual(['entered by event', 'left by timer'])
    expect(await movesOf(next)).toEqual(['entered by timer'])
  })

  it('does nothing when the clock steps back, and all of it when it steps forward', async () => {
    const segment = await liveSegment(ordered(2, { days: 1 }))
    const at = clock.now()
    await world.send([order('a', '1', at), order('a', '2', at - HOUR)])
    await world.settled()
    clock.advance(-5 * HOUR)
    await world.settled()
    expect(await world.members(segment.id)).toHaveLength(1)
    clock.advance(5 * HOUR + 23 * HOUR)
    await world.settled()
    expect(await world.members(segment.id)).toEqual([])
    expect(await movesOf(segment)).toEqual(['entered by event', 'left by timer'])
  })

  it('ends a thousand windows at one instant', async () => {
    const segment = await liveSegment(ordered(1, { minutes: 10 }))
    const at = clock.now()
    await world.send(Array.from({ length: 1_000 }, (_, n) => order(`p${n}`, `${n}`, at)))
    await world.settled()
    expect(await world.members(segment.id)).toHaveLength(1_000)
    clock.advance(10 * MINUTE)
    await world.settled()
    expect(await world.members(segment.id)).toEqual([])
    const lefts = (await effectsOf(segment)).filter((one) => one.change === 'left')
    expect(new Set(lefts.map((one) => one.profile)).size).toBe(1_000)
    expect(lefts).toHaveLength(1_000)
  })

  it('lets those enter whom the lack of an event describes, at once and again later', async () => {
    const rule = { all: [{ not: ordered(1, { hours: 1 }) }, { trait: 'vip', op: 'notExists' }] }
    const segment = await liveSegment(rule)
    await world.send([
      { ...order('quiet', '1', clock.now()), event: 'Something Else' },
      order('busy', '1', clock.now()),
    ])
    await world.settled()
    const before = await world.members(segment.id)
    clock.advance(HOUR)
    await world.settled()
    const { deps, workspace } = world.program()
    const calendar = calendarOf('Europe/Paris')
    const asked = { workspace: workspace.id, now: clock.now(), calendar }
    const byHistory = await membersByHistory(deps.clickhouse, parseRule(rule), asked)
    expect(await world.members(segment.id)).toEqual(byHistory)
    expect(byHistory.length).toBeGreaterThan(before.length)
  })
})

describe('transitions', () => {
  it('are told once, whatever else happens to a member', async () => {
    const segment = await liveSegment(ordered(1, null))
    for (let n = 0; n < 5; n += 1) {
      await world.send([order('a', `${n}`, clock.now() - n)])
      await world.settled()
    }
    expect(await movesOf(segment)).toEqual(['entered by event'])
  })

  it('do not come again when two members turn out to be one', async () => {
    const segment = await liveSegment(ordered(1, { days: 2 }))
    const visitor = { ...order('visitor', '1', clock.now()), userId: undefined }
    await world.send([{ ...visitor, anonymousId: person('device') }, order('a', '1', clock.now())])
    await world.settled()
    expect(await world.members(segment.id)).toHaveLength(2)
    const login = { ...order('a', '2', clock.now()), type: 'identify', traits: {} }
    await world.send([{ ...login, anonymousId: person('device') }])
    await world.settled()
    expect(await world.members(segment.id)).toHaveLength(1)
    const alias = { ...order('b', '3', clock.now()), type: 'alias', previousId: person('a') }
    await world.send([order('b', '1', clock.now()), alias])
    await world.settled()
    const members = await world.members(segment.id)
    expect(members).toHaveLength(1)
    clock.advance(2 * DAY)
    await world.settled()
    const moves = await movesOf(segment)
    expect(moves.filter((move) => move.startsWith('left'))).toEqual(['left by timer'])
    // b may have been told to enter before the merge; nobody is told twice.
    const entered = (await effectsOf(segment)).filter((one) => one.change === 'entered')
    expect(new Set(entered.map((one) => one.profile)).size).toBe(entered.length)
  })

  it('do not come again when a member turns out to be somebody older who was none', async () => {
    const segment = await liveSegment(ordered(1, null))
    await world.send([{ ...order('older', '1', clock.now()), event: 'Something Else' }])
    await world.settled()
    clock.advance(MINUTE)
    await world.send([order('member', '1', clock.now())])
    await world.settled()
    const [before] = await world.members(segment.id)
    const alias = { ...order('older', '2', clock.now()), type: 'alias' }
    await world.send([{ ...alias, previousId: person('member') }])
    await world.settled()
    const after = await world.members(segment.id)
    expect(after).toHaveLength(1)
    expect(after).not.toEqual([before])
    expect(await movesOf(segment)).toEqual(['entered by event'])
  })

  it('that are more than an hour old are recorded and have no effect', async () => {
    const segment = await liveSegment(ordered(1, { days: 9 }))
    await world.send([
      order('fresh', '1', clock.now() - 59 * MINUTE),
      order('old', '1', clock.now() - 61 * MINUTE),
    ])
    await world.settled()
    expect(await movesOf(segment)).toHaveLength(1)
    expect(await ledgerOf(segment)).toHaveLength(2)
    expect(await world.members(segment.id)).toHaveLength(2)
  })

  it('stand in the ledger of ClickHouse as in the outbox, besides the quiet ones', async () => {
    await world.send([order('early', '1', clock.now()), order('late', '1', clock.now() - HOUR - 1)])
    const segment = await liveSegment(ordered(1, { hours: 3 }))
    await world.send([order('new', '1', clock.now())])
    await world.settled()
    clock.advance(3 * HOUR)
    await world.settled()
    const line = (one: { profile: string; change: string; cause: string }) =>
      `${one.profile} ${one.change} ${one.cause}`
    const ledger = (await ledgerOf(segment)).map(line).sort()
    const told = (await effectsOf(segment)).map(line)
    const quiet = ledger.filter((one) => !told.includes(one))
    expect([...told, ...quiet].sort()).toEqual(ledger)
    // Two by the filling; and the exit of `late`, an hour and more ago, with the others' in time.
    const changes = quiet.map((one) => one.split(' ').slice(1).join(' '))
    expect(changes.sort()).toEqual(['entered backfill', 'entered backfill', 'left timer'])
  })
})
