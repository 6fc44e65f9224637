/**
 * Segments over the real order lines, against counts made of the raw file by code that shares
 * nothing with the program. TEST_WHOLE_RETAIL=1 takes the whole file.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { manualClock } from '../src/platform/clock.ts'
import { onlineRetail } from '../src/replay/formats.ts'
import { hasWholeFile, WHOLE_FILE, writeRetailPart } from './retailFile.ts'
import { openSegmentWorld, type SegmentWorld } from './segmentWorld.ts'

const DAY = 24 * 60 * 60_000
const isWhole = process.env.TEST_WHOLE_RETAIL === '1' && hasWholeFile
/** So many lines of the file's beginning: 1 to 17 December 2010. */
const LINES = 30_000

type Line = Record<string, string>
/** A line as the test itself reads it: micros are millionths of a pound. */
type Bought = { who: string; order: string; sku: string; at: number; micros: bigint }

let world: SegmentWorld
let bought: Bought[]
let begin: number
let end: number

beforeAll(async () => {
  const lines = await readLines()
  bought = lines.flatMap(readBought)
  begin = bought.reduce((first, { at }) => Math.min(first, at), Number.POSITIVE_INFINITY)
  end = bought.reduce((last, { at }) => Math.max(last, at), 0) + 1
  world = await openSegmentWorld(manualClock(Date.parse('2026-11-22T12:00:00Z')))
  const toEvent = onlineRetail.open()
  const events = lines.flatMap((line, index) => {
    const event = toEvent(line, index)
    return typeof event === 'string' ? [] : [{ ...event, messageId: `line-${index}` }]
  })
  await world.send(events)
}, 900_000)

afterAll(() => world.close(), 60_000)

async function readLines(): Promise<Line[]> {
  const home = mkdtempSync(join(tmpdir(), 'clientele-retail-'))
  try {
    const file = isWhole ? WHOLE_FILE : (await writeRetailPart(home, LINES)).file
    return parse(gunzipSync(readFileSync(file)), { columns: true }) as Line[]
  } finally {
    rmSync(home, { recursive: true })
  }
}

/** In winter London has UTC, in summer an hour more; the file's days of change have no night. */
function readBought(line: Line): Bought[] {
  const { InvoiceNo = '', StockCode = '', InvoiceDate = '', CustomerID = '' } = line
  if (InvoiceNo.startsWith('C')) return []
  const isSummer = InvoiceDate >= '2011-03-27' && InvoiceDate < '2011-10-30'
  const who = CustomerID === '' ? `guest-${InvoiceNo}` : CustomerID.replace('.0', '')
  return [
    {
      ...{ who, order: InvoiceNo, sku: StockCode },
      at: Date.parse(`${InvoiceDate.replace(' ', 'T')}Z`) - (isSummer ? 60 * 60_000 : 0),
      micros: BigInt(line.Quantity ?? '0') * BigInt(Math.round(Number(line.UnitPrice) * 1e6)),
    },
  ]
}

const NOT_CANCELLED = [{ property: 'cancelled', op: 'equals', value: false }]
const LINE = { did: 'Order Line', where: NOT_CANCELLED }
const iso = (at: number) => new Date(at).toISOString()

/** A segment made now, complete. */
async function segmentOf(name: string, rule: unknown): Promise<string> {
  const { id } = await world.create(name, rule)
  await world.whenLive(id)
  await world.settled()
  return id
}

/** Members of a segment made now, by who they are. */
async function membersOf(name: string, rule: unknown): Promise<string[]> {
  return whoAre(await world.members(await segmentOf(name, rule)))
}

/** Who was a member at an instant, by what had happened until then. */
async function membersAsOf(segment: string, at: number): Promise<string[]> {
  const found: string[] = []
  let cursor = ''
  for (;;) {
    const path = `/segments/${segment}/members?limit=200&asOf=${iso(at)}${cursor}`
    const page = await world.call<{ data: { id: string }[]; next: string | null }>('GET', path)
    found.push(...page.data.map(({ id }) => id))
    if (page.next === null) return whoAre(found)
    cursor = `&cursor=${page.next}`
  }
}

async function whoAre(profiles: readonly string[]): Promise<string[]> {
  const members = new Set(profiles)
  const rows = await world
    .program()
    .deps.postgres.query<{ id: string; value: string }>('SELECT id, value FROM identifier')
  return rows.flatMap((row) => (members.has(row.id) ? [row.value] : [])).sort()
}

/** People by their purchases up to an instant. */
function peopleAsOf(at: number, test: (own: readonly Bought[]) => boolean): string[] {
  return peopleWhere((own) => test(own.filter((one) => one.at <= at)))
}

function peopleWhere(test: (own: readonly Bought[]) => boolean): string[] {
  const people = Map.groupBy(bought, ({ who }) => who)
  return [...people].flatMap(([who, own]) => (test(own) ? [who] : [])).sort()
}

it('who ordered three times, for 1,000 pounds or more, in the last days', async () => {
  const [orders, pounds, days] = isWhole ? [3, 1_000, 90] : [2, 500, 10]
  const period = { from: iso(end - days * DAY), to: iso(end) }
  const measured = (measure: string, property: string, value: number) => {
    return { measure, of: LINE, property, within: period, op: 'greaterOrEqual', value }
  }
  const members = await membersOf('Best', {
    all: [measured('distinct', 'order_id', orders), measured('sum', 'revenue', pounds)],
  })
  const expected = peopleWhere((own) => {
    const recent = own.filter(({ at }) => at >= end - days * DAY)
    const total = recent.reduce((sum, { micros }) => sum + micros, 0n)
    const different = new Set(recent.map(({ order }) => order)).size
    return different >= orders && total >= BigInt(pounds) * 1_000_000n
  })
  expect(expected.length).toBeGreaterThan(5)
  expect(members).toEqual(expected)
}, 600_000)

it('the same in a window that moves, at the end of the file and in its middle', async () => {
  const [orders, pounds, days] = isWhole ? [3, 1_000, 90] : [2, 300, 5]
  const measured = (measure: string, property: string, value: number) => {
    return { measure, of: LINE, property, within: { days }, op: 'greaterOrEqual', value }
  }
  const segment = await segmentOf('Best of late', {
    all: [measured('distinct', 'order_id', orders), measured('sum', 'revenue', pounds)],
  })
  for (const at of [end, Math.floor((begin + end) / 2)]) {
    const expected = peopleAsOf(at, (own) => {
      const recent = own.filter((one) => one.at > at - days * DAY)
      const total = recent.reduce((sum, { micros }) => sum + micros, 0n)
      const different = new Set(recent.map(({ order }) => order)).size
      return different >= orders && total >= BigInt(pounds) * 1_000_000n
    })
    expect(expected.length).toBeGreaterThan(5)
    expect(await membersAsOf(segment, at)).toEqual(expected)
  }
}, 600_000)

it('who bought in the first half and not in the second', async () => {
  const middle = Math.floor((begin + end) / 2)
  const did = (period: object, op: string, count: number) => {
    return { did: 'Order Line', where: NOT_CANCELLED, times: { op, count }, within: period }
  }
  const segment = await segmentOf('Lost', {
    all: [
      did({ to: iso(middle) }, 'atLeast', 1),
      did({ from: iso(middle), to: iso(end) }, 'atMost', 0),
    ],
  })
  const expected = peopleWhere((own) => own.every(({ at }) => at < middle))
  expect(expected.length).toBeGreaterThan(5)
  expect(await whoAre(await world.members(segment))).toEqual(expected)
  const at = middle + Math.floor((end - middle) / 2)
  const lost = peopleAsOf(at, (own) => own.length > 0 && own.every((one) => one.at < middle))
  expect(lost.length).toBeGreaterThan(expected.length)
  expect(await membersAsOf(segment, at)).toEqual(lost)
}, 600_000)

it('who bought one thing and then another within seven days', async () => {
  const popular = Map.groupBy(bought, ({ sku }) => sku)
  const [first = '', second = ''] = [...popular]
    .sort(([, x], [, y]) => y.length - x.length)
    .map(([sku]) => sku)
  const product = (sku: string) => {
    return { ...LINE, where: [...NOT_CANCELLED, { property: 'sku', op: 'equals', value: sku }] }
  }
  const segment = await segmentOf('Then', {
    sequence: [product(first), product(second)],
    within: { days: 7 },
    begun: null,
  })
  const isThen = (own: readonly Bought[]) => {
    const times = (wanted: string) =>
      // Codes are compared as all texts are, without regard to case.
      own.filter(({ sku }) => sku.toLowerCase() === wanted.toLowerCase()).map(({ at }) => at)
    return times(first).some((x) => times(second).some((y) => y > x && y <= x + 7 * DAY))
  }
  const expected = peopleWhere(isThen)
  expect(expected.length).toBeGreaterThan(2)
  expect(await whoAre(await world.members(segment))).toEqual(expected)
  const at = Math.floor((begin + end) / 2)
  const early = peopleAsOf(at, isThen)
  expect(early.length).toBeGreaterThan(0)
  expect(early.length).toBeLessThan(expected.length)
  expect(await membersAsOf(segment, at)).toEqual(early)
}, 600_000)
