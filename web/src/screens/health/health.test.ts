import { expect, test } from 'vitest'
import { formats } from '../../i18n/format.ts'
import type { Balance, Health, SourceBalance } from './api.ts'
import { alarmsOf, moved, rowsOf, shadeOf, stateOf, totalsOf } from './heat.ts'
import { troublesOf } from './troubles.ts'
import { bytesText, shortText } from './words.ts'

function source(id: string, changed: Partial<SourceBalance> = {}): SourceBalance {
  return {
    source: { id, name: id, kind: 'web', archived: false },
    received: [10, 20],
    accepted: [10, 20],
    rejected: [0, 0],
    applied: [10, 20],
    duplicate: [0, 0],
    deadLettered: [0, 0],
    onTheWay: [0, 0],
    difference: [0, 0],
    unexplained: [0, 0],
    history: [0, null],
    reasons: [],
    ...changed,
  }
}

function balance(data: SourceBalance[]): Balance {
  const hours = ['2026-11-24T10:00:00Z', '2026-11-24T11:00:00Z']
  return { hours, final: [true, false], history: { state: 'counted' }, data, next: null }
}

const health: Health = {
  asOf: '2026-11-24T11:30:00Z',
  flow: {
    sources: [],
    stages: [],
    destinations: [],
    sinkLagMs: 0,
    rejected: 0,
    deadLettered: 0,
    balance: { received: 0, accepted: 0, rejected: 0, deadLettered: 0, balanced: true },
  },
  stages: [{ key: 'resolve', waiting: 0, lagMs: 0, errors: 0 }],
  shards: [],
  timers: { overdue: 0, lagMs: 0 },
  processes: [],
  dependencies: [],
  disk: { free: 50, size: 100 },
  deadLetters: 0,
  deliveries: { waiting: 0, retrying: 0, dead: 0, paused: 0 },
}

test('what is wrong comes first, then the busiest; archived and unknown only when they sent', () => {
  const nothing = { received: [0, 0], accepted: [0, 0], applied: [0, 0] }
  const archived = { id: 'old', name: 'old', kind: 'web', archived: true }
  const rows = rowsOf(
    balance([
      source('unknown', { ...nothing, source: null }),
      source('small'),
      source('old', { ...nothing, source: archived }),
      source('large', { received: [100, 200] }),
      source('wrong', { difference: [1, 0] }),
      source('new', nothing),
    ]),
  )
  expect(rows.map((row) => row.source?.id)).toEqual(['wrong', 'large', 'small', 'new'])
})

test('a cell says the most serious thing about its hour', () => {
  const all = { rejected: [1, 0], onTheWay: [1, 0], history: [1, null] }
  expect(stateOf(source('a', { ...all, difference: [-1, 0] }), 0)).toBe('wrong')
  expect(stateOf(source('a', { ...all, unexplained: [1, 0] }), 0)).toBe('wrong')
  expect(stateOf(source('a', all), 0)).toBe('history')
  expect(stateOf(source('a', { ...all, history: null }), 0)).toBe('refused')
  expect(stateOf(source('a', { deadLettered: [0, 2] }), 1)).toBe('refused')
  expect(stateOf(source('a', { onTheWay: [0, 2] }), 1)).toBe('moving')
  expect(stateOf(source('a'), 0)).toBe('fine')
  expect(stateOf(source('a', { received: [0, 0] }), 0)).toBe('none')
})

test('nothing has no shade, the most has the darkest, one event is still seen', () => {
  expect([0, 1, 31, 1000].map((n) => shadeOf(n, 1000))).toEqual([0, 1, 3, 5])
  expect(shadeOf(1, 1)).toBe(5)
})

test('the totals are those of all sources and hours, the alarms the newest first', () => {
  const view = balance([source('a', { difference: [2, 0] }), source('b', { difference: [0, -1] })])
  expect(totalsOf(view.data)).toMatchObject({ received: 60, applied: 60, difference: 1 })
  expect(alarmsOf(view).map(({ source: of, hour }) => [of.source?.id, hour])).toEqual([
    ['b', 1],
    ['a', 0],
  ])
})

test('the keys of the grid move within it', () => {
  const size = { rows: 3, hours: 24 }
  expect(moved({ row: 0, hour: 0 }, 'ArrowLeft', size)).toEqual({ row: 0, hour: 0 })
  expect(moved({ row: 0, hour: 0 }, 'End', size)).toEqual({ row: 0, hour: 23 })
  expect(moved({ row: 1, hour: 5 }, 'PageDown', size)).toEqual({ row: 2, hour: 5 })
  expect(moved({ row: 1, hour: 5 }, 'x', size)).toBeNull()
})

test('all is well until something is not, and what may lose events comes first', () => {
  expect(troublesOf(health, balance([source('a')]))).toEqual([])
  expect(troublesOf(health, undefined)).toEqual([])
  const shard: Health['shards'][number] = {
    lane: 'live',
    shard: 0,
    perSecond: 0,
    head: 9,
    position: 3,
    waiting: 6,
    lagMs: 60_000,
    historyPosition: 3,
    historyWaiting: 6,
    historyLagMs: 60_000,
    historyAttempts: 0,
    owner: null,
  }
  const bad: Health = {
    ...health,
    stages: [{ key: 'resolve', waiting: 6, lagMs: 60_000, errors: 0 }],
    shards: [shard],
    dependencies: [
      { key: 'clickhouse', state: 'away', required: false, tookMs: null, bytes: null },
    ],
    deadLetters: 2,
    disk: { free: 5, size: 100 },
  }
  const troubles = troublesOf(bad, balance([source('a', { difference: [1, 0] })]))
  expect(troubles.map(({ key, tone }) => `${key} ${tone}`)).toEqual([
    'unbalanced red',
    'ownerless red',
    'flow amber',
    'clickhouseAway amber',
    'dead amber',
    'disk amber',
  ])
})

test('sizes and large counts are short, as each language writes them', () => {
  const [fr, en] = [formats('fr', 'UTC'), formats('en', 'UTC')]
  const sizes = [512, 40_812_000, 312e9].map((bytes) => bytesText(fr, bytes))
  expect(sizes).toEqual(['512\u00a0o', '40,8\u00a0Mo', '312\u00a0Go'])
  expect(bytesText(en, 1_500)).toBe('1.5\u00a0KB')
  expect([940, 1_240, 47_774, 3e6].map((n) => shortText(fr, n))).toEqual([
    '940',
    '1,2k',
    '48k',
    '3M',
  ])
})
