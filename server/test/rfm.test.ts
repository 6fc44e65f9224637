/**
 * RFM over the real purchases of CDNOW's sample (1997 to mid-1998), against scores that are made of
 * the raw file by code that shares nothing with the program.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { manualClock } from '../src/platform/clock.ts'
import { RFM_GROUPS } from '../src/segment/computed/rfmGroups.ts'
import { WHOLE_FILE } from './retailFile.ts'
import { openSegmentWorld, type SegmentWorld } from './segmentWorld.ts'

const DAY = 24 * 60 * 60_000
const NOW = Date.parse('1998-07-01T00:00:00Z')
const FILE = join(WHOLE_FILE, '../../cdnow/CDNOW_sample.txt')
/** Where the file is not there: made up, with as many ties. */
const lines = existsSync(FILE) ? readFileSync(FILE, 'utf8').split('\n') : madeUp()

type Purchase = { who: string; at: number; cents: number }

function madeUp(): string[] {
  return Array.from({ length: 900 }, (_, n) => {
    const day = String(1 + ((n * 7) % 28)).padStart(2, '0')
    const month = String(1 + ((n * 5) % 12)).padStart(2, '0')
    return `0 c${(n * n) % 150} 1997${month}${day} 1 ${(n % 40) + 0.25}`
  })
}

function readPurchase(line: string): Purchase[] {
  const [, who, date = '', , dollars] = line.trim().split(/\s+/)
  if (!who || !dollars) return []
  const day = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6, 8)}`
  return [{ who, at: Date.parse(`${day}T12:00:00Z`), cents: Math.round(Number(dollars) * 100) }]
}

const purchases = lines.flatMap(readPurchase)
const byPerson = Map.groupBy(purchases, ({ who }) => who)
const people = [...byPerson].map(([who, own]) => ({
  who,
  r: Math.floor((NOW - Math.max(...own.map(({ at }) => at))) / DAY),
  f: own.length,
  m: own.reduce((sum, { cents }) => sum + cents, 0),
}))

const ascending = (values: number[]) => values.sort((x, y) => x - y)
function fifths(values: number[]): number[] {
  const sorted = ascending(values)
  return [1, 2, 3, 4].map((k) => sorted[Math.floor((k * sorted.length) / 5)] ?? 0)
}
const cuts = {
  r: fifths(people.map(({ r }) => r)),
  f: fifths(people.map(({ f }) => f)),
  m: fifths(people.map(({ m }) => m)),
}
const above = (value: number, limits: number[]) => limits.filter((limit) => value > limit).length
const scored = people.map((one) => ({
  ...one,
  score: { r: 5 - above(one.r, cuts.r), f: 1 + above(one.f, cuts.f), m: 1 + above(one.m, cuts.m) },
}))

let world: SegmentWorld
type Trait = { id: string; recomputed: typeof cuts | null; recomputedAt: string | null }
let trait: Trait

beforeAll(async () => {
  world = await openSegmentWorld(manualClock(NOW))
  await world.send(
    purchases.map(({ who, at, cents }, index) => ({
      ...{ type: 'track', event: 'Order Completed', userId: who, messageId: `purchase-${index}` },
      ...{ timestamp: new Date(at).toISOString(), properties: { total: cents / 100 } },
    })),
  )
  await world.settled()
  const { id } = await world.call<Trait>('POST', '/computed-traits', {
    ...{ key: 'rfm', name: 'RFM' },
    definition: { rfm: { did: 'Order Completed' }, monetary: 'total', within: null },
  })
  do {
    await new Promise((resolve) => setTimeout(resolve, 50))
    trait = await world.call<Trait>('GET', `/computed-traits/${id}`)
  } while (trait.recomputedAt === null)
}, 300_000)
afterAll(() => world.close(), 60_000)

it('cuts people into fifths where the raw file does', () => {
  expect(trait.recomputed).toEqual({ ...cuts, m: cuts.m.map((cents) => cents / 100) })
})

it('has the members that the raw file has in a group and in a score', async () => {
  const champions = RFM_GROUPS.find(({ key }) => key === 'champions')?.cells[0]
  const isChampion = ({ score }: (typeof scored)[number]) =>
    champions && score.r >= champions.r[0] && score.f >= champions.f[0]
  const sizes = await Promise.all(
    [
      { trait: 'rfm', op: 'equals', value: 'champions' },
      { trait: 'rfm.group', op: 'equals', value: 'champions' },
      { trait: 'rfm.m', op: 'greaterOrEqual', value: 4 },
      {
        all: [
          { trait: 'rfm.r', op: 'less', value: 3 },
          { trait: 'rfm.f', op: 'less', value: 3 },
        ],
      },
    ].map(async (rule, index) => {
      const { id } = await world.create(`Segment ${index}`, rule)
      await world.whenLive(id)
      const preview = await world.call<{ count: number }>('POST', '/segments/preview', { rule })
      return [(await world.members(id)).length, preview.count]
    }),
  )
  const counted = [
    scored.filter(isChampion).length,
    scored.filter(isChampion).length,
    scored.filter(({ score }) => score.m >= 4).length,
    scored.filter(({ score }) => score.r < 3 && score.f < 3).length,
  ]
  expect(sizes).toEqual(counted.map((count) => [count, count]))
  expect(counted.every((count) => count > 0)).toBe(true)
})

it('every pair of scores has one group', () => {
  for (let r = 1; r <= 5; r += 1) {
    for (let f = 1; f <= 5; f += 1) {
      const own = RFM_GROUPS.filter(({ cells }) =>
        cells.some((cell) => r >= cell.r[0] && r <= cell.r[1] && f >= cell.f[0] && f <= cell.f[1]),
      )
      expect(own, `${r} ${f}`).toHaveLength(1)
    }
  }
})

it('shows the 5 × 5 grid of now, and who has moved since another instant', async () => {
  type Grid = {
    cells: { r: number; f: number; people: number; sum: number }[]
    moves: { from: { r: number; f: number } | null; to: { r: number; f: number }; people: number }[]
  }
  const before = '1998-04-01T00:00:00Z'
  const grid = await world.call<Grid>('GET', `/computed-traits/${trait.id}/grid?since=${before}`)
  const alone = await world.call<Grid>('GET', `/computed-traits/${trait.id}/grid`)
  for (const { cells } of [grid, alone]) {
    expect(cells).toHaveLength(25)
    for (const { r, f, people: count, sum } of cells) {
      const own = scored.filter(({ score }) => score.r === r && score.f === f)
      expect({ r, f, count }).toEqual({ r, f, count: own.length })
      expect(Math.round(sum * 100)).toBe(own.reduce((total, { m }) => total + m, 0))
    }
  }
  expect(alone.moves).toEqual([])
  const known = people.filter(({ who }) =>
    byPerson.get(who)?.some(({ at }) => at <= Date.parse(before)),
  )
  const moved = grid.moves.filter(({ from }) => from !== null)
  expect(moved.reduce((sum, move) => sum + move.people, 0)).toBe(known.length)
})
