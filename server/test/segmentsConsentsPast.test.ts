/** What people had said of consents at past instants, and another legal basis of reaching them. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { manualClock } from '../src/platform/clock.ts'
import { openSegmentWorld, type SegmentState, type SegmentWorld } from './segmentWorld.ts'

const HOUR = 60 * 60_000
const DAY = 24 * HOUR
const clock = manualClock(Date.parse('2026-11-24T11:00:00Z'))
let world: SegmentWorld
let round = 0

beforeAll(async () => {
  world = await openSegmentWorld(clock)
}, 60_000)
afterAll(() => world.close())
beforeEach(() => {
  round += 1
  clock.advance(DAY)
})

const claire = () => `claire-${round}`
const marc = () => `marc-${round}`
const emailOf = (who: string) => `${who}@example.fr`
const isoIn = (ms: number) => new Date(clock.now() + ms).toISOString()
const inRound = () => ({ trait: 'round', op: 'equals', value: round })

const identify = (userId: string, ago: number, more: object = {}) =>
  world.send([{ type: 'identify', userId, timestamp: isoIn(-ago), traits: { round }, ...more }])
const preferences = (categoryPreferences: object) => ({
  context: { consent: { categoryPreferences } },
})
const saidOn = (identity: object, ago: number, categoryPreferences: object) =>
  world.send([
    {
      ...{ type: 'track', event: 'Asked', timestamp: isoIn(-ago), ...identity },
      ...preferences(categoryPreferences),
    },
  ])
const say = (identifier: string, granted: boolean, ago: number) =>
  world.call('POST', '/consents', {
    ...{ identifier, purpose: 'marketing', granted, at: isoIn(-ago) },
  })

async function live(rule: object): Promise<SegmentState> {
  const made = await world.create(`Segment ${round}`, { all: [inRound(), rule] })
  return world.whenLive(made.id)
}
const consent = (is: string, channel?: string) => ({
  consent: { purpose: 'marketing', ...(channel ? { channel } : {}) },
  is,
})

/** How many the segment had so long ago; of now by the records, which must say the same. */
async function sizes(segment: SegmentState, agos: readonly number[]): Promise<number[]> {
  await world.settled()
  const counted: number[] = []
  for (const ago of agos) {
    const path = `/segments/${segment.id}/members?asOf=${isoIn(-ago)}`
    const { data } = await world.call<{ data: unknown[] }>('GET', path)
    if (ago === 0) expect(data).toHaveLength((await world.members(segment.id)).length)
    counted.push(data.length)
  }
  return counted
}

/** Waits until what was said ahead of anybody is told to history as well. */
async function heard(): Promise<void> {
  const waits = () =>
    world.program().deps.postgres.query(
      `SELECT 1 FROM consent_ahead AS c JOIN identifier AS i ON i.workspace = c.workspace
       AND i.namespace || ':' || i.value = c.identifier LIMIT 1`,
    )
  const pause = () => new Promise((resolve) => setTimeout(resolve, 20))
  while ((await waits()).length > 0) await pause()
}

it('I7: has what had been said by each instant, by events and by the API, late or not', async () => {
  const segments = await Promise.all(
    [consent('granted', 'email'), consent('refused', 'email'), consent('unknown', 'email')].map(
      live,
    ),
  )
  await identify(claire(), 10 * HOUR)
  await saidOn({ userId: claire() }, 2 * HOUR, { marketing: { email: false } })
  await world.settled()
  await say(`user_id:${claire()}`, true, HOUR)
  // Late: it was said before the refusal.
  await saidOn({ userId: claire() }, 4 * HOUR, { Marketing: true, other: { email: false } })
  // Of two words of one instant the refusal counts.
  await saidOn({ userId: claire() }, 4 * HOUR, { marketing: { email: true } })
  const agos = [0, HOUR, 2 * HOUR - 1, 2 * HOUR, 4 * HOUR - 1, 4 * HOUR, 4 * HOUR + 1, 11 * HOUR]
  const [granted, refused, unknown] = segments as [SegmentState, SegmentState, SegmentState]
  // The refusal by e-mail stands beside what was said of all channels.
  expect(await sizes(granted, agos)).toEqual([0, 0, 0, 0, 1, 1, 0, 0])
  expect(await sizes(refused, agos)).toEqual([1, 1, 1, 1, 0, 0, 0, 0])
  expect(await sizes(unknown, agos)).toEqual([0, 0, 0, 0, 0, 0, 1, 0])
}, 60_000)

it('reachable then is who had said yes by then, with the address of today', async () => {
  const segment = await live({ reachable: 'email' })
  await identify(claire(), 10 * HOUR)
  await saidOn({ userId: claire() }, 5 * HOUR, { marketing: true })
  expect(await sizes(segment, [0, 4 * HOUR])).toEqual([0, 0])
  await identify(claire(), HOUR, { context: { traits: { email: emailOf(claire()) } } })
  await world.settled()
  await say(`email:${emailOf(claire())}`, false, 2 * HOUR)
  const agos = [0, 2 * HOUR, 2 * HOUR + 1, 5 * HOUR, 5 * HOUR + 1]
  expect(await sizes(segment, agos)).toEqual([0, 0, 1, 1, 0])
})

it('what was said before anybody had the address counts from when it was said', async () => {
  const segment = await live({ reachable: 'email' })
  await say(`email:${emailOf(claire())}`, true, 5 * HOUR)
  await say(`email:${emailOf(claire())}`, false, 3 * HOUR)
  await say(`email:${emailOf(claire())}`, true, HOUR)
  await identify(claire(), 10 * HOUR)
  await world.settled()
  await identify(claire(), 0, { context: { traits: { email: emailOf(claire()) } } })
  await world.settled()
  await heard()
  const agos = [0, HOUR, HOUR + 1, 3 * HOUR, 4 * HOUR, 6 * HOUR]
  expect(await sizes(segment, agos)).toEqual([1, 1, 0, 0, 1, 0])
})

it('two who turn out to be one share their answers, and part with their own', async () => {
  const segment = await live(consent('granted'))
  const email = emailOf(marc())
  await identify(claire(), 10 * HOUR)
  await identify(claire(), 10 * HOUR, { userId: undefined, context: { traits: { email } } })
  await saidOn({ userId: claire() }, 6 * HOUR, { marketing: true })
  await world.settled()
  await say(`email:${email}`, false, 4 * HOUR)
  // Said again: of Claire and Marc as one person it is the last word.
  await saidOn({ userId: claire() }, 2 * HOUR, { marketing: true })
  const agos = [0, 2 * HOUR + 1, 5 * HOUR, 7 * HOUR]
  expect(await sizes(segment, agos)).toEqual([1, 1, 1, 0])
  const decide = (decision: string) =>
    world.call('POST', `/profiles/user_id:${claire()}/link`, {
      ...{ identifier: `email:${email}`, decision },
    })
  await decide('link')
  expect(await sizes(segment, agos)).toEqual([1, 0, 1, 0])
  clock.advance(1_000)
  await decide('retract')
  expect(await sizes(segment, [0, 3 * HOUR])).toEqual([1, 1])
})

it('what is said on a device is the word of who was logged in there at that time', async () => {
  const segment = await live(consent('granted'))
  const anonymousId = `phone-${round}`
  await identify(claire(), 50 * HOUR, { anonymousId })
  await identify(marc(), 20 * HOUR, { anonymousId })
  await saidOn({ anonymousId }, 40 * HOUR, { marketing: true })
  await saidOn({ anonymousId }, 10 * HOUR, { marketing: false })
  expect(await sizes(segment, [0, 30 * HOUR, 45 * HOUR])).toEqual([1, 1, 0])
  await saidOn({ anonymousId }, 5 * HOUR, { marketing: true })
  expect(await sizes(segment, [0, 5 * HOUR + 1])).toEqual([2, 1])
})

it('I7: says why somebody was in it, or was not, at a past instant', async () => {
  const rule = {
    all: [
      { did: `Asked ${round}`, times: { op: 'atLeast', count: 1 }, within: { hours: 3 } },
      consent('granted', 'email'),
      { reachable: 'email' },
    ],
  }
  const segment = await live(rule)
  const email = emailOf(claire())
  await identify(claire(), 10 * HOUR, { context: { traits: { email } } })
  const asked = { event: `Asked ${round}`, userId: claire() }
  await saidOn(asked, 5 * HOUR, { marketing: true })
  await saidOn(asked, HOUR, { marketing: { email: false } })
  await world.settled()
  type Part = { path: string; holds: boolean; found: { value: unknown; at: string | null } | null }
  type Why = { at: string; member: boolean; memberSince: string | null; parts: Part[] }
  const why = (query: string) =>
    world.call<Why>('GET', `/profiles/user_id:${claire()}/segments/${segment.id}/why${query}`)
  const now = await why('')
  const then = await why(`?asOf=${isoIn(-4 * HOUR)}`)
  const holdsIn = ({ parts }: Why) => parts.map(({ holds }) => holds)
  const fulfils = [true, true, true, true, true, true]
  expect([now.member, now.memberSince, holdsIn(now)[0]]).toEqual([false, null, false])
  expect([then.member, then.at, holdsIn(then)]).toEqual([true, isoIn(-4 * HOUR), fulfils])
  const found = (path: string, { parts }: Why) => parts.find((one) => one.path === path)?.found
  expect(found('/all/1/all/1', then)).toMatchObject({ value: 'granted', at: isoIn(-5 * HOUR) })
  expect(found('/all/1/all/1', now)).toMatchObject({ value: 'refused', at: isoIn(-HOUR) })
  expect(found('/all/1/all/0', then)).toMatchObject({ value: 1, at: isoIn(-5 * HOUR) })
  const before = await why(`?asOf=${isoIn(-11 * HOUR)}`)
  expect([before.member, holdsIn(before)[0]]).toEqual([false, false])
  // The ledger heard of it an hour too late for four hours ago, and gives no reasons.
  expect(await why(`?knownAt=${isoIn(-4 * HOUR)}`)).toMatchObject({ member: false, parts: [] })
  const path = `/profiles/user_id:${claire()}/segments/${segment.id}/why`
  const both = await world.request('GET', `${path}?asOf=2026-11-24&knownAt=2026-11-24`)
  expect([both.status, await both.text()]).toEqual([400, expect.stringContaining('two questions')])
})

it('I7: of two words of one instant the refusal stands, in history and in why alike', async () => {
  const [granted, refused] = [await live(consent('granted')), await live(consent('refused'))]
  const email = emailOf(claire())
  await identify(claire(), 10 * HOUR, { context: { traits: { email } } })
  // What is said before anybody has the identifier is told to history later.
  await world.settled()
  await say(`user_id:${claire()}`, false, 5 * HOUR)
  await say(`email:${email}`, true, 5 * HOUR)
  expect(await sizes(refused, [0, 4 * HOUR, 6 * HOUR])).toEqual([1, 1, 0])
  expect(await sizes(granted, [0, 4 * HOUR, 6 * HOUR])).toEqual([0, 0, 0])
  const path = `/profiles/user_id:${claire()}/segments/${refused.id}/why`
  const why = await world.call('GET', `${path}?asOf=${isoIn(-4 * HOUR)}`)
  expect(why).toMatchObject({ member: true })
})

it('what the ledger held before history kept consents is told to it', async () => {
  const segment = await live(consent('granted'))
  await identify(claire(), 10 * HOUR)
  await world.settled()
  const { deps, workspace } = world.program()
  await deps.postgres.query(
    `INSERT INTO consent_ahead (workspace, identifier, purpose, channel, granted, at, source)
     VALUES ($1, $2, 'marketing', '*', true, $3, 'api')`,
    [workspace.id, `user_id:${claire()}`, isoIn(-5 * HOUR)],
  )
  await heard()
  await world.settled()
  const asOf = async (ago: number) => {
    const path = `/segments/${segment.id}/members?asOf=${isoIn(-ago)}`
    return (await world.call<{ data: unknown[] }>('GET', path)).data.length
  }
  expect([await asOf(4 * HOUR), await asOf(6 * HOUR)]).toEqual([1, 0])
})

it('another legal basis of marketing asks again who is reachable, without effects', async () => {
  const rule = { reachable: 'email' }
  const segment = await live(rule)
  const other = await live({ segment: segment.id })
  await identify(claire(), 10 * HOUR, { context: { traits: { email: emailOf(claire()) } } })
  await identify(marc(), 10 * HOUR, { context: { traits: { email: emailOf(marc()) } } })
  await saidOn({ userId: marc() }, 5 * HOUR, { marketing: { email: false } })
  expect(await sizes(segment, [0, 6 * HOUR])).toEqual([0, 0])
  const sent = await world.effects()
  const preview = async () => {
    const asked = { rule: { all: [inRound(), rule] } }
    type Counted = { count: number; reachable: { channel: string; count: number }[] }
    return world.call<Counted>('POST', '/segments/preview', asked)
  }
  const restOn = async (basis: string, size: number) => {
    const name = { fr: 'Marketing', en: 'Marketing' }
    await world.call('PUT', '/purposes', [{ key: 'marketing', name, basis }])
    const soon = { timeout: 10_000 }
    await expect.poll(async () => (await world.members(segment.id)).length, soon).toBe(size)
    await expect.poll(async () => (await world.members(other.id)).length, soon).toBe(size)
    await expect.poll(async () => (await preview()).count, soon).toBe(size)
    await world.whenLive(segment.id)
  }
  await restOn('legitimate_interest', 1)
  expect((await preview()).reachable).toContainEqual({ channel: 'email', count: 1 })
  // By the basis of today: before Marc refused, both could be reached.
  expect(await sizes(segment, [0, 6 * HOUR])).toEqual([1, 2])
  expect(await world.effects()).toEqual(sent)
  await restOn('consent', 0)
  expect(await sizes(segment, [0, 6 * HOUR])).toEqual([0, 0])
}, 60_000)
