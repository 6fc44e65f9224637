/** Formulas: what is refused, and that ClickHouse's values are those of the live answer (I5). */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestDatabase, type TestDatabase } from '../../../test/engines.ts'
import { formulasOf } from '../../../test/equivalence/formulas.ts'
import { decimalText, type Typed, typed } from '../../profile/index.ts'
import { calendarOf } from '../calendar.ts'
import { type Columns, NO_COLUMNS } from '../operators/index.ts'
import { SqlBuilder } from '../sqlBuilder.ts'
import { checkFormula, type TraitTypes } from './check.ts'
import { formulaSql, runFormula } from './compile.ts'
import { FORMS, FUNCTIONS } from './library.ts'
import { FaultyFormula } from './syntax.ts'
import type { Node } from './tree.ts'

const CALENDAR = calendarOf('Europe/Paris')
const KNOWN: Record<string, ReturnType<TraitTypes>> = {
  ...{ revenue: 'number', orders: 'number', basket: 'number', balance: 'any', points: 'any' },
  ...{ first_order: 'date', last_order: 'date', last_visit: 'date', birthday: 'any' },
  ...{ city: 'any', postcode: 'any', email: 'any', vip: 'any', favourite_shop: 'text' },
  ...{ categories: 'list', 'address.city': 'any', 'points fidélité': 'any' },
}
const check = (text: string): Node => checkFormula(text, (name) => KNOWN[name])

/** What a formula is for somebody with these traits; numbers as they are written. */
function value(text: string, traits: Record<string, unknown> = {}): unknown {
  const read = (name: string) => readOf(traits[name])
  const found = runFormula(check(text), { read, calendar: CALENDAR })
  return found === null ? null : found.type === 'items' ? null : found.raw
}

const readOf = (told: unknown): Typed | null =>
  told === undefined ? null : typed(told as Parameters<typeof typed>[0])

function faultOf(text: string) {
  try {
    check(text)
  } catch (error) {
    if (error instanceof FaultyFormula) return error.fault
    throw error
  }
  return null
}

describe('a formula', () => {
  it('computes with exact decimals, cut after six digits', () => {
    expect(value('0.1 + 0.2')).toBe(0.3)
    expect(value('revenue / 3', { revenue: 10 })).toBe(3.333333)
    expect(value('-revenue / 3 * 3', { revenue: 10 })).toBe(-9.999999)
    expect(value('round(2.345, 2) + round(-2.5)')).toBe(-0.65)
    expect(value('floor(-2.5) + ceil(-2.5)')).toBe(-5)
  })

  it('has no value where it divides by zero, lacks a trait or finds another type', () => {
    expect(value('revenue / orders', { revenue: 10, orders: 0 })).toBeNull()
    expect(value('revenue + orders', { revenue: 10 })).toBeNull()
    expect(value('number(points) + 1', { points: 'many' })).toBeNull()
    expect(value('1000000000000000.0 * 1000000000000000.0')).toBeNull()
    expect(value('coalesce(revenue, 0) + 1')).toBe(1)
    expect(value('has(vip) ? 1 : 0')).toBe(0)
    expect(value('boolean(vip) ? 1 : 0')).toBeNull()
    expect(value('boolean(vip) || revenue > 5', { revenue: 10 })).toBe(true)
  })

  it('compares and joins texts without accents and case', () => {
    expect(value('text(city) == "SAINT-ÉTIENNE"', { city: 'Saint-Etienne' })).toBe(true)
    expect(value('text(city) + " – " + text(postcode)', { city: 'Été', postcode: '42' })).toBe(
      'ete – 42',
    )
    expect(value('text(city) + " " + text(email)', { city: '', email: 'x' })).toBe('x')
    expect(value('"Shoes" in categories', { categories: ['shoes'] })).toBe(true)
    expect(value('size(text(city))', { city: '😀é' })).toBe(2)
  })

  it('reads dates by the clock of the workspace', () => {
    const last_order = '2026-11-22T23:30:00Z'
    expect(value('day(date(birthday))', { birthday: last_order })).toBe(23)
    expect(value('weekday(date(birthday))', { birthday: last_order })).toBe(1)
    expect(value('daysBetween(date("2026-03-28"), date("2026-03-30"))')).toBe(2)
    expect(value('hoursBetween(date("2026-03-28"), date("2026-03-30"))')).toBe(47)
    expect(value('year(date(birthday))', { birthday: '9999-12-31' })).toBeNull()
  })

  it.each([
    ['', 'the formula ends too early.', 0, 0],
    ['revenue +', 'the formula ends too early.', 9, 9],
    ['revenue # 2', '“#” makes no sense here.', 8, 9],
    ['"abc', 'this text has no closing quote.', 0, 4],
    [
      'revenu + 1',
      'nobody has told a trait “revenu” yet, and no computed trait is called so.',
      0,
      6,
    ],
    ['revenue + "x"', 'this must be a number, and is a text.', 10, 13],
    ['nowhere(1)', 'there is no “nowhere” here.', 0, 10],
    ['abs(1, 2)', 'this takes 1 value.', 0, 9],
    ['revenue % 2', 'there is no “%” here.', 0, 11],
    ['date("2026-02-30")', null, 5, 17],
    ['city == postcode', null, 0, 4],
    ['categories', null, 0, 10],
    ['favourite_shop * 2', 'this must be a number, and is a text.', 0, 14],
    ['round(revenue, 9)', 'this must be a digit, 0 to 6.', 15, 16],
    ['[1, 2]', null, 0, 6],
    ['{"a": 1}', null, 1, 1],
    ['categories.map(x, x)', null, 0, 20],
    ['cel.bind(x, 1, x)', null, 0, 17],
    ['b"x"', null, 0, 4],
    ['null', null, 0, 4],
    [`${'-'.repeat(1_900)}1`, null, null, null],
    [`${'('.repeat(900)}1${')'.repeat(900)}`, null, null, null],
    [`1${' + 1'.repeat(400)}`, null, null, null],
    ['x'.repeat(2_001), null, 2_000, 2_001],
    ['1e40', 'this number is too large.', 0, 4],
  ])('is refused with its place, %#', (text, message, start, end) => {
    const fault = faultOf(text)
    expect(fault).not.toBeNull()
    if (message !== null) expect(fault?.message.en).toBe(message)
    if (start !== null) expect(fault).toMatchObject({ start, end })
    expect(fault?.message.fr).not.toBe('')
  })

  it.each([...FUNCTIONS, ...FORMS])('knows the example of $name', ({ example }) => {
    expect(faultOf(example)).toBeNull()
  })
})

describe('in ClickHouse', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openTestDatabase()
  })
  afterAll(() => database.close())

  const told = fc.constantFrom<unknown>(
    ...[
      'Paris',
      ' été ',
      '',
      '50',
      '2026-11-22',
      '1900-01-01',
      '2299-12-31T23:00:00Z',
      '9999-12-31',
    ],
    ...['😀', `${'x'.repeat(511)}😀`, 0, -3.5, 1e21, 1e31, 49.999999, true, false, undefined],
    ...['2026-10-25T00:30:00Z', '1984-02-29', ['Paris', 'É', 3], []],
  )
  const names = [
    'a',
    'b',
    'address.city',
    "d'é{p0:String}",
    'dep_0',
    'dep_1',
    'dep_2',
    'dep_3',
    'dep_4',
  ]
  const person = fc.record(Object.fromEntries(names.map((name) => [name, told])))
  const none = fc.constant({}) as fc.Arbitrary<never>
  const parts = {
    events: none,
    periods: none,
    measures: fc.constant({ measure: 'count' }),
    paths: none,
  }
  const formulas = formulasOf(parts as never)
  const anyFormula = fc.oneof(formulas.number, formulas.text, formulas.boolean, formulas.date)
  const types: TraitTypes = (name) =>
    (({ dep_0: 'number', dep_1: 'date', dep_3: 'list', dep_4: 'number' })[name] as 'number') ??
    'any'

  it('gives the value of the live answer to every formula and person', async () => {
    const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)
    const sampled = fc.sample(fc.tuple(anyFormula, person), { seed, numRuns: 400 })
    const drawn = sampled.filter(([{ formula }]) => isWithinLimits(formula, types))
    expect(drawn.length, `SEED=${seed}`).toBeGreaterThan(300)
    for (let from = 0; from < drawn.length; from += 20) {
      const some = drawn.slice(from, from + 20)
      const builder = new SqlBuilder({ workspace: 1, now: 0, calendar: CALENDAR })
      const asked = some.map(([{ formula }, traits]) => {
        const node = checkFormula(formula, types)
        const trait = (name: string) => ({ columns: columnsOf(readOf(traits[name]), builder) })
        const read = (name: string) => readOf(traits[name])
        const live = runFormula(node, { read, calendar: CALENDAR })
        return { sql: `toString(${formulaSql(node, { trait, builder })})`, live, formula, traits }
      })
      const [row] = await database.clickhouse.query<{ found: (string | null)[] }>(
        `SELECT [${asked.map(({ sql }) => sql).join(', ')}] AS found`,
        builder.params,
      )
      const expected = asked.map(({ live }) => written(live))
      const wrong = asked.flatMap(({ formula, traits }, index) => {
        const [found, wanted] = [row?.found[index], expected[index]]
        return found === wanted ? [] : [{ formula, traits, found, wanted }]
      })
      expect(wrong, `SEED=${seed}`).toEqual([])
    }
  }, 120_000)
})

/** Some that are drawn are longer than a formula may be. */
function isWithinLimits(formula: string, types: TraitTypes): boolean {
  try {
    checkFormula(formula, types)
    return true
  } catch (error) {
    if ((error as Error).message.includes('too long or nested too deep')) return false
    throw error
  }
}

/** A value as the text that ClickHouse writes of it. */
function written(live: Typed | null): string | null {
  if (live === null || live.type === 'items' || live.type === 'list') return null
  if (live.type === 'number') return decimalText(live.decimal).replace(/\.?0+$/, '')
  if (live.type === 'boolean') return live.raw ? '1' : '0'
  return live.instant === null ? live.folded : String(live.instant)
}

/** A told value as a row of `profile_current` holds it. */
function columnsOf(value: Typed | null, builder: SqlBuilder): Columns {
  if (value === null || value.type === 'items') return NO_COLUMNS
  const columns = { ...NO_COLUMNS, exists: 'materialize(true)' }
  const yes = 'materialize(true)'
  if (value.type === 'number') {
    const number = `toDecimal128(materialize(${builder.text(decimalText(value.decimal))}), 6)`
    return { ...columns, number, hasNumber: yes }
  }
  if (value.type === 'boolean')
    return { ...columns, boolean: `materialize(${value.raw})`, hasBoolean: yes }
  if (value.type === 'list') {
    const list = `materialize(${builder.bind('Array(String)', value.items)})`
    return { ...columns, list, hasList: yes }
  }
  const text = { ...columns, text: `materialize(${builder.text(value.folded)})`, hasText: yes }
  if (value.instant === null) return text
  const instant = `fromUnixTimestamp64Milli(materialize(${builder.bind('Int64', value.instant)}))`
  return { ...text, instant, hasInstant: yes }
}
