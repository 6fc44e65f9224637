import { expect, test } from 'vitest'
import type { JsonObject } from '../collect/index.ts'
import { openClickHouse } from '../platform/clickhouse.ts'
import { propertiesIn } from './eventNames.ts'
import { silence } from './flowPicture.ts'
import { askingHistory } from './history.ts'
import { ratePerSecond } from './intakeCounts.ts'
import { isPersonalPath, maskPath } from './masking.ts'
import { EARLIEST_MS, LATEST_MS, stretchesOf } from './ownership.ts'
import { maskObjects } from './profileObjects.ts'
import { RecentAnswers } from './recent.ts'
import { type Moment, SESSION_GAP_MS, sessionsOf } from './sessions.ts'
import { staysOf } from './stays.ts'
import { deviceName, summaryOf } from './summary.ts'
import { bucketsOf, levelTile, sumTile } from './tiles.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const T = Date.UTC(2026, 10, 22)

test('a device belongs to its first user from 30 days before the login, until the next one', () => {
  const logins = [
    { at: T, owner: 'lea' },
    { at: T + DAY, owner: 'paul' },
    { at: T + 2 * DAY, owner: 'lea' },
  ]
  expect(stretchesOf('dev', logins, new Set(['lea']))).toEqual([
    { anchor: 'dev', from: T - 30 * DAY, to: T + DAY },
    { anchor: 'dev', from: T + 2 * DAY, to: LATEST_MS },
  ])
  expect(stretchesOf('dev', logins, new Set(['paul']))).toEqual([
    { anchor: 'dev', from: T + DAY, to: T + 2 * DAY },
  ])
  expect(stretchesOf('dev', logins, new Set(['dev']))).toEqual([
    { anchor: 'dev', from: EARLIEST_MS, to: T - 30 * DAY },
  ])
  expect(stretchesOf('dev', [], new Set(['dev']))).toEqual([
    { anchor: 'dev', from: EARLIEST_MS, to: LATEST_MS },
  ])
})

const moment = (at: number, source = 1, device: string | null = null): Moment => ({
  at,
  source,
  device,
  entry: {
    kind: source === 0 ? 'segment' : 'event',
    time: new Date(at).toISOString(),
    event: null,
    displayName: null,
    summary: null,
  },
})
const sizes = (moments: Moment[]) =>
  sessionsOf(moments, (source) => ({ id: String(source), name: `S${source}` })).map((session) => [
    session.source?.name,
    session.events.length,
  ])

test('half an hour of silence ends a session; another source or device is another session', () => {
  expect(sizes([moment(T), moment(T - SESSION_GAP_MS)])).toEqual([['S1', 2]])
  expect(sizes([moment(T), moment(T - SESSION_GAP_MS - 1)])).toEqual([
    ['S1', 1],
    ['S1', 1],
  ])
  expect(sizes([moment(T), moment(T - 1, 2), moment(T - 2)])).toEqual([
    ['S1', 2],
    ['S2', 1],
  ])
  expect(sizes([moment(T, 1, 'iPhone'), moment(T - 1, 1, 'Mac')]).length).toBe(2)
})

test('what the program did joins the session that it followed from', () => {
  expect(sizes([moment(T, 0), moment(T - 1, 2), moment(T - 2, 2)])).toEqual([['S2', 3]])
})

test('the current stays are those of the document, whatever the ledger lacks', () => {
  const changes = [
    { segment: 1, change: 'entered' as const, at: T },
    { segment: 1, change: 'left' as const, at: T + DAY },
    { segment: 2, change: 'left' as const, at: T + DAY },
    { segment: 3, change: 'entered' as const, at: T },
  ]
  expect(staysOf(changes, new Map([[4, T + 5]]))).toEqual([
    { segment: 4, enteredAt: T + 5, leftAt: null },
    { segment: 1, enteredAt: T, leftAt: T + DAY },
  ])
})

test('a summary says the thing, the amount in its currency, and how many', () => {
  const properties = { name: 'Lampe', total: 49.9, currency: 'EUR', products: [1, 2] }
  const summary = summaryOf({ properties, traits: {} })
  expect(summary?.fr.replace(/\s/g, ' ')).toBe('Lampe · 49,90 € · 2 articles')
  expect(summary?.en).toBe('Lampe · €49.90 · 2 items')
  expect(summaryOf({ properties: { total: 1, currency: 'nonsense' }, traits: {} })?.en).toBe('1')
  expect(summaryOf({ properties: {}, traits: {} })).toBeNull()
})

test('a device is named by its model, else by what its browser tells', () => {
  expect(deviceName({ device: { model: 'Pixel 9' } })).toBe('Pixel 9')
  expect(deviceName({ userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0)' })).toBe('iPhone')
  expect(deviceName({ device: 4, userAgent: [] })).toBeNull()
})

test('a flattened value is masked as it would be in its object: the street, not the city', () => {
  expect(maskPath('address.street', '3 rue du Test')).toBe('•••')
  expect(maskPath('address.city', 'Lyon')).toBe('Lyon')
  expect(maskPath('home.email', 'lea@maison.fr')).toBe('l••••@maison.fr')
  expect(maskPath('a.b.c', [1])).toEqual([1])
  const personal = ['address.street', 'email', 'a.phone', 'birthday', 'address']
  expect(personal.filter((path) => !isPersonalPath(path))).toEqual([])
  expect(['city', 'address.city', 'a.__proto__.b', 'constructor'].some(isPersonalPath)).toBe(false)
})

test('a property has the types that were seen, and its most frequent values first', () => {
  const said: JsonObject[] = [{ a: 'x', 'b c': { d: 1 } }, { a: 'y' }, { a: 'y' }]
  expect(propertiesIn(said, true)).toEqual([
    { path: 'a', types: ['text'], sampleValues: ['y', 'x'] },
    { path: 'b c.d', types: ['number'], sampleValues: [1] },
  ])
  const personal = [{ email: 'lea@maison.fr', note: 'call lea@maison.fr' }]
  expect(JSON.stringify(propertiesIn(personal, false))).not.toContain('lea@')
})

test('personal attributes of an object are masked, its others are not', () => {
  const attribute = (key: string, value: unknown) => ({
    ...{ key, value, type: 'text', source: null, time: '2026-11-22T12:00:00Z' },
  })
  const attributes = [attribute('holder.email', 'lea@maison.fr'), attribute('state', 'open')]
  const named = { firstNamed: '', lastNamed: '', source: null }
  const types = [{ type: 'card', capped: false, objects: [{ id: 'C-1', ...named, attributes }] }]
  const [masked] = maskObjects(types)
  expect(masked?.objects[0]?.attributes).toMatchObject([
    { value: 'l••••@maison.fr', masked: true },
    { value: 'open' },
  ])
})

test('a tile compares the period with the one before it', () => {
  const buckets = bucketsOf([
    { bucket: -1, n: 100 },
    { bucket: 0, n: 2 },
    { bucket: 59, n: 2 },
    { bucket: 60, n: 1 },
  ])
  expect(sumTile(buckets)).toMatchObject({ value: 3, change: 0.5 })
  expect(sumTile(bucketsOf([{ bucket: 31, n: 1 }]))).toMatchObject({ value: 1, change: null })
  const levels = Array.from({ length: 60 }, (_, index) => (index < 30 ? 10 : 12))
  expect(levelTile(levels)).toMatchObject({ value: 12, change: 0.2 })
})

test('a source is silent when it usually speaks and has not for half an hour', () => {
  const last = new Date(T)
  expect(silence({ last, day: 500 }, T + 40 * MINUTE)).toBe(last.toISOString())
  expect(silence({ last, day: 500 }, T + 20 * MINUTE)).toBeNull()
  expect(silence({ last, day: 5 }, T + 40 * MINUTE)).toBeNull()
  expect(silence({ last: null, day: 0 }, T)).toBeNull()
})

test('a rate counts the minute before and what has passed of this one', () => {
  expect(ratePerSecond([500, 60, 30], T + 30_000)).toBe(1)
})

test('those who ask at the same time share one answer; a failed one is forgotten', async () => {
  let made = 0
  const answers = new RecentAnswers<number>(1_000)
  const make = async () => {
    made += 1
    return made
  }
  const both = await Promise.all([answers.get('a', T, make), answers.get('a', T + 999, make)])
  expect([...both, await answers.get('a', T + 1_000, make)]).toEqual([1, 1, 2])
  const failing = () => Promise.reject(new Error('away'))
  await expect(answers.get('b', T, failing)).rejects.toThrow('away')
  expect(await answers.get('b', T, make)).toBe(3)
})

test('ClickHouse being away is a 503 that says what still works', async () => {
  const away = openClickHouse({
    url: 'http://127.0.0.1:1',
    username: 'x',
    password: 'x',
    database: 'x',
    timeoutMs: 2_000,
  })
  const asked = askingHistory({ clickhouse: away })('SELECT 1', {})
  await expect(asked).rejects.toMatchObject({ status: 503, code: 'history_unavailable' })
  await away.close()
})
