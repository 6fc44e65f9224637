/** The arithmetic of the benchmark; that it runs is shown by `npm run bench -- --quick`. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coresFor, cpuHoursFor, eventsPerSecondOn } from '../bench/capacity.ts'
import { parseStat, parseStatus, treeOf } from '../bench/processes.ts'
import { tableOf, withTable } from '../bench/report.ts'
import { compareEngines } from '../bench/ruleEngines.ts'
import { ruleOf } from '../bench/segmentMix.ts'
import { percentile, percentilesOf, slopeOf, spreadOf } from '../bench/statistics.ts'
import {
  bodyText,
  buyersAmong,
  eventText,
  isOrder,
  isReturning,
  lastQuarter,
  personOf,
  type Workload,
} from '../bench/workload.ts'
import { parseRule } from '../src/segment/parse.ts'

const workload: Workload = {
  run: 'test',
  base: lastQuarter(Date.UTC(2026, 10, 22, 12, 7)),
  people: 1_000,
  popularity: 'zipf',
}

describe('statistics', () => {
  it('give the value that a share of the values lies below', () => {
    const values = Array.from({ length: 1_000 }, (_, index) => index)
    expect([0, 0.5, 0.99, 0.999, 1].map((share) => percentile(values, share))).toEqual([
      0, 500, 990, 999, 999,
    ])
    expect(percentile([], 0.5)).toBe(0)
  })

  it('do not depend on the order in which times were measured', () => {
    expect(percentilesOf([30, 10, 20])).toEqual({ p50_ms: 20, p99_ms: 30, p999_ms: 30 })
  })

  it('give median, least and most of repeats', () => {
    expect(spreadOf([9, 1, 5])).toEqual({ median: 5, min: 1, max: 9 })
    expect(spreadOf([4, 2])).toEqual({ median: 3, min: 2, max: 4 })
    expect(() => spreadOf([])).toThrow('nothing')
  })

  it('give the slope of a line through points, whatever its height', () => {
    fc.assert(
      fc.property(fc.integer({ min: -50, max: 50 }), fc.integer(), (slope, height) => {
        const points = [0, 1, 2, 5].map((x) => ({ x, y: height + slope * x }))
        expect(slopeOf(points)).toBeCloseTo(slope, 3)
      }),
    )
    expect(slopeOf([{ x: 1, y: 1 }])).toBe(0)
  })
})

describe('what is read from /proc', () => {
  const stat = (pid: number, parent: number, times: string, name = 'node') =>
    `${pid} (${name}) S ${parent} 1 1 0 -1 4194560 9 9 9 9 ${times} 20 0 1 0 100 1 1`

  it('counts own time and that of children which have ended, whatever the name holds', () => {
    const text = stat(7, 3, '10 20 300 4000', 'a) S 1 (b')
    expect(parseStat(text)).toEqual({ pid: 7, parent: 3, ticks: 4_330 })
  })

  it('finds all that descends from a process, and nobody else', () => {
    const all = [
      stat(1, 0, '1 0 0 0'),
      stat(2, 1, '1 0 0 0'),
      stat(3, 2, '1 0 0 0'),
      stat(4, 0, '1 0 0 0'),
    ].map(parseStat)
    expect(treeOf([2], all).map((one) => one.pid)).toEqual([2, 3])
    expect(treeOf([1, 4], all).map((one) => one.pid)).toEqual([1, 4, 2, 3])
  })

  it('tells the memory of its own from what is shared', () => {
    const text = 'Name:\tpostgres\nVmRSS:\t   300 kB\nRssAnon:\t  100 kB\nRssShmem:\t 200 kB\n'
    expect(parseStatus(text)).toEqual({
      resident: 300 * 1024,
      anonymous: 100 * 1024,
      shared: 200 * 1024,
    })
    expect(parseStatus('')).toEqual({ resident: 0, anonymous: 0, shared: 0 })
  })
})

describe('the workload', () => {
  it('is a function of the number, and JSON as an SDK sends it', () => {
    const { batch } = JSON.parse(bodyText(0, 100, workload)) as { batch: { timestamp: string }[] }
    expect(batch).toHaveLength(100)
    expect(JSON.stringify(JSON.parse(eventText(42, workload)))).toBe(JSON.stringify(batch[42]))
    const outside = batch.filter(({ timestamp }) => {
      const at = Date.parse(timestamp)
      return at < workload.base || at >= workload.base + 15 * 60_000
    })
    expect(outside).toEqual([])
  })

  it('makes the person of rank r about as frequent as 1 / r', () => {
    const counts = new Map<number, number>()
    const draws = 200_000
    for (let index = 0; index < draws; index += 1) {
      const person = personOf(index, workload)
      counts.set(person, (counts.get(person) ?? 0) + 1)
    }
    const ranked = [...counts.values()].sort((x, y) => y - x)
    const share = (rank: number) => (ranked[rank - 1] ?? 0) / draws
    const expected = (rank: number) => Math.log((rank + 1) / rank) / Math.log(workload.people + 1)
    for (const rank of [1, 2, 5, 10, 50]) {
      expect(share(rank) / expected(rank)).toBeGreaterThan(0.85)
      expect(share(rank) / expected(rank)).toBeLessThan(1.15)
    }
  })

  it('gives each event to another person in the worst case', () => {
    const another = { ...workload, popularity: 'another' } as const
    const people = Array.from({ length: 1_000 }, (_, index) => personOf(index, another))
    expect(new Set(people).size).toBe(1_000)
    const visiting = { ...workload, popularity: 'visiting' } as const
    const visitors = Array.from({ length: 1_000 }, (_, index) => personOf(index, visiting))
    expect(visitors.filter(isReturning)).toEqual([])
  })

  it('knows whom its orders make buyers, over all that was sent', () => {
    const another = { ...workload, popularity: 'another' } as const
    const orders = Array.from({ length: 300 }, (_, index) => index).filter(isOrder)
    const ranges = [
      { first: 0, count: 200, workload: another },
      { first: 100, count: 200, workload: another },
    ]
    expect(orders).toHaveLength(30)
    expect(buyersAmong(ranges)).toBe(30)
  })

  it('asks only what the segment language can say', () => {
    const rules = Array.from({ length: 200 }, (_, number) => ruleOf(number))
    expect(rules.map((rule) => parseRule(rule))).toEqual(rules)
  })
})

describe('other rule engines', () => {
  it('give the same answers to the same rules', async () => {
    const compared = await compareEngines({ rules: 100, profiles: 3 })
    expect(compared.same_answers).toBe(true)
    expect(compared.fulfilled).toBeGreaterThan(0)
    expect(Object.keys(compared.cpu_us_per_profile)).toHaveLength(4)
  })
})

describe('capacity', () => {
  it('follows from the processor time of one event', () => {
    expect(coresFor(10_000, 140, 0.7)).toBeCloseTo(2)
    expect(eventsPerSecondOn(2, 200)).toBe(10_000)
    expect(cpuHoursFor(1_000_000, 3_600)).toBe(1)
  })
})

describe('the table', () => {
  it('has a line a row, with its ceiling and whether the target is met', () => {
    const base = { what: 'Taking in', target: '≥ 50 %', mode: 'quick', machine: 'two cores' }
    const measured = { rate: 12_345.6, ceiling: 20_000, ratio: 0.617, p50_ms: 1, p99_ms: 2 }
    const table = tableOf([
      { id: 'P1', ...base, ...measured, reached: true },
      { id: 'P6', ...base, growth: [1, 1.2], cpu_us: 90, reached: false },
      { id: 'P9', ...base, error: 'Nothing answers.' },
    ])
    expect(table.split('\n').slice(2)).toEqual([
      '| P1 | Taking in | ≥ 50 % ✓ | 12,345.6/s | 20,000 | 62 % | 1 / 2 / – ms |  |',
      '| P6 | Taking in | ≥ 50 % ✗ | 1× → 1.2× |  |  |  | 90 |',
      '| P9 | Taking in | ≥ 50 % | failed: Nothing answers. |  |  |  |  |',
      '',
      'two cores (a quick run: not to quote)',
    ])
  })

  it('takes the place of the last one, and of nothing else', () => {
    const text = 'Before\n<!-- bench -->\nold\n<!-- /bench -->\nAfter'
    const once = withTable(text, 'new')
    expect(once).toBe('Before\n<!-- bench -->\n\nnew\n\n<!-- /bench -->\nAfter')
    expect(withTable(once, 'new')).toBe(once)
    expect(() => withTable('Nothing', 'new')).toThrow('no place')
  })
})
