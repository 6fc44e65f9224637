/** Segments that ask for identifiers, consents and reachable channels. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { manualClock } from '../src/platform/clock.ts'
import { openSegmentWorld, type SegmentState, type SegmentWorld } from './segmentWorld.ts'

const clock = manualClock(Date.parse('2026-11-24T11:00:00Z'))
let world: SegmentWorld
let round = 0

beforeAll(async () => {
  world = await openSegmentWorld(clock)
}, 60_000)
afterAll(() => world.close())
beforeEach(() => {
  round += 1
  clock.advance(1_000)
})

const live = async (rule: unknown): Promise<SegmentState> =>
  world.whenLive((await world.create(`Segment ${round}`, rule)).id)
const claire = () => `claire-${round}`
const email = () => `claire-${round}@example.fr`
const identify = (traits: object, more: object = {}) =>
  world.send([{ type: 'identify', userId: claire(), traits: { round, ...traits }, ...more }])
const inRound = () => ({ trait: 'round', op: 'equals', value: round })
const say = (granted: boolean, identifier: string, channel?: string) =>
  world.call('POST', '/consents', {
    ...{ identifier, purpose: 'marketing', granted },
    ...(channel ? { channel } : {}),
  })

/** How many are in it by the records, and how many by a preview: they must agree. */
async function size(segment: SegmentState, rule: unknown): Promise<number> {
  await world.settled()
  const members = (await world.members(segment.id)).length
  const preview = await world.call<{ count: number }>('POST', '/segments/preview', { rule })
  expect(preview.count).toBe(members)
  return members
}

it('has an identifier from the moment that one is told, also through somebody else', async () => {
  const rule = { all: [inRound(), { identifier: 'email' }] }
  const segment = await live(rule)
  await identify({})
  expect(await size(segment, rule)).toBe(0)
  await identify({ email: email() })
  expect(await size(segment, rule)).toBe(1)
})

it('a consent by the API changes its person at once, the refusal of one channel too', async () => {
  const rule = {
    all: [inRound(), { consent: { purpose: 'marketing', channel: 'email' }, is: 'granted' }],
  }
  const refusing = {
    all: [inRound(), { consent: { purpose: 'marketing', channel: 'email' }, is: 'refused' }],
  }
  const [granted, refused] = [await live(rule), await live(refusing)]
  expect(granted.sentence.fr).toContain('a accepté « marketing » par email')
  await identify({ email: email() })
  expect([await size(granted, rule), await size(refused, refusing)]).toEqual([0, 0])
  await say(true, `email:${email()}`)
  expect([await size(granted, rule), await size(refused, refusing)]).toEqual([1, 0])
  clock.advance(1_000)
  await say(false, `email:${email()}`, 'email')
  expect([await size(granted, rule), await size(refused, refusing)]).toEqual([0, 1])
  const why = await world.call<{ parts: unknown[] }>(
    'GET',
    `/profiles/user_id:${claire()}/segments/${granted.id}/why`,
  )
  expect(why.parts[2]).toMatchObject({ holds: false, found: { value: 'refused', source: null } })
})

it('a consent that came before anybody had the address counts when somebody does', async () => {
  const rule = { all: [inRound(), { reachable: 'email' }] }
  const segment = await live(rule)
  await say(true, `email:${email()}`)
  await identify({})
  expect(await size(segment, rule)).toBe(0)
  await identify({ email: email() })
  expect(await size(segment, rule)).toBe(1)
})

it('what is said on a device is the word of who is logged in there, not of the device too', async () => {
  const rule = { consent: { purpose: `device-${round}` }, is: 'granted' }
  const anonymousId = `phone-${round}`
  const visit = (more: object) =>
    world.send([{ type: 'track', event: 'Seen', anonymousId, ...more }])
  const DAY = 24 * 60 * 60 * 1000
  const segment = await live(rule)
  await visit({})
  await world.settled()
  // Later than what a first login claims: the device keeps a life of its own.
  clock.advance(40 * DAY)
  await identify({}, { anonymousId })
  await world.settled()
  clock.advance(1_000)
  const consent = { categoryPreferences: { [`device-${round}`]: true } }
  await visit({ context: { consent } })
  await world.settled()
  expect(await size(segment, rule)).toBe(1)
  // Something else happens to the device's own profile, and nothing follows for it.
  await visit({ timestamp: new Date(clock.now() - 40 * DAY).toISOString() })
  expect(await size(segment, rule)).toBe(1)
})

it('a consent on an event counts, and two who turn out to be one share their answers', async () => {
  const unknown = { consent: { purpose: 'marketing', channel: 'sms' }, is: 'unknown' }
  const rule = { all: [inRound(), { not: unknown }, { not: { reachable: 'sms' } }] }
  const segment = await live(rule)
  await identify({})
  const consent = { categoryPreferences: { Marketing: { sms: false } } }
  await world.send([
    { type: 'track', event: 'Asked', userId: `other-${round}`, context: { consent } },
  ])
  expect(await size(segment, rule)).toBe(0)
  await world.send([{ type: 'alias', userId: claire(), previousId: `other-${round}` }])
  expect(await size(segment, rule)).toBe(1)
})

it('is filled from what is known, and says what is wrong with a rule', async () => {
  await identify({ email: email() })
  await say(true, `user_id:${claire()}`)
  await world.settled()
  const rule = { all: [inRound(), { reachable: 'email' }] }
  const segment = await live(rule)
  expect(await size(segment, rule)).toBe(1)
  for (const wrong of [
    { consent: { purpose: '' }, is: 'granted' },
    { consent: { purpose: 'marketing' }, is: 'maybe' },
    { reachable: 'pigeon' },
    { identifier: 'E-Mail' },
  ]) {
    expect((await world.request('POST', '/segments/preview', { rule: wrong })).status).toBe(400)
  }
})
