/** The ClickHouse SQL of sample rules, readable in `golden/`, and executed. UPDATE=1 writes it. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestDatabase, type TestDatabase } from '../../test/engines.ts'
import { calendarOf } from './calendar.ts'
import { peopleSql } from './eventStreams.ts'
import { tree } from './kinds/index.ts'
import { parseRule } from './parse.ts'
import { withSources } from './party.ts'
import { membersByHistory } from './preview.ts'
import { SqlBuilder } from './sqlBuilder.ts'

const CALENDAR = calendarOf('Europe/Paris')
const NOW = Date.parse('2026-11-22T12:00:00Z')
const GOLDEN = join(import.meta.dirname, 'golden')

const samples: Record<string, unknown> = {
  'trait-text': {
    any: [
      { trait: 'city', op: 'equals', value: 'Saint-Étienne' },
      { trait: 'city', op: 'notEquals', value: 'LYON' },
      { trait: 'city', op: 'oneOf', value: ['Paris', 75, 75.5, true] },
      { trait: 'city', op: 'contains', value: 'é' },
      { trait: 'city', op: 'startsWith', value: "l'" },
      { trait: 'city', op: 'endsWith', value: 'Bains' },
    ],
  },
  'trait-number': {
    all: [
      { trait: 'score', op: 'greater', value: 0.1 },
      { trait: 'score', op: 'greaterOrEqual', value: 1e21 },
      { trait: 'score', op: 'less', value: -2.5 },
      { trait: 'score', op: 'lessOrEqual', value: 7 },
      { trait: 'score', op: 'between', value: [1, 2] },
    ],
  },
  'trait-date': {
    all: [
      { trait: 'born', op: 'before', value: '1990-01-01' },
      { trait: 'born', op: 'after', value: '1980-01-01T00:00:00+01:00' },
      { trait: 'renewal', op: 'withinLast', value: { days: 7 } },
      { trait: 'renewal', op: 'withinNext', value: { hours: 12 } },
    ],
  },
  'trait-other': {
    all: [
      { trait: 'vip', op: 'isTrue' },
      { trait: 'vip', op: 'isFalse' },
      { trait: 'address.city', op: 'exists' },
      { trait: 'address.city', op: 'notExists' },
      { trait: 'tags', op: 'listHas', value: 'Fidèle' },
    ],
  },
  'did-window': {
    did: 'Order Completed',
    where: [
      { property: 'total', op: 'greaterOrEqual', value: 50 },
      { property: 'coupon', op: 'notExists' },
    ],
    times: { op: 'atLeast', count: 2 },
    within: { days: 30 },
  },
  'did-moment': {
    did: 'Order Completed',
    when: { weekdays: [1, 2], hours: { from: 22, to: 6 }, day: 'workday' },
    times: { op: 'atLeast', count: 1 },
    within: null,
  },
  'did-counts': {
    all: [
      { did: 'A', times: { op: 'atLeast', count: 0 }, within: null },
      { did: 'A', times: { op: 'atMost', count: 2 }, within: { minutes: 90 } },
      { did: 'A', times: { op: 'exactly', count: 0 }, within: null },
      { did: 'A', times: { op: 'exactly', count: 3 }, within: null },
    ],
  },
  objects: {
    all: [
      {
        object: 'contract',
        where: [
          { property: 'ends_at', op: 'withinNext', value: { days: 30 } },
          { property: 'lines[].sku', op: 'equals', value: 'A-1' },
        ],
        times: { op: 'atLeast', count: 1 },
      },
      {
        object: 'ticket',
        where: [{ property: 'opened_at', op: 'olderThan', value: { hours: 48 } }],
        times: { op: 'atMost', count: 0 },
      },
      { object: 'contract', times: { op: 'exactly', count: 2 } },
    ],
  },
  'object-measures': {
    all: (['sum', 'average', 'min', 'max', 'distinct'] as const).map((measure) => ({
      object: 'contract',
      measure,
      property: measure === 'sum' ? 'lines[].amount' : 'amount',
      op: 'lessOrEqual',
      value: 1000,
    })),
  },
  groups: {
    all: [{ all: [] }, { any: [] }, { not: { any: [{ trait: 'vip', op: 'isTrue' }] } }],
  },
  parties: {
    all: [
      { trait: 'city', op: 'equals', value: 'Lyon', party: ['first', 'second'] },
      { trait: 'city', op: 'notExists', party: ['third'] },
      { trait: 'tags[].name', op: 'contains', value: 'a', party: ['third'] },
      {
        did: 'A',
        party: ['second', 'third'],
        times: { op: 'atLeast', count: 1 },
        within: null,
      },
    ],
  },
  hostile: {
    trait: "'; DROP TABLE event; --",
    op: 'equals',
    value: '{p0:String}',
  },
}

/** As a rule is asked: the second source here is a partner's, and the fourth brings bought data. */
const asked = (rule: unknown) =>
  withSources(
    parseRule(rule),
    new Map([
      [2, 'second'],
      [4, 'third'],
    ]),
  )

function compiled(rule: unknown): string {
  const builder = new SqlBuilder({ workspace: 1, now: NOW, calendar: CALENDAR })
  const fulfils = tree.toSql(asked(rule), builder)
  const sql = `${fulfils}\n${peopleSql(builder)}`
  const values = Object.entries(builder.params).map(([name, value]) => {
    return `-- ${name} = ${JSON.stringify(value)}`
  })
  const broken = sql.replace(' FROM event_of_profile', '\n  FROM event_of_profile')
  const lines = broken.replaceAll(' AND (', '\n  AND (').replaceAll(' OR (', '\n  OR (')
  return `-- ${JSON.stringify(rule)}\n${lines}\n${values.join('\n')}\n`
}

let database: TestDatabase

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())

describe('the compiler', () => {
  it.each(Object.keys(samples))('writes the SQL that was read and agreed for %s', (name) => {
    const file = join(GOLDEN, `${name}.sql`)
    const sql = compiled(samples[name])
    if (process.env.UPDATE) writeFileSync(file, sql)
    expect(existsSync(file), 'run once with UPDATE=1 and read what it writes').toBe(true)
    expect(sql).toBe(readFileSync(file, 'utf8'))
  })

  it.each(Object.keys(samples))('writes SQL that ClickHouse runs for %s', async (name) => {
    const rule = asked(samples[name])
    expect(
      await membersByHistory(database.clickhouse, rule, {
        workspace: 1,
        now: NOW,
        calendar: CALENDAR,
      }),
    ).toEqual([])
  })

  it('has a sample for each golden file', () => {
    const names = readdirSync(GOLDEN).map((file) => file.replace('.sql', ''))
    expect(names.sort()).toEqual(Object.keys(samples).sort())
  })

  it('never writes a name or a value of a rule into the SQL itself', () => {
    const builder = new SqlBuilder({ workspace: 1, now: NOW, calendar: CALENDAR })
    const sql = tree.toSql(parseRule(samples.hostile), builder)
    expect(sql).not.toContain('DROP')
    expect(Object.values(builder.params)).toEqual(["'; DROP TABLE event; --", '{p0:string}'])
  })
})
