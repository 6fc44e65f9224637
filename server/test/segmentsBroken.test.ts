/** A segment that breaks is paused with its reason; events and all other segments go on. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { manualClock } from '../src/platform/clock.ts'
import { openSegmentWorld, type SegmentState, type SegmentWorld } from './segmentWorld.ts'

const clock = manualClock(Date.parse('2026-11-22T12:00:00Z'))
let world: SegmentWorld

beforeAll(async () => {
  world = await openSegmentWorld(clock)
}, 60_000)
afterAll(() => world.close())

const inLyon = { trait: 'city', op: 'equals', value: 'Lyon' }
const moveTo = (userId: string, city: string) => ({ type: 'identify', userId, traits: { city } })

/** As a rule would be that an older program wrote and this one no longer knows. */
async function breakRule(id: string, rule: object): Promise<void> {
  const { postgres } = world.program().deps
  await postgres.query('UPDATE segment SET rule = $2 WHERE public_id = $1', [
    id,
    JSON.stringify(rule),
  ])
  await postgres.query('UPDATE definition_version SET version = version + 1')
}

type Told = SegmentState & { reason: { fr: string; en: string } | null }
const get = (id: string) => world.call<Told>('GET', `/segments/${id}`)

it.each([
  { fault: 'no kind of rule', rule: { moon: 'full' } },
  { fault: 'an operator that is none', rule: { trait: 'city', op: 'sounds', value: 'Lyon' } },
  { fault: 'a segment that is gone', rule: { segment: '00000000-0000-4000-8000-000000000000' } },
])('pauses a segment with $fault, says why, and goes on', async ({ fault, rule }) => {
  const sound = await world.whenLive((await world.create('Sound', inLyon)).id)
  const broken = await world.whenLive((await world.create('Broken', inLyon)).id)
  await breakRule(broken.id, rule)
  await world.send([moveTo(`p ${fault}`, 'Lyon')])
  await world.settled()
  expect(await get(broken.id)).toMatchObject({
    state: 'paused',
    reason: { fr: expect.stringContaining('règle'), en: expect.stringContaining('rule') },
  })
  expect(await world.members(sound.id)).toHaveLength((await world.whenLive(sound.id)).size)
  expect((await world.members(sound.id)).length).toBeGreaterThan(0)
  // The answer is shared for a while.
  clock.advance(60_000)
  const home = await world.call<{ attention: { href: string }[] }>('GET', '/overview')
  expect(home.attention).toContainEqual(expect.objectContaining({ href: `/segments/${broken.id}` }))
  await world.call('PATCH', `/segments/${broken.id}`, { rule: inLyon, state: 'live' })
  await world.whenLive(broken.id)
  expect(await get(broken.id)).toMatchObject({ state: 'live', reason: null })
  expect(await world.members(broken.id)).toEqual(await world.members(sound.id))
})

it('pauses one whose rule breaks before it is filled', async () => {
  const { id } = await world.create('Early', inLyon)
  const { postgres } = world.program().deps
  await postgres.query(
    `UPDATE segment SET rule = '{"moon": "full"}', state = 'backfilling', evaluated = false
     WHERE public_id = $1`,
    [id],
  )
  await expect.poll(async () => (await get(id)).state, { timeout: 5_000 }).toBe('paused')
})
