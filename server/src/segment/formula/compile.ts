import type { Typed } from '../../profile/index.ts'
import type { Calendar } from '../calendar.ts'
import { numberOf } from '../measure.ts'
import { type Columns, NO_COLUMNS } from '../operators/index.ts'
import type { SqlBuilder } from '../sqlBuilder.ts'
import { numberSql } from './numbers.ts'
import { tidied, tidiedSql } from './texts.ts'
import {
  FIRST_DATE,
  type FormulaType,
  isDate,
  LAST_DATE,
  type Maybe,
  type Node,
  NUMBER_LIMIT,
  NUMBER_LIMIT_TEXT,
  type TraitSql,
} from './tree.ts'

/** A checked formula, asked of one person and of ClickHouse. */

type Asked = { read(name: string): Typed | null; calendar: Calendar }

/** What a formula is for a person whose traits `read` tells. */
export function runFormula(node: Node, { read, calendar }: Asked): Typed | null {
  const run = (part: Node): Maybe => {
    if (part.kind === 'literal') return part.value
    if (part.kind === 'day') return calendar.instantOf(part.text)
    if (part.kind === 'trait') return valueAs(read(part.name), part.type)
    if (part.kind === 'has') return read(part.name) !== null
    if (part.kind === 'includes') {
      const list = read(part.name)
      return list?.type === 'list' ? list.items.includes(part.item) : null
    }
    const args = part.args.map(run)
    if (!part.made.lenient && args.includes(null)) return null
    return part.made.run(args, { of: part.of, calendar })
  }
  return typedOf(run(node), node.type)
}

/** A value as one of a type; of another type there is none. */
function valueAs(typed: Typed | null, type: FormulaType): Maybe {
  if (typed?.type === 'number' && type === 'number') {
    const { decimal } = typed
    return decimal > -NUMBER_LIMIT && decimal < NUMBER_LIMIT ? decimal : null
  }
  if (typed?.type === 'boolean' && type === 'boolean') return typed.raw
  if (typed?.type !== 'text') return null
  if (type === 'text') return typed.folded
  const { instant } = typed
  return type === 'date' && instant !== null && isDate(instant) ? instant : null
}

function typedOf(value: Maybe, type: FormulaType): Typed | null {
  if (value === null) return null
  if (typeof value === 'bigint') return numberOf(value)
  if (typeof value === 'boolean') return { type: 'boolean', raw: value }
  if (typeof value === 'number') {
    const raw = new Date(value).toISOString()
    return { type: 'text', raw, folded: raw.toLowerCase(), instant: value, version: null }
  }
  const text = type === 'text' ? tidied(value) : value
  return { type: 'text', raw: text, folded: text, instant: null, version: null }
}

/** The value of a formula as a nullable expression; a date as epoch ms. */
export function formulaSql(
  node: Node,
  { trait, builder }: { trait(name: string): TraitSql; builder: SqlBuilder },
): string {
  const write = (part: Node): string => {
    if (part.kind === 'literal') return literalSql(part.value, builder)
    if (part.kind === 'day') {
      return builder.bind('Int64', builder.calendar.instantOf(part.text))
    }
    if (part.kind === 'trait') return readSql(trait(part.name), part.type)
    if (part.kind === 'has') return `toUInt8(${trait(part.name).columns.exists})`
    if (part.kind === 'includes') {
      const { hasList, list } = trait(part.name).columns
      return `if(${hasList}, has(${list}, ${builder.text(part.item)}), NULL)`
    }
    return part.made.sql(part.args.map(write), { of: part.of, builder })
  }
  return node.type === 'text' ? tidiedSql(write(node)) : write(node)
}

function literalSql(value: bigint | string | boolean | number, builder: SqlBuilder): string {
  if (typeof value === 'bigint') return numberSql(value)
  if (typeof value === 'string') return builder.text(value)
  if (typeof value === 'boolean') return value ? 'toUInt8(1)' : 'toUInt8(0)'
  return builder.bind('Int64', value)
}

function readSql({ columns, value }: TraitSql, type: FormulaType): string {
  if (value) return value.type === type ? value.sql : 'NULL'
  if (type === 'number') {
    const fits = `abs(${columns.number}) < toDecimal256('${NUMBER_LIMIT_TEXT}', 6)`
    return `if(${columns.hasNumber} AND ${fits}, toDecimal256(${columns.number}, 6), NULL)`
  }
  if (type === 'text') return `if(${columns.hasText}, ${columns.text}, NULL)`
  if (type === 'boolean') return `if(${columns.hasBoolean}, toUInt8(${columns.boolean}), NULL)`
  const at = `toUnixTimestamp64Milli(${columns.instant})`
  const isKnown = `${columns.hasInstant} AND ${at} BETWEEN ${FIRST_DATE} AND ${LAST_DATE}`
  return `if(${isKnown}, ${at}, NULL)`
}

/** The value as the columns of a comparison. */
export function columnsOfFormula(sql: string, type: FormulaType): Columns {
  const has = `isNotNull(${sql})`
  const columns = { ...NO_COLUMNS, exists: has }
  if (type === 'number') {
    return { ...columns, number: `ifNull(${sql}, toDecimal256(0, 6))`, hasNumber: has }
  }
  if (type === 'text') return { ...columns, text: `ifNull(${sql}, '')`, hasText: has }
  if (type === 'boolean') return { ...columns, boolean: `(ifNull(${sql}, 0) = 1)`, hasBoolean: has }
  const instant = `fromUnixTimestamp64Milli(ifNull(${sql}, 0), 'UTC')`
  return { ...columns, instant, hasInstant: has }
}
