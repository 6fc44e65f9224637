import { describe, expect, it } from 'vitest'
import { describeNodes, layoutGraph, NODE, othersOnDevices } from './graph.ts'
import { consentFor, reachable, stayRows } from './stays.ts'
import { filterSessions, joinSessions, sessionIcon } from './timeline.ts'
import type { Consent, Identity, Session, TimelineEntry, WhyPart } from './types.ts'
import { whyRows } from './why.ts'

const entry = (time: string, extra: Partial<TimelineEntry> = {}): TimelineEntry => ({
  kind: 'event',
  time,
  event: 'Page Viewed',
  messageId: time,
  ...extra,
})
const session = (id: string, times: string[]): Session => ({
  id,
  source: { id: 's', name: 'Site web' },
  device: null,
  start: times.at(-1) ?? '',
  end: times[0] ?? '',
  events: times.map((time) => entry(time)),
})

describe('the timeline', () => {
  it('makes one session of the two halves that a page boundary cut', () => {
    const joined = joinSessions([
      [session('b', ['2026-03-02T10:05Z', '2026-03-02T10:03Z'])],
      [
        session('b', ['2026-03-02T10:03Z', '2026-03-02T10:01Z']),
        session('a', ['2026-03-01T10:00Z']),
      ],
    ])
    expect(joined.map((each) => [each.id, each.events.length])).toEqual([
      ['b', 3],
      ['a', 1],
    ])
    expect(joined[0]).toMatchObject({ start: '2026-03-02T10:01Z', end: '2026-03-02T10:05Z' })
  })
  it('keeps only sessions that hold an entry of the kind and the words asked for', () => {
    const mixed = session('a', ['2026-03-01T10:00Z'])
    mixed.events.push(entry('2026-03-01T10:01Z', { kind: 'segment', event: null }))
    expect(filterSessions([mixed], { kind: 'segment', text: '' })[0]?.events).toHaveLength(1)
    expect(filterSessions([mixed], { kind: null, text: 'nothing like it' })).toEqual([])
  })
  it.each([
    ['Caisses', 'till'],
    ['Site web', 'web'],
    ['Application mobile', 'app'],
    ['Newsletter', 'mail'],
    ['Inconnu', 'other'],
  ])('draws %s as %s', (name, icon) => {
    expect(sessionIcon(name)).toBe(icon)
  })
})

const node = (id: string, scope: string, profileId = 'p') => ({
  id,
  namespace: scope === 'device' ? 'anonymous_id' : 'email',
  value: id,
  scope,
  firstSeen: `2026-01-0${id.length}`,
  profileId,
})
const identity: Identity = {
  nodes: [
    node('a', 'person'),
    node('bb', 'person'),
    node('ccc', 'device'),
    node('dddd', 'person', 'q'),
  ],
  links: [
    {
      id: 'l1',
      from: 'a',
      to: 'bb',
      kind: 'same-event',
      state: 'accepted',
      reason: null,
      firstAt: '2026-01-02',
      event: null,
      source: null,
    },
    {
      id: 'l2',
      from: 'a',
      to: 'dddd',
      kind: 'same-event',
      state: 'refused',
      reason: { code: 'limit', text: { fr: '', en: '' } },
      firstAt: '2026-01-03',
      event: null,
      source: null,
    },
  ],
  devices: [],
  history: [],
}

describe('the identity graph', () => {
  it('shows what was refused, with the link that says why, after what was accepted', () => {
    const last = describeNodes(identity, 'p').at(-1)
    expect(last).toMatchObject({ state: 'refused', node: { id: 'dddd' }, link: { id: 'l2' } })
  })
  it('shows a shared device as shared, and counts instead of showing whom else it knows', () => {
    const at = '2026-01-01T00:00:00Z'
    const node = (id: string, scope: 'person' | 'device', profileId: string) => ({
      ...(identity.nodes[0] as Identity['nodes'][number]),
      id,
      scope,
      profileId,
    })
    const link = (from: string, to: string) => ({
      ...(identity.links[0] as Identity['links'][number]),
      id: `${from}-${to}`,
      from,
      to,
      state: 'accepted' as const,
      firstAt: at,
    })
    const till: Identity = {
      ...identity,
      nodes: [node('me', 'person', 'p'), node('till', 'device', 'd'), node('you', 'person', 'q')],
      links: [link('me', 'till'), link('you', 'till')],
    }
    expect(describeNodes(till, 'p').map((each) => [each.node.id, each.state])).toEqual([
      ['me', 'accepted'],
      ['till', 'shared'],
    ])
    expect(othersOnDevices(till, 'p')).toBe(1)
  })
  it('puts devices and refused identifiers at the right, and no two nodes on one place', () => {
    const { placed, height } = layoutGraph(identity, 'p', 640)
    expect(placed.filter((each) => each.side === 'right').map((each) => each.node.id)).toEqual([
      'ccc',
      'dddd',
    ])
    expect(new Set(placed.map((each) => `${each.x} ${each.y}`)).size).toBe(4)
    expect(placed.every((each) => each.y >= 0 && each.y + NODE.height <= height)).toBe(true)
  })
})

describe('segments and consents', () => {
  const now = Date.parse('2026-11-22T00:00:00Z')
  it('draws the stays of a year, what is current first, and nothing older', () => {
    const rows = stayRows(
      [
        { segment: { id: 'old', name: 'O' }, enteredAt: '2020-01-01', leftAt: '2020-02-01' },
        { segment: { id: 'gone', name: 'G' }, enteredAt: '2026-06-01', leftAt: '2026-07-01' },
        { segment: { id: 'in', name: 'I' }, enteredAt: '2019-01-01', leftAt: null },
      ],
      now,
    )
    expect(rows.map((row) => row.segment.id)).toEqual(['in', 'gone', 'old'])
    expect(rows[0]?.bars).toEqual([{ from: 0, to: 1, open: true }])
    expect(rows[2]?.bars).toEqual([])
  })
  const say = (channel: string | null, granted: boolean, at: string): Consent => ({
    purpose: 'marketing',
    channel,
    granted,
    at,
    source: null,
  })
  it('lets the newest word count, whether it names the channel or all of them', () => {
    const consents = [say('email', true, '2026-01-01'), say('*', false, '2026-02-01')]
    expect(consentFor(consents, 'marketing', 'email')?.granted).toBe(false)
    expect(consentFor(consents, 'loyalty', 'email')).toBeNull()
  })
  it('says reachable, refused or unknown for each channel', () => {
    expect(reachable([say('email', true, '2026-01-01'), say('sms', false, '2026-01-01')])).toEqual({
      email: true,
      sms: false,
      push: null,
      post: null,
    })
  })
})

describe('why somebody is in a segment', () => {
  const part = (path: string, depth: number): WhyPart => ({
    ...{ path, depth, holds: true, found: null },
    sentence: { fr: path, en: path },
  })
  it('tells a group by what it asks of its lines, and a condition by its sentence', () => {
    const parts = [
      part('', 0),
      part('/all/0', 1),
      part('/all/1', 1),
      part('/all/1/not', 2),
      part('/all/1/not/of/0', 3),
      part('/all/2', 1),
    ]
    expect(whyRows(parts).map(({ group }) => group)).toEqual(['all', null, 'not', 'of', null, null])
  })
  it('lifts the lines of "all of these" out of another that it stands in', () => {
    const parts = [
      part('', 0),
      part('/all/0', 1),
      part('/all/0/all/0', 2),
      part('/all/0/all/1', 2),
      part('/all/0/all/1/any/0', 3),
      part('/all/1', 1),
      part('/all/1/none/0', 2),
    ]
    expect(whyRows(parts).map(({ path, depth, group }) => [path, depth, group])).toEqual([
      ['', 0, 'all'],
      ['/all/0/all/0', 1, null],
      ['/all/0/all/1', 1, 'any'],
      ['/all/0/all/1/any/0', 2, null],
      ['/all/1', 1, 'none'],
      ['/all/1/none/0', 2, null],
    ])
  })
})
