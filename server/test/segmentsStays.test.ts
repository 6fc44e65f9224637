/** I6: a member who has stayed so long is told of and logged, by time alone, each time once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { manualClock } from '../src/platform/clock.ts'
import { openSegmentWorld, type SegmentState, type SegmentWorld } from './segmentWorld.ts'

const HOUR = 60 * 60_000
const DAY = 24 * HOUR
const clock = manualClock(Date.parse('2026-11-22T12:00:00Z'))
let world: SegmentWorld
let round = 0

beforeAll(async () => {
  world = await openSegmentWorld(clock)
}, 60_000)
afterAll(() => world.close())

const week = { after: { days: 7 }, repeat: false }
const daily = { after: { days: 1 }, repeat: true }

/** A trait of its own in each round, so that tests don't meet. */
const made = async (stays: object[], rule?: object) => {
  round += 1
  const isVip = { trait: `vip${round}`, op: 'isTrue' }
  const body = { name: `Stays ${round}`, rule: rule ?? isVip, stays }
  const { id } = await world.call<SegmentState>('POST', '/segments', body)
  return world.whenLive(id)
}
let sent = 0
const event = (who: string, more: object, at = clock.now()) => {
  sent += 1
  const timestamp = new Date(at).toISOString()
  return { type: 'track', userId: `${who}-${round}`, messageId: `s${sent}`, timestamp, ...more }
}
const vip = (who: string, isOne = true) =>
  event(who, { type: 'identify', traits: { [`vip${round}`]: isOne, [`vip${round - 1}`]: isOne } })

const tell = async (id: string) =>
  (await world.effects())
    .filter((one) => one.segment === id && one.change === 'stayed')
    .map(({ at }) => Date.parse(at))

async function ledgerOf(id: string): Promise<number[]> {
  const { deps } = world.program()
  const [row] = await deps.postgres.query<{ id: number }>(
    'SELECT id FROM segment WHERE public_id = $1',
    [id],
  )
  const rows = await deps.clickhouse.query<{ days: number }>(
    `SELECT stayed_ms / 86400000 AS days FROM membership_stay WHERE segment = {id:UInt32}
     ORDER BY at`,
    { id: row?.id ?? 0 },
  )
  return rows.map(({ days }) => days)
}

async function pass(ms: number): Promise<void> {
  clock.advance(ms)
  await world.settled()
}

describe('I6: a stay', () => {
  it('is told at its instant, once, and every so often where it repeats', async () => {
    const once = await made([week])
    const often = await made([daily], { trait: `vip${round}`, op: 'isTrue' })
    const entered = clock.now()
    await world.send([vip('a')])
    await pass(0)
    await pass(7 * DAY - 1)
    expect(await tell(once.id)).toEqual([])
    await pass(1)
    expect(await tell(once.id)).toEqual([entered + 7 * DAY])
    await pass(10 * DAY)
    expect(await tell(once.id)).toEqual([entered + 7 * DAY])
    expect(await ledgerOf(once.id)).toEqual([7])
    expect(await ledgerOf(often.id)).toEqual(Array.from({ length: 17 }, (_, n) => n + 1))
  })

  it('is exact after a restart, and what is an hour late has no effect', async () => {
    const { id } = await made([daily])
    const entered = clock.now()
    await world.send([vip('a')])
    await pass(0)
    await world.stop()
    clock.advance(3 * DAY + HOUR / 2)
    await world.start()
    await world.settled()
    expect(await ledgerOf(id)).toEqual([1, 2, 3])
    expect(await tell(id)).toEqual([entered + 3 * DAY])
    await world.stop()
    await world.start()
    await world.settled()
    await pass(DAY)
    expect(await ledgerOf(id)).toEqual([1, 2, 3, 4])
  })

  it('ends with the membership, and begins again with the next one', async () => {
    const { id } = await made([{ after: { days: 2 }, repeat: false }])
    await world.send([vip('a')])
    await pass(DAY)
    await world.send([vip('a', false)])
    await pass(2 * DAY)
    expect(await tell(id)).toEqual([])
    const entered = clock.now()
    await world.send([vip('a')])
    await pass(0)
    await pass(2 * DAY)
    expect(await tell(id)).toEqual([entered + 2 * DAY])
  })

  it('that would end with its window at the same instant is none', async () => {
    const ordered = { did: 'Order', times: { op: 'atLeast', count: 1 }, within: { days: 7 } }
    const { id } = await made([week, { after: { days: 6 }, repeat: false }], ordered)
    await world.send([event('a', { event: 'Order' })])
    await pass(0)
    await pass(8 * DAY)
    expect(await ledgerOf(id)).toEqual([6])
    expect(await world.members(id)).toEqual([])
  })

  it('goes on through a merge from the earlier entry', async () => {
    const { id } = await made([week])
    const entered = clock.now()
    await world.send([vip('first')])
    await pass(3 * DAY)
    await world.send([vip('second')])
    await pass(0)
    await world.send([event('second', { type: 'alias', previousId: `first-${round}` })])
    await pass(0)
    await pass(DAY)
    await pass(20 * DAY)
    expect(await ledgerOf(id)).toEqual([7])
    expect(await world.members(id)).toHaveLength(1)
    const [since] = await world.program().deps.postgres.query<{ at: Date }>(
      `SELECT m.entered_at AS at FROM membership m JOIN segment s ON s.id = m.segment
       WHERE s.public_id = $1`,
      [id],
    )
    expect(since?.at.getTime()).toBe(entered)
  })

  it('asked for later counts for those who are members already', async () => {
    const { id } = await made([])
    const entered = clock.now()
    await world.send([vip('a')])
    await pass(2 * DAY)
    await world.call('PATCH', `/segments/${id}`, { stays: [daily] })
    expect(await world.whenLive(id)).toMatchObject({ version: 1, stays: [daily] })
    await pass(DAY)
    expect(await tell(id)).toEqual([entered + 3 * DAY])
    const wrong = { stays: [{ after: { hours: 1 }, repeat: true }] }
    expect((await world.request('PATCH', `/segments/${id}`, wrong)).status).toBe(400)
  })

  it('is in the history of the person', async () => {
    const { id } = await made([daily])
    await world.send([vip('a')])
    await pass(DAY)
    type Entry = { change?: string; segment?: { id: string } }
    const { sessions } = await world.call<{ sessions: { events: Entry[] }[] }>(
      ...['GET' as const, `/profiles/user_id:a-${round}/timeline`],
    )
    const entries = sessions.flatMap((session) => session.events)
    const own = entries.filter(({ segment }) => segment?.id === id)
    expect(own.map(({ change }) => change)).toEqual(['stayed', 'entered'])
  })
})
