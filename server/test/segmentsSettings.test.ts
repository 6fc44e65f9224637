/** Settings of the workspace that rules ask: segments follow them, and what rests does later. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { manualClock } from '../src/platform/clock.ts'
import { settingsChanger } from '../src/segment/index.ts'
import { openTestDatabase, type TestDatabase } from './engines.ts'
import { openWorldOn } from './equivalence/world.ts'
import { type SegmentState, type SegmentWorld, usersIn } from './segmentWorld.ts'

const clock = manualClock(Date.parse('2026-11-24T11:00:00Z'))
let database: TestDatabase
let world: SegmentWorld

beforeAll(async () => {
  database = await openTestDatabase()
  world = await openWorldOn(database, clock)
}, 60_000)
afterAll(() => world.close())

const REACHABLE = { reachable: 'email' }

const identify = (userId: string) =>
  world.send([{ type: 'identify', userId, traits: { email: `${userId}@example.fr` } }])
const say = (userId: string, granted: boolean) =>
  world.call('POST', '/consents', {
    ...{ identifier: `email:${userId}@example.fr`, purpose: 'marketing', granted },
  })
const change = (id: string, body: object) => world.call('PATCH', `/segments/${id}`, body)

async function restOn(basis: 'consent' | 'legitimate_interest') {
  const name = { fr: 'Marketing', en: 'Marketing' }
  await world.call('PUT', '/purposes', [{ key: 'marketing', name, basis }])
}

/** What stands of segments, in order, beside their rules. */
const held = (ids: readonly string[]) =>
  database.postgres.query(
    `SELECT state, evaluated, progress, filled, fires FROM segment
     WHERE public_id = ANY($1) ORDER BY id`,
    [ids],
  )

it('another legal basis leaves what rests as it is, and it is right when it comes back', async () => {
  for (const user of ['ana', 'bo', 'cy']) await identify(user)
  await say('ana', true)
  await say('cy', false)
  const live = await world.whenLive((await world.create('Live', REACHABLE)).id)
  const [paused, archived] = [
    await world.whenLive((await world.create('Paused', REACHABLE)).id),
    await world.whenLive((await world.create('Archived', REACHABLE)).id),
  ]
  const wish = { name: 'Draft', state: 'draft', rule: REACHABLE }
  const draft = await world.call<{ id: string }>('POST', '/segments', wish)
  await change(paused.id, { state: 'paused' })
  await world.call('DELETE', `/segments/${archived.id}`)
  const resting = [paused.id, archived.id, draft.id]
  await world.settled()
  expect(await usersIn(world, live.id)).toEqual(['ana'])
  const before = await held(resting)
  expect(before).toMatchObject([{ progress: 1 }, { progress: 1 }, { state: 'draft' }])
  await restOn('legitimate_interest')
  await world.whenLive(live.id)
  expect(await usersIn(world, live.id)).toEqual(['ana', 'bo'])
  expect(await held(resting)).toEqual(before)
  await change(paused.id, { state: 'live' })
  await change(draft.id, { state: 'live' })
  await world.call('POST', `/segments/${archived.id}/unarchive`)
  for (const id of resting) {
    await world.whenLive(id)
    expect(await usersIn(world, id)).toEqual(['ana', 'bo'])
  }
}, 60_000)

const ORDERS = { times: { op: 'atLeast', count: 1 }, within: { this: 'day' } }

/** Three segments, each asking one setting, of one order that a partner's source told. */
async function openAsking(event: string) {
  await restOn('consent')
  const wish = { name: event, kind: 'other' }
  const source = await world.call<{ id: string; writeKey: string }>('POST', '/sources', wish)
  const timestamp = new Date(clock.now() - 7 * 60 * 60_000).toISOString()
  const traits = { email: `${event}@example.fr` }
  const order = { type: 'track', userId: event, event, timestamp, context: { traits } }
  await world.send([order], source.writeKey)
  await world.settled()
  const mine = { all: [{ identifier: 'email' }, { did: event, ...ORDERS, within: null }] }
  const rules = [
    { did: event, ...ORDERS },
    { all: [mine, REACHABLE] },
    { did: event, ...ORDERS, within: null, party: ['second'] },
  ]
  const segments: SegmentState[] = []
  for (const rule of rules) {
    const { id } = await world.create(`${event} ${segments.length}`, rule)
    segments.push(await world.whenLive(id))
  }
  return { source, segments }
}

const sizes = (segments: readonly SegmentState[]) =>
  Promise.all(segments.map(async ({ id }) => (await world.members(id)).length))
const workspace = () => world.program().workspace.id

it('settings that move at the same time are all followed, by answers and without effects', async () => {
  const { source, segments } = await openAsking('Abreast')
  expect(await sizes(segments)).toEqual([1, 0, 0])
  const told = await world.effects()
  await Promise.all([
    world.call('PATCH', '/workspace', { timeZone: 'America/New_York' }),
    restOn('legitimate_interest'),
    world.call('PATCH', `/sources/${source.id}`, { party: 'second' }),
    // Who is evaluated meanwhile is evaluated by either the one or the other setting.
    ...Array.from({ length: 20 }, (_, n) => identify(`meanwhile-${n}`)),
  ])
  for (const { id } of segments) await world.whenLive(id)
  await world.settled()
  expect(await sizes(segments)).toEqual([0, 1, 1])
  const own = (await world.effects()).slice(told.length)
  expect(own.filter(({ segment }) => segments.some(({ id }) => id === segment))).toEqual([])
  await world.call('PATCH', '/workspace', { timeZone: 'Europe/Paris' })
}, 60_000)

/** Each with the segment that asks it; all of them ask the time zone. */
const MOVES = [
  {
    asking: 1,
    move: "UPDATE purpose SET basis = 'legitimate_interest' WHERE workspace = $1 AND key = 'marketing'",
  },
  { asking: 2, move: "UPDATE source SET party = 'second' WHERE workspace = $1" },
  { asking: 0, move: "UPDATE workspace SET time_zone = 'America/New_York' WHERE id = $1" },
]

it('what follows is written with the setting, so the next process finds it, or neither', async () => {
  const { segments } = await openAsking('Alone')
  const told = await world.effects()
  const id = workspace()
  await world.stop()
  const ids = segments.map((one) => one.id)
  const before = await held(ids)
  for (const { asking, move } of MOVES) {
    const cut = settingsChanger(database.postgres)(id, async (sql) => {
      await sql.query(move, [id])
      throw new Error('cut')
    })
    await expect(cut).rejects.toThrow('cut')
    await settingsChanger(database.postgres)(id, async (sql) => {
      // Nothing is the matter with what is said again as it is.
      await sql.query('UPDATE source SET party = party WHERE workspace = $1', [id])
    })
    expect((await held(ids))[asking]).toEqual(before[asking])
    await settingsChanger(database.postgres)(id, (sql) => sql.query(move, [id]))
    expect((await held(ids))[asking]).toMatchObject({ state: 'backfilling', evaluated: false })
  }
  await world.start()
  for (const id of ids) await world.whenLive(id)
  await world.settled()
  expect(await sizes(segments)).toEqual([0, 1, 1])
  expect(await world.effects()).toEqual(told)
}, 60_000)
