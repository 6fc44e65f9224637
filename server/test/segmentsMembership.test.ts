/** Segments that refer to other segments. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { manualClock } from '../src/platform/clock.ts'
import { openSegmentWorld, type SegmentState, type SegmentWorld } from './segmentWorld.ts'

const HOUR = 60 * 60_000
const DAY = 24 * HOUR
const clock = manualClock(Date.parse('2026-11-24T11:00:00Z'))
let world: SegmentWorld
let round = 0
let messages = 0

beforeAll(async () => {
  world = await openSegmentWorld(clock)
}, 60_000)
afterAll(() => world.close())
beforeEach(() => {
  round += 1
})

const named = (name: string) => `${name} ${round}`
const live = async (name: string, rule: unknown): Promise<SegmentState> =>
  world.whenLive((await world.create(named(name), rule)).id)
const did = (event: string, within: object | null) => {
  return { did: named(event), times: { op: 'atLeast', count: 1 }, within }
}

async function track(userId: string, event: string, ago: number): Promise<void> {
  messages += 1
  const timestamp = new Date(clock.now() - ago).toISOString()
  const said = { type: 'track', event: named(event), timestamp, messageId: `member-${messages}` }
  await world.send([{ ...said, userId: `${userId}-${round}` }])
}

async function size(segment: SegmentState): Promise<number> {
  await world.settled()
  return (await world.members(segment.id)).length
}

type Refusal = { status: number; detail: string; path: string | undefined }
async function refused(method: string, path: string, body?: unknown): Promise<Refusal> {
  const answer = await world.request(method, path, body)
  const { detail, errors } = (await answer.json()) as {
    detail: string
    errors?: { path: string }[]
  }
  return { status: answer.status, detail, path: errors?.[0]?.path }
}

it('I6: a member of another segment enters and leaves with it, also by time alone', async () => {
  const buyers = await live('Buyers', did('Order', { days: 2 }))
  const others = await live('Visitors', {
    all: [did('Visit', null), { not: { segment: buyers.id } }],
  })
  expect(others.sentence).toMatchObject({
    fr: expect.stringContaining(`sauf si est dans le segment « ${named('Buyers')} »`),
    en: expect.stringContaining(`unless is in the segment “${named('Buyers')}”`),
  })
  await track('claire', 'Visit', 0)
  expect(await size(others)).toBe(1)
  await track('claire', 'Order', HOUR)
  expect([await size(buyers), await size(others)]).toEqual([1, 0])
  clock.advance(2 * DAY)
  expect([await size(buyers), await size(others)]).toEqual([0, 1])
})

it('a new rule of a segment fills again those that refer to it, however far', async () => {
  const buyers = await live('Buyers', did('Order', { days: 2 }))
  const near = await live('Near', { any: [{ segment: buyers.id }] })
  const far = await live('Far', { none: [{ segment: near.id }] })
  await track('claire', 'Order', 5 * DAY)
  await world.settled()
  const before = await size(far)
  expect([await size(buyers), await size(near)]).toEqual([0, 0])
  await world.call('PATCH', `/segments/${buyers.id}`, { rule: did('Order', { days: 9 }) })
  for (const { id } of [buyers, near, far]) await world.whenLive(id)
  expect([await size(buyers), await size(near), await size(far)]).toEqual([1, 1, before - 1])
  // And it goes on by itself.
  clock.advance(4 * DAY)
  expect([await size(buyers), await size(near), await size(far)]).toEqual([0, 0, before])
})

it('says why: the rule of the other segment part by part; a preview and a diff count it', async () => {
  const buyers = await live('Buyers', { all: [did('Order', null)] })
  const rule = { all: [{ segment: buyers.id }, did('Visit', null)] }
  const both = await live('Both', rule)
  await track('claire', 'Order', HOUR)
  await world.settled()
  const why = await world.call('GET', `/profiles/user_id:claire-${round}/segments/${both.id}/why`)
  expect(why).toMatchObject({
    parts: [
      { path: '', holds: false },
      {
        path: '/all/0',
        holds: true,
        sentence: { en: `is in the segment “${named('Buyers')}”` },
      },
      { path: '/all/0/segment', depth: 2, holds: true },
      { path: '/all/0/segment/all/0', depth: 3, holds: true, found: { value: 1 } },
      { path: '/all/1', depth: 1, holds: false },
    ],
  })
  expect(await world.call('POST', '/segments/preview', { rule })).toMatchObject({
    count: 0,
    conditions: [{ path: '/all/0', count: 1 }, { count: 0 }],
  })
  const wider = { any: rule.all }
  expect(await world.call('POST', `/segments/${both.id}/diff`, { rule: wider })).toMatchObject({
    enters: 1,
  })
  const at = new Date(clock.now()).toISOString()
  const past = await world.call<{ total: number }>('GET', `/segments/${both.id}/members?asOf=${at}`)
  expect(past.total).toBe(0)
})

it('a circle is refused with the way that it takes', async () => {
  const a = await live('A', did('Order', null))
  const b = await live('B', { all: [{ segment: a.id }] })
  const c = await live('C', { all: [{ segment: b.id }] })
  const rule = { any: [did('Visit', null), { not: { segment: c.id } }] }
  const circle = await refused('PATCH', `/segments/${a.id}`, { rule })
  expect(circle).toMatchObject({ status: 400, path: '/any/1/not/segment' })
  const way = ['A', 'C', 'B', 'A'].map((name) => `“${named(name)}”`).join(' → ')
  expect(circle.detail).toContain(way)
})

it('refuses a segment that is not there, that rests, or that holds too much', async () => {
  const unknown = { all: [{ segment: '00000000-0000-4000-8000-000000000000' }] }
  for (const path of ['/segments', '/segments/preview']) {
    const body = path === '/segments' ? { name: 'X', rule: unknown } : { rule: unknown }
    expect(await refused('POST', path, body)).toMatchObject({
      status: 400,
      path: '/all/0/segment',
    })
  }
  expect(await refused('POST', '/segments/preview', { rule: { segment: 'buyers' } })).toMatchObject(
    { status: 400, path: '/segment' },
  )
  const large = await live('Large', { all: Array(60).fill(did('Order', null)) })
  const twice = { any: [{ segment: large.id }, { all: [{ segment: large.id }] }] }
  expect(await refused('POST', '/segments', { name: 'X', rule: twice })).toMatchObject({
    status: 400,
    path: '/any/1/all/0',
  })
  const user = await live('User', { all: [{ segment: large.id }, { segment: large.id }] }).catch(
    () => null,
  )
  expect(user).toBeNull()
  await world.call('PATCH', `/segments/${large.id}`, { state: 'paused' })
  expect(
    await refused('POST', '/segments', { name: 'X', rule: { segment: large.id } }),
  ).toMatchObject({ status: 400, detail: expect.stringContaining('paused') })
})

it('a segment that others use neither rests nor grows beyond what they may hold', async () => {
  const small = await live('Small', did('Order', null))
  const user = await live('User', { all: Array(40).fill({ segment: small.id }) })
  for (const [method, body] of [
    ['DELETE', undefined],
    ['PATCH', { state: 'paused' }],
    ['PATCH', { state: 'archived' }],
  ] as const) {
    expect(await refused(method, `/segments/${small.id}`, body)).toMatchObject({
      status: 409,
      detail: expect.stringContaining(named('User')),
    })
  }
  const grown = { all: Array(3).fill(did('Order', null)) }
  expect(await refused('PATCH', `/segments/${small.id}`, { rule: grown })).toMatchObject({
    status: 400,
    detail: expect.stringContaining(named('User')),
  })
  await world.call('DELETE', `/segments/${user.id}`)
  await world.call('DELETE', `/segments/${small.id}`)
  // Its rule would ask somebody who is gone.
  expect(await refused('PATCH', `/segments/${user.id}`, { state: 'live' })).toMatchObject({
    status: 400,
    path: '/all/0/segment',
  })
})
