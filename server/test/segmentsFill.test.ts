/** A segment that is made late is as if it had always existed; so is one that comes back. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { manualClock } from '../src/platform/clock.ts'
import { calendarOf } from '../src/segment/index.ts'
import { parseRule } from '../src/segment/parse.ts'
import { membersByHistory } from '../src/segment/preview.ts'
import { openSegmentWorld, type SegmentState, type SegmentWorld } from './segmentWorld.ts'

const DAY = 24 * 60 * 60_000
const NOW = Date.parse('2026-11-22T12:00:00Z')
const clock = manualClock(NOW)
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
console.info(`segmentsFill.test.ts: SEED=${seed}`)
let world: SegmentWorld

beforeAll(async () => {
  world = await openSegmentWorld(clock)
}, 60_000)
afterAll(() => world.close())

type Order = { who: number; daysAgo: number; total: number }

let sentCount = 0
function orderEvent(event: string, { who, daysAgo, total }: Order): object {
  sentCount += 1
  return {
    type: 'track',
    event,
    ...(who % 3 === 0 ? { anonymousId: `${event}-d${who}` } : { userId: `${event}-u${who}` }),
    messageId: `m${sentCount}`,
    timestamp: new Date(clock.now() - daysAgo * DAY).toISOString(),
    properties: { total },
  }
}

/** Filters that every order passes: with another one, a rule reads a stream of its own. */
const neutral = {
  early: [],
  middle: [{ property: 'total', op: 'exists' }],
  late: [{ property: 'total', op: 'greater', value: 0 }],
}

const rulesFor = (event: string, beside: object[] = []) => [
  {
    did: event,
    where: [{ property: 'total', op: 'greaterOrEqual', value: 50 }, ...beside],
    times: { op: 'atLeast', count: 2 },
    within: { days: 30 },
  },
  { did: event, where: beside, times: { op: 'exactly', count: 3 }, within: null },
  {
    all: [
      { did: event, where: beside, times: { op: 'atLeast', count: 1 }, within: null },
      {
        not: { did: event, where: beside, times: { op: 'atMost', count: 1 }, within: { days: 7 } },
      },
    ],
  },
]

async function byHistory(rule: unknown) {
  const { deps, workspace } = world.program()
  const calendar = calendarOf('Europe/Paris')
  const asked = { workspace: workspace.id, now: clock.now(), calendar }
  return membersByHistory(deps.clickhouse, parseRule(rule), asked)
}

const effectsOf = async ({ id }: SegmentState) =>
  (await world.effects()).filter((one) => one.segment === id)

const orders = fc.array(
  fc.record({
    who: fc.nat({ max: 15 }),
    daysAgo: fc.constantFrom(0, 1, 6, 7, 8, 29, 30, 31, 45),
    total: fc.constantFrom(49.99, 50, 80),
  }),
  { minLength: 30, maxLength: 80 },
)

/** Sends in small requests, so that the filling meets traffic in its midst. */
async function trickle(event: string, list: readonly Order[]) {
  for (let from = 0; from < list.length; from += 5) {
    await world.send(list.slice(from, from + 5).map((one) => orderEvent(event, one)))
  }
}

describe('a late segment', () => {
  it('has the members of one that was there from the start, wherever history is split', async () => {
    let run = 0
    const property = fc.asyncProperty(orders, fc.nat(), async (list, split) => {
      run += 1
      const event = `Order ${run}`
      const rules = rulesFor(event)
      const create = (when: keyof typeof neutral) =>
        Promise.all(rulesFor(event, neutral[when]).map((rule) => world.create(when, rule)))
      const early = await create('early')
      for (const { id } of early) await world.whenLive(id)
      const at = split % list.length
      await trickle(event, list.slice(0, at))
      const [middle] = await Promise.all([create('middle'), trickle(event, list.slice(at))])
      for (const { id } of middle) await world.whenLive(id)
      await world.settled()
      const late = await create('late')
      for (const { id } of late) await world.whenLive(id)
      for (const [index, rule] of rules.entries()) {
        const expected = await byHistory(rule)
        for (const one of [early, middle, late]) {
          expect(await world.members(one[index]?.id ?? '')).toEqual(expected)
        }
      }
      for (const one of late) expect(await effectsOf(one)).toEqual([])
    })
    await fc.assert(property, { seed, numRuns: 3, endOnFailure: true })
  }, 120_000)

  it('that needs no history does not wait for one whose history is away', async () => {
    await world.send([orderEvent('Away', { who: 1, daysAgo: 1, total: 60 })])
    await world.settled()
    const { clickhouse } = world.program().deps
    const { query } = clickhouse
    clickhouse.query = (sql, params, extra) =>
      extra?.lane === 'heavy' ? Promise.reject(new Error('away')) : query(sql, params, extra)
    const first = await world.create('History', {
      did: 'Away',
      times: { op: 'atLeast', count: 1 },
      within: null,
    })
    const second = await world.create('Traits', { trait: 'city', op: 'exists' })
    expect(await world.whenLive(second.id)).toMatchObject({ size: 0 })
    clickhouse.query = query
    expect(await world.whenLive(first.id)).toMatchObject({ size: 1 })
  })

  it('reports its progress up to 1', async () => {
    await world.send(
      Array.from({ length: 300 }, (_, who) => orderEvent('Slow', { who, daysAgo: 1, total: 60 })),
    )
    await world.settled()
    const [rule] = rulesFor('Slow')
    const made = await world.create('Slow', rule)
    const seen = [made.progress]
    for (let segment = made; segment.state !== 'live'; ) {
      segment = await world.call<SegmentState>('GET', `/segments/${made.id}`)
      seen.push(segment.progress)
    }
    expect(made.state).toBe('backfilling')
    expect(seen).toEqual([...seen].sort((x, y) => x - y))
    expect([seen[0], seen.at(-1)]).toEqual([0, 1])
  })
})

describe('a changed segment', () => {
  const rule = (count: number, event: string) => ({
    did: event,
    times: { op: 'atLeast', count },
    within: null,
  })
  const patch = (id: string, change: object) =>
    world.call<SegmentState>('PATCH', `/segments/${id}`, change)

  it('has a new version and the members of its new rule, without effects', async () => {
    const order = (who: number) => orderEvent('Changing', { who, daysAgo: 0, total: 1 })
    await world.send([order(1), order(1), order(1), order(2), order(4), order(4)])
    const { id } = await world.whenLive((await world.create('Old', rule(1, 'Changing'))).id)
    await world.settled()
    expect(await world.members(id)).toHaveLength(3)
    const changed = await patch(id, { rule: rule(3, 'Changing') })
    expect(changed).toMatchObject({ version: 2, state: 'backfilling' })
    await world.whenLive(id)
    expect(await world.members(id)).toEqual(await byHistory(rule(3, 'Changing')))
    await world.send([order(2), order(2), order(4)])
    await world.settled()
    const changes = (await effectsOf(changed)).map(({ change }) => change)
    expect(changes).toEqual(['entered', 'entered'])
    const versions = await world.call<{ data: { version: number }[] }>(
      'GET',
      `/segments/${id}/versions`,
    )
    expect(versions.data.map((one) => one.version)).toEqual([2, 1])
  })

  it('keeps its version when the rule comes with its keys in another order', async () => {
    const { id } = await world.whenLive((await world.create('Same', rule(1, 'Same'))).id)
    const same = { within: null, times: { count: 1, op: 'atLeast' }, did: 'Same' }
    expect(await patch(id, { rule: same })).toMatchObject({ version: 1, state: 'live' })
  })

  it('goes on resting when its rule is changed while it rests', async () => {
    const { id } = await world.whenLive((await world.create('Rest', rule(1, 'Rest'))).id)
    expect(await patch(id, { state: 'paused' })).toMatchObject({ state: 'paused' })
    expect(await patch(id, { rule: rule(2, 'Rest') })).toMatchObject({ state: 'paused' })
    await world.send([1, 1, 2].map((who) => orderEvent('Rest', { who, daysAgo: 0, total: 1 })))
    await patch(id, { state: 'live' })
    await world.whenLive(id)
    await world.settled()
    expect(await world.members(id)).toEqual(await byHistory(rule(2, 'Rest')))
    expect(await world.members(id)).toHaveLength(1)
  })

  it('comes back from the archive with the members of that moment, and follows them', async () => {
    const recent = (event: string) => ({ ...rule(1, event), within: { days: 7 } })
    const order = (who: number) => orderEvent('Back', { who, daysAgo: 0, total: 1 })
    await world.send([order(1), order(2)])
    await world.settled()
    const { id } = await world.whenLive((await world.create('Back', recent('Back'))).id)
    expect(await world.members(id)).toHaveLength(2)
    const archived = await world.request('DELETE', `/segments/${id}`)
    expect(archived.status).toBe(204)
    expect(await world.members(id)).toEqual([])
    clock.advance(8 * DAY)
    await world.settled()
    await patch(id, { state: 'live' })
    const back = await world.whenLive(id)
    expect(await world.members(id)).toEqual([])
    // A document that remembered the former life would not enter, or would leave first.
    await world.send([order(1)])
    await world.settled()
    expect(await world.members(id)).toEqual(await byHistory(recent('Back')))
    expect(await world.members(id)).toHaveLength(1)
    expect((await effectsOf(back)).map(({ change }) => change)).toEqual(['entered'])
  })
})
