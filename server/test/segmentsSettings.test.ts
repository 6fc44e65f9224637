/** Settings of the workspace that rules ask: segments follow them, and what rests does later. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { manualClock } from '../src/platform/clock.ts'
import { openSegmentWorld, type SegmentWorld, usersIn } from './segmentWorld.ts'

const clock = manualClock(Date.parse('2026-11-24T11:00:00Z'))
let world: SegmentWorld

beforeAll(async () => {
  world = await openSegmentWorld(clock)
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
  world.program().deps.postgres.query(
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
  const reached = { timeout: 20_000 }
  await expect.poll(() => usersIn(world, live.id), reached).toEqual(['ana', 'bo'])
  await world.whenLive(live.id)
  expect(await held(resting)).toEqual(before)
  await change(paused.id, { state: 'live' })
  await change(draft.id, { state: 'live' })
  await world.call('POST', `/segments/${archived.id}/unarchive`)
  for (const id of resting) {
    await world.whenLive(id)
    expect(await usersIn(world, id)).toEqual(['ana', 'bo'])
  }
}, 60_000)
