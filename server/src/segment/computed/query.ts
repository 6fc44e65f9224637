import { Type } from 'typebox'
import type { Typed } from '../../profile/index.ts'
import type { FormulaType } from '../formula/index.ts'
import { type Columns, NO_COLUMNS } from '../operators/index.ts'
import { QUERY_BYTES_MAX, textFault } from '../query/check.ts'
import type { Query } from '../rule.ts'
import { traitAt } from '../traitSql.ts'
import type { ComputedKind } from './kind.ts'

const closed = { additionalProperties: false }
const hour = Type.Integer({ minimum: 0, maximum: 23 })
const types: readonly FormulaType[] = ['number', 'text', 'boolean', 'date']

/**
 * What a query in ClickHouse found for somebody. It can only be asked again, on a schedule; what it
 * found is told as a reserved trait, so that between, all is as with any trait.
 */
export const queryTrait: ComputedKind<Query> = {
  is: (spec): spec is Query => 'sql' in spec,
  schema: Type.Object(
    {
      sql: Type.String({ minLength: 1, maxLength: QUERY_BYTES_MAX }),
      key: Type.String({ pattern: '^[a-z][a-z0-9_.-]{0,63}$' }),
      type: Type.Union(types.map((type) => Type.Literal(type))),
      schedule: Type.Union([
        Type.Object({ every: Type.Literal('hour') }, closed),
        Type.Object({ every: Type.Literal('day'), at: hour }, closed),
        Type.Object(
          {
            every: Type.Literal('week'),
            weekday: Type.Integer({ minimum: 1, maximum: 7 }),
            at: hour,
          },
          closed,
        ),
      ]),
    },
    closed,
  ),
  type: ({ type }) => type,
  fault: ({ sql }) => {
    const message = textFault(sql)
    return message === null ? null : { path: 'sql', message }
  },
  needs: ({ trait }) => {
    return { traits: trait === undefined ? [] : [{ name: trait, keys: null }], streams: [] }
  },
  prepare:
    ({ trait, type }) =>
    ({ facts, registry }) => {
      const id = trait === undefined ? undefined : registry.idOf('trait', trait)
      const held = id === undefined || trait === undefined ? null : facts.trait(id, trait)
      const value = isOf(held, type) ? held : null
      const newest = id === undefined ? undefined : facts.traits.get(id)?.at
      return { value, newest, events: 0, approximate: false, nextChangeAt: null }
    },
  toSql: ({ trait, type }, builder) => {
    if (trait === undefined) return { columns: NO_COLUMNS, rows: null }
    return { columns: onlyOf(traitAt(trait, builder).columns, type), rows: null }
  },
  describe: ({ key }) => ({
    fr: `requête SQL, par ${key === 'profile' ? 'profil' : key}`,
    en: `SQL query, by ${key}`,
  }),
}

/** A value that was told before the definition had this type is none. */
function isOf(value: Typed | null, type: FormulaType): boolean {
  if (type === 'date') return value?.type === 'text' && value.instant !== null
  return value?.type === type
}

function onlyOf(columns: Columns, type: FormulaType): Columns {
  const { text, number, boolean, instant, hasText, hasNumber, hasBoolean, hasInstant } = columns
  const kept = {
    number: { number, hasNumber, exists: hasNumber },
    text: { text, hasText, exists: hasText },
    boolean: { boolean, hasBoolean, exists: hasBoolean },
    date: { instant, hasInstant, exists: hasInstant },
  }
  return { ...NO_COLUMNS, ...kept[type] }
}
