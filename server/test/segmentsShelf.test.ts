/** The shelf: drafts, folders, tags, owners, the archive, and what uses a segment. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { manualClock } from '../src/platform/clock.ts'
import { openSegmentWorld, type SegmentWorld } from './segmentWorld.ts'

const DAY = 24 * 60 * 60_000
const clock = manualClock(Date.parse('2026-11-22T12:00:00Z'))
let world: SegmentWorld

beforeAll(async () => {
  world = await openSegmentWorld(clock)
  await world.send([
    { type: 'identify', userId: 'a', traits: { city: 'Lyon', birthDate: '1990-11-25' } },
    { type: 'track', event: 'Purchase', userId: 'a', properties: { total: 900 } },
  ])
  await world.settled()
}, 60_000)
afterAll(() => world.close())

const rule = { trait: 'city', op: 'equals', value: 'Lyon' }

type Segment = {
  id: string
  name: { fr: string; en: string }
  state: string
  version: number
  size: number
  rule: unknown
  draft: { rule: unknown; faults: { path: string }[] } | null
  sentence: { en: string }
  folder: string
  tags: string[]
  consumers: number
  unused: boolean
}

const make = (name: string, more: object = {}) =>
  world.call<Segment>('POST', '/segments', { name, rule, ...more })
const patch = (id: string, change: object) =>
  world.call<Segment>('PATCH', `/segments/${id}`, change)
const find = async (query: string) => {
  const { data } = await world.call<{ data: Segment[] }>('GET', `/segments?${query}`)
  return data.map(({ name }) => name.en).sort()
}

async function triggeredBy(id: string, name = 'Mailing'): Promise<string> {
  const destination = await world.call<{ id: string }>('POST', '/destinations', {
    name,
    kind: 'webhook',
    config: { url: 'https://example.com/hook' },
    triggers: [{ segment: id, on: ['entered'] }],
  })
  return destination.id
}

describe('a draft', () => {
  it('is kept as it is, with its faults, and has no members', async () => {
    const half = { all: [rule, { did: 'Purchase', times: { op: 'atLeast' } }] }
    const made = await make('Half', { rule: half, state: 'draft' })
    expect(made).toMatchObject({ state: 'draft', version: 0, size: 0, rule: half })
    expect(made.draft).toMatchObject({ rule: half, faults: [{}] })
    const refused = await world.request('PATCH', `/segments/${made.id}`, { state: 'live' })
    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({ type: 'urn:clientele:problem:invalid_rule' })
    const resting = await world.request('PATCH', `/segments/${made.id}`, { state: 'paused' })
    expect(await resting.json()).toMatchObject({ type: 'urn:clientele:problem:not_published' })
  })

  it('goes live when it is published, as version 1', async () => {
    const { id } = await make('Soon', { rule: { all: [] }, state: 'draft' })
    await patch(id, { draft: rule })
    expect(await patch(id, { state: 'live' })).toMatchObject({ version: 1, draft: null, rule })
    expect(await world.whenLive(id)).toMatchObject({ size: 1 })
  })

  it('beside a live rule changes nothing until it is published', async () => {
    const { id } = await world.whenLive((await make('Beside')).id)
    const paris = { ...rule, value: 'Paris' }
    const drafted = await patch(id, { draft: paris })
    expect(drafted).toMatchObject({ state: 'live', version: 1, rule, size: 1 })
    expect(drafted.draft).toEqual({ rule: paris, faults: [] })
    expect(await patch(id, { draft: null })).toMatchObject({ draft: null, version: 1 })
    await patch(id, { draft: paris })
    expect(await patch(id, { rule: paris })).toMatchObject({ draft: null, version: 2 })
  })

  it.each([
    { what: 'a NUL', draft: { trait: 'a\0', op: 'exists' }, status: 201 },
    { what: 'half a character', draft: ['\ud800'], status: 201 },
    { what: 'nothing at all', draft: null, status: 201 },
    { what: '80 KB', draft: { trait: 'x'.repeat(80_000) }, status: 400 },
    { what: '500 levels', draft: JSON.parse('['.repeat(500) + ']'.repeat(500)), status: 400 },
  ])('of $what is no fault of ours', async ({ draft, status }) => {
    const answer = await world.request('POST', '/segments', {
      name: 'Odd',
      rule: draft,
      state: 'draft',
    })
    expect(answer.status).toBe(status)
  })

  it('is what a clone is', async () => {
    const { id } = await make('Original', { folder: 'Home', tags: ['x'] })
    const clone = await world.call<Segment>('POST', `/segments/${id}/clone`, {})
    expect(clone).toMatchObject({
      name: { fr: 'Original (copie)', en: 'Original (copy)' },
      ...{ state: 'draft', folder: 'Home', tags: ['x'] },
      draft: { rule, faults: [] },
    })
    expect(clone.sentence).toEqual((await world.call<Segment>('GET', `/segments/${id}`)).sentence)
  })
})

describe('the list', () => {
  it('is narrowed by text, folder, tag and state', async () => {
    await make('Été à Lyon', { folder: ' Saisons / Été /', tags: ['vip', ' vip ', ''] })
    await make('Noël', { folder: 'Saisons/Hiver', description: 'Cadeaux', tags: ['gift'] })
    expect(await find('q=ETE')).toEqual(['Été à Lyon'])
    expect(await find('q=cadeaux')).toEqual(['Noël'])
    expect(await find('folder=Saisons')).toEqual(['Noël', 'Été à Lyon'])
    expect(await find('folder=Saisons/%C3%89t%C3%A9')).toEqual(['Été à Lyon'])
    expect(await find('folder=Sais')).toEqual([])
    expect(await find('tag=vip&q=lyon')).toEqual(['Été à Lyon'])
    expect(await find('state=draft&q=half')).toEqual(['Half'])
    const shelf = await world.call<{ folders: object[]; tags: object[] }>('GET', '/segments/shelf')
    expect(shelf.folders).toContainEqual({ name: 'Saisons/Hiver', count: 1 })
    expect(shelf.tags).toContainEqual({ name: 'vip', count: 1 })
  })

  it('refuses an owner whom nobody knows', async () => {
    const owner = '00000000-0000-4000-8000-000000000000'
    const answer = await world.request('POST', '/segments', { name: 'X', rule, owner })
    expect(await answer.json()).toMatchObject({
      status: 400,
      type: 'urn:clientele:problem:unknown_owner',
    })
  })

  it('tells what nothing and nobody has used for 90 days', async () => {
    const { id } = await make('Dusty')
    await triggeredBy((await make('Working')).id)
    clock.advance(89 * DAY)
    expect(await find('unused=true')).toEqual([])
    clock.advance(2 * DAY)
    expect(await find('unused=true')).toContain('Dusty')
    expect(await find('unused=true')).not.toContain('Working')
    await patch(id, { tags: ['kept'] })
    expect(await find('unused=true')).not.toContain('Dusty')
  })
})

describe('the archive', () => {
  it('does not take what is in use without being told to, and says by what', async () => {
    const { id } = await make('Used')
    const destination = await triggeredBy(id, 'Cart reminder')
    const consumers = await world.call('GET', `/segments/${id}/consumers`)
    expect(consumers).toEqual({
      destinations: [{ id: destination, name: 'Cart reminder', enabled: true, on: ['entered'] }],
      segments: [],
    })
    for (const [method, body] of [
      ['DELETE', undefined],
      ['PATCH', { state: 'archived' }],
    ] as const) {
      const refused = await world.request(method, `/segments/${id}`, body)
      expect(refused.status).toBe(409)
      expect(await refused.json()).toMatchObject({
        type: 'urn:clientele:problem:segment_in_use',
        detail: expect.stringContaining('“Cart reminder”'),
        consumers: { destinations: [{ id: destination }] },
      })
    }
    expect((await world.request('DELETE', `/segments/${id}?evenIfUsed=true`)).status).toBe(204)
  })

  it('gives back what it took, as it was', async () => {
    const [live, paused, draft] = [
      await make('Live one'),
      await make('Paused one'),
      await make('Draft one', { state: 'draft' }),
    ]
    await world.whenLive(live.id)
    await patch(paused.id, { state: 'paused' })
    for (const { id } of [live, paused, draft]) await world.request('DELETE', `/segments/${id}`)
    expect(await find('q=one')).toEqual([])
    expect(await find('q=one&state=archived')).toEqual(['Draft one', 'Live one', 'Paused one'])
    const back = ({ id }: Segment) => world.call<Segment>('POST', `/segments/${id}/unarchive`)
    expect(await back(draft)).toMatchObject({ state: 'draft', draft: { rule } })
    expect(await back(paused)).toMatchObject({ state: 'paused' })
    await back(live)
    expect(await world.whenLive(live.id)).toMatchObject({ size: 1 })
    const again = await world.request('POST', `/segments/${live.id}/unarchive`)
    expect(again.status).toBe(409)
  })
})

describe('templates', () => {
  type Template = { key: string; missing: unknown[]; rule?: object; classes?: object[] }

  it('speak of the events and traits that the workspace has', async () => {
    const { data } = await world.call<{ data: Template[] }>('GET', '/segments/templates')
    const by = new Map(data.map((template) => [template.key, template]))
    expect(JSON.stringify(by.get('at_risk')?.rule)).toContain('"Purchase"')
    expect(by.get('at_risk')?.missing).toEqual([])
    expect(by.get('birthday_week')?.rule).toMatchObject({ trait: 'birthDate' })
    expect(by.get('newsletter_inactive')?.missing).toHaveLength(2)
    for (const { rule: drawn, classes = [] } of data) {
      for (const one of drawn ? [{ rule: drawn }] : classes) {
        await world.call('POST', '/segments/preview', { rule: (one as { rule: object }).rule })
      }
    }
  })
})
