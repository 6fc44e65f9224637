/** Segmentations: ordered classes, of which each person is in exactly one at all times. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { manualClock } from '../src/platform/clock.ts'
import { calendarOf } from '../src/segment/calendar.ts'
import { parseRule } from '../src/segment/parse.ts'
import { membersByHistory } from '../src/segment/preview.ts'
import { openSegmentWorld, type SegmentWorld } from './segmentWorld.ts'

const HOUR = 60 * 60_000
const DAY = 24 * HOUR
const clock = manualClock(Date.parse('2026-11-22T12:00:00Z'))
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
console.info(`segmentations.test.ts: SEED=${seed}`)
let world: SegmentWorld

beforeAll(async () => {
  world = await openSegmentWorld(clock)
}, 60_000)
afterAll(() => world.close())

type Class = { id: string; name: { en: string }; size: number; version: number; rule: object }
type Segmentation = { id: string; state: string; version: number; size: number; classes: Class[] }
type ClassInput = { id?: string; name: string; rule: object }

const trait = (name: string, value: string) => ({ trait: name, op: 'equals', value })
const did = (count: number, within: object | null, event = 'Order') => ({
  ...{ did: event, times: { op: 'atLeast', count }, within },
})
const gold = { name: 'Gold', rule: trait('tier', 'gold') }
const recent = { name: 'Recent', rule: did(1, { days: 2 }) }
const otherwise = { name: 'Others' }

const create = (classes: ClassInput[], more: object = {}) =>
  world.call<Segmentation>('POST', '/segmentations', { name: 'Test', classes, otherwise, ...more })
const whenLive = async (id: string): Promise<Segmentation> => {
  for (;;) {
    const found = await world.call<Segmentation>('GET', `/segmentations/${id}`)
    if (found.state === 'live') return found
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
const settledLive = async (id: string) => {
  await whenLive(id)
  await world.settled()
  return whenLive(id)
}

/** How many classes each person is in, by profile. */
async function classesByPerson({ id }: Segmentation): Promise<Map<string, string[]>> {
  const rows = await world.program().deps.postgres.query<{ profile: string; classes: string[] }>(
    `SELECT m.profile, array_agg(s.public_id::text) AS classes
     FROM membership m JOIN segment s ON s.id = m.segment
       JOIN segmentation g ON g.id = s.segmentation
     WHERE g.public_id = $1 GROUP BY m.profile`,
    [id],
  )
  return new Map(rows.map((row) => [row.profile, row.classes]))
}

async function byHistory(rule: unknown): Promise<Set<string>> {
  const { deps, workspace } = world.program()
  const calendar = calendarOf('Europe/Paris')
  const asked = { workspace: workspace.id, now: clock.now(), calendar }
  return new Set(await membersByHistory(deps.clickhouse, parseRule(rule), asked))
}

/** Everybody, each in the first class whose written rule ClickHouse finds fulfilled. */
async function expectExactlyOne(segmentation: Segmentation): Promise<void> {
  const held = await classesByPerson(segmentation)
  const written = await Promise.all(segmentation.classes.map(({ rule }) => byHistory(rule)))
  const everybody = [...(await byHistory({ all: [] }))].sort()
  expect([...held.keys()].sort()).toEqual(everybody)
  for (const [person, classes] of held) {
    const first = written.findIndex((members) => members.has(person))
    expect(classes).toEqual([segmentation.classes[first]?.id])
  }
}

type Told = { change: string; profile: string; segment: { id: string }; from?: { id: string } }

const effectsOf = async ({ id }: Segmentation) => {
  const rows = await world
    .program()
    .deps.postgres.query<{ body: Told }>(
      "SELECT body FROM outbox WHERE body -> 'segmentation' ->> 'id' = $1 ORDER BY id",
      [id],
    )
  return rows.map(({ body }) => body)
}

/** The ledger of ClickHouse. Within one instant, in which tests stand still, it has no order. */
async function ledgerOf({ classes }: Segmentation) {
  const { deps } = world.program()
  const rows = await deps.postgres.query<{ id: number; public_id: string }>(
    'SELECT id, public_id FROM segment WHERE public_id = ANY($1)',
    [classes.map(({ id }) => id)],
  )
  const nameOf = new Map(rows.map((row) => [row.id, row.public_id]))
  const lines = await deps.clickhouse.query<Line>(
    `SELECT profile, segment, change, counterpart, recorded_at AS recorded
     FROM membership_change WHERE segment IN {ids:Array(UInt32)} ORDER BY recorded_at`,
    { ids: rows.map((row) => row.id) },
  )
  const name = (id: number) => nameOf.get(id) ?? null
  return lines.map(({ segment, counterpart, ...line }) => {
    return { ...line, segment: name(segment), counterpart: name(counterpart) }
  })
}
type Line = {
  profile: string
  segment: number
  change: string
  counterpart: number
  recorded: string
}

let sent = 0
function event(person: string, more: object): object {
  sent += 1
  const at = new Date(clock.now()).toISOString()
  return { type: 'track', userId: person, messageId: `m${sent}`, timestamp: at, ...more }
}
const order = (person: string, more: object = {}) => event(person, { event: 'Order', ...more })
const identify = (person: string, traits: object) => event(person, { type: 'identify', traits })

describe('a segmentation', () => {
  it('puts each person into the first class that fits, and tells a move once', async () => {
    const made = await settledLive((await create([gold, recent])).id)
    await world.send([identify('a', { tier: 'gold' }), order('a'), order('b'), identify('c', {})])
    await world.settled()
    const { classes } = await whenLive(made.id)
    expect(classes.map(({ size }) => size)).toEqual([1, 1, 1])
    const [a, b, others] = classes.map(({ id }) => id)
    await world.send([identify('a', { tier: 'silver' })])
    await world.settled()
    clock.advance(2 * DAY)
    await world.settled()
    await expectExactlyOne(made)
    const told = await effectsOf(made)
    const line = ({ change, segment, from }: Told) => `${change} ${from?.id ?? '-'} ${segment.id}`
    expect(told.map(line).sort()).toEqual(
      [
        ...[`entered - ${a}`, `entered - ${b}`, `entered - ${others}`],
        ...[`moved ${a} ${b}`, `moved ${b} ${others}`, `moved ${b} ${others}`],
      ].sort(),
    )
    const ledger = await ledgerOf(made)
    expect(ledger).toHaveLength(9)
    const moves = ledger.filter(({ counterpart }) => counterpart !== null)
    expect(moves.filter(({ change }) => change === 'left')).toHaveLength(3)
    const path = `/segmentations/${made.id}/moves?days=3`
    expect(await world.call('GET', path)).toMatchObject({
      data: expect.arrayContaining([{ from: b, to: others, count: 2 }]),
    })
  })

  it('is counted beforehand, and its classes sum to everybody', async () => {
    const rules = { classes: [{ rule: gold.rule }, { rule: did(1, null) }] }
    const counted = await world.call<{ base: number; classes: { count: number }[] }>(
      ...['POST' as const, '/segmentations/preview', rules],
    )
    expect(counted.classes.map(({ count }) => count)).toEqual([0, 2, 1])
    expect(counted.base).toBe(3)
  })

  it('changes as a whole: order, classes and names are one version', async () => {
    const made = await settledLive((await create([gold, recent])).id)
    await world.send([identify('x', { tier: 'gold' }), order('x'), order('y')])
    await world.settled()
    const [first, second, last] = made.classes
    const turned = [
      { id: second?.id, ...recent },
      { name: 'Ever', rule: did(1, null) },
    ]
    const body = { classes: turned, otherwise: { id: last?.id, ...otherwise } }
    const diff = await world.call<{ moves: object[] }>(
      ...['POST' as const, `/segmentations/${made.id}/diff`, { classes: turned }],
    )
    expect(diff.moves).toContainEqual({ from: first?.id, to: 0, count: 1 })
    await world.call('PATCH', `/segmentations/${made.id}`, { ...body, effects: 'fire' })
    const changed = await settledLive(made.id)
    expect(changed).toMatchObject({ version: 2, classes: [{ id: second?.id }, {}, {}] })
    expect(changed.classes.every(({ version }) => version === 2)).toBe(true)
    await expectExactlyOne(changed)
    const moved = (await effectsOf(made)).filter(({ change }) => change === 'moved')
    expect(moved).toContainEqual(
      expect.objectContaining({ from: expect.objectContaining({ id: first?.id }) }),
    )
    expect(await world.call('GET', `/segments/${first?.id}`)).toMatchObject({ state: 'archived' })
    await world.call('POST', `/segmentations/${made.id}/restore`, { version: 1 })
    const back = await settledLive(made.id)
    expect(back.classes.map(({ id }) => id)).toEqual(made.classes.map(({ id }) => id))
    await expectExactlyOne(back)
  })

  it('refuses what would break its order', async () => {
    const faulty = { name: 'X', rule: { all: [{ trait: 'x' }] } }
    const refused = await world.request('POST', '/segmentations', {
      ...{ name: 'X', classes: [gold, faulty], otherwise },
    })
    expect(await refused.json()).toMatchObject({
      status: 400,
      errors: [{ path: expect.stringMatching(/^\/classes\/1\/rule\/all\/0/) }],
    })
    const made = await settledLive((await create([gold])).id)
    const strange = { id: '00000000-0000-4000-8000-000000000000', ...gold }
    const path = `/segmentations/${made.id}`
    const unknown = await world.request('PATCH', path, { classes: [strange], otherwise })
    expect(await unknown.json()).toMatchObject({ type: 'urn:clientele:problem:unknown_class' })
    const alone = `/segments/${made.classes[0]?.id}`
    expect((await world.request('PATCH', alone, { rule: recent.rule })).status).toBe(409)
    expect((await world.request('DELETE', alone)).status).toBe(409)
    expect((await world.request('DELETE', path)).status).toBe(204)
    await world.call('POST', `${path}/unarchive`)
    await expectExactlyOne(await settledLive(made.id))
  })

  it('keeps the class of whoever takes another one in, and gives it back when they part', async () => {
    const made = await settledLive((await create([gold, recent])).id)
    await world.send([order('older')])
    await world.settled()
    clock.advance(HOUR)
    await world.send([identify('younger', { tier: 'gold' })])
    await world.settled()
    const before = (await effectsOf(made)).length
    await world.send([event('older', { type: 'alias', previousId: 'younger' })])
    await world.settled()
    await expectExactlyOne(made)
    const [move, ...more] = (await effectsOf(made)).slice(before)
    const [goldId, recentId] = made.classes.map(({ id }) => id)
    expect(move).toMatchObject({
      change: 'moved',
      ...{ from: { id: recentId }, segment: { id: goldId } },
    })
    expect(more).toEqual([])
    await world.call('POST', '/profiles/user_id:older/unmerge', { identifier: 'user_id:younger' })
    await world.settled()
    await expectExactlyOne(made)
  })
})

const PEOPLE = ['p0', 'p1', 'p2', 'p3', 'p4']
const TIERS = ['gold', 'silver', 'none']

/** Something that happens: who, what, and how long ago in hours. */
const happening = fc.record({
  who: fc.constantFrom(...PEOPLE),
  other: fc.constantFrom(...PEOPLE),
  kind: fc.constantFrom('order', 'identify', 'device', 'login', 'alias', 'unmerge', 'wait'),
  tier: fc.constantFrom(...TIERS),
  hours: fc.constantFrom(0, 1, 23, 24, 47, 48, 49, 72),
})
/** What may make one of two people: a membership then goes on under another name. */
const MERGING = new Set(['alias', 'login'])
const alone = happening.filter(({ kind }) => !MERGING.has(kind))
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never

const RULES = [
  ...TIERS.map((tier) => trait('tier', tier)),
  did(1, { days: 1 }),
  did(2, { days: 2 }),
  did(1, null),
  { not: did(1, { days: 3 }) },
  { trait: 'tier', op: 'notExists' },
  { sequence: [{ did: 'Order' }, { did: 'Order' }], within: { hours: 24 }, begun: { days: 3 } },
]

async function play(run: number, { who, other, kind, tier, hours }: Happening): Promise<void> {
  const name = (person: string) => `${person}-${run}`
  const timestamp = new Date(clock.now() - hours * HOUR).toISOString()
  const anonymousId = `device-${name(who)}`
  const happens: Record<string, () => Promise<unknown>> = {
    order: () => world.send([order(name(who), { timestamp })]),
    identify: () => world.send([{ ...identify(name(who), { tier }), timestamp }]),
    device: () => world.send([order('', { userId: undefined, anonymousId, timestamp })]),
    login: () => world.send([{ ...identify(name(other), {}), anonymousId, timestamp }]),
    alias: () =>
      world.send([event(name(who), { type: 'alias', previousId: name(other), timestamp })]),
    // Of people who were never joined there is nothing to part, which is refused.
    unmerge: () =>
      world.request('POST', `/profiles/user_id:${name(who)}/unmerge`, {
        identifier: `user_id:${name(other)}`,
      }),
    wait: async () => clock.advance(hours * HOUR + 1),
  }
  await happens[kind]?.()
}

describe('whatever happens', () => {
  it('I6: each person is in exactly one class, by events, time, merges and partings', async () => {
    let run = 0
    const property = fc.asyncProperty(
      fc.oneof(
        fc.array(happening, { minLength: 15, maxLength: 30 }),
        fc.array(alone, { minLength: 15, maxLength: 30 }),
      ),
      fc.uniqueArray(fc.constantFrom(...RULES), { minLength: 1, maxLength: 4 }),
      async (happenings, rules) => {
        run += 1
        const classes = rules.map((rule, index) => ({ name: `Class ${index}`, rule }))
        const made = await settledLive((await create(classes)).id)
        for (const [index, one] of happenings.entries()) {
          await play(run, one)
          if (index % 5 !== 4) continue
          await world.settled()
          await expectExactlyOne(made)
        }
        await world.settled()
        await expectExactlyOne(made)
        if (!happenings.some(({ kind }) => MERGING.has(kind))) await expectUnbroken(made)
        expect((await world.request('DELETE', `/segmentations/${made.id}`)).status).toBe(204)
      },
    )
    await fc.assert(property, { seed, numRuns: 3, endOnFailure: true })
  }, 240_000)
})

/** After each instant everybody in the ledger is in one class; who left one went to the next. */
async function expectUnbroken(segmentation: Segmentation): Promise<void> {
  const lines = await ledgerOf(segmentation)
  const held = new Map<string, Map<string | null, number>>()
  for (const instant of Map.groupBy(lines, ({ recorded }) => recorded).values()) {
    for (const { profile, change, segment, counterpart } of instant) {
      if (change === 'left') expect(counterpart).not.toBeNull()
      const of = held.get(profile) ?? new Map<string | null, number>()
      of.set(segment, (of.get(segment) ?? 0) + (change === 'left' ? -1 : 1))
      held.set(profile, of)
    }
    for (const { profile } of instant) {
      const counts = [...(held.get(profile)?.values() ?? [])]
      expect(counts.filter((count) => count !== 0)).toEqual([1])
    }
  }
  for (const [person, classes] of await classesByPerson(segmentation)) {
    const at = [...(held.get(person) ?? [])].filter(([, count]) => count === 1)
    expect(at.map(([segment]) => segment)).toEqual(classes)
  }
}
