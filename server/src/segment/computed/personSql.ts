import { decimalText } from '../../profile/index.ts'
import { rowsSql } from '../eventStreams.ts'
import type { TraitSql } from '../formula/index.ts'
import { nobodyAt } from '../kinds/kind.ts'
import type { Columns } from '../operators/index.ts'
import type { Spec } from '../rule.ts'
import type { SqlBuilder } from '../sqlBuilder.ts'
import { columnsOfTuple, tupleOfColumns } from '../traitSql.ts'
import type { ComputedKind, EventsSql } from './kind.ts'

/** The value of a computed trait beside the row `p` of its person, whatever it is made of. */
export function personSql(kind: ComputedKind<Spec>, spec: Spec, builder: SqlBuilder): TraitSql {
  const made = kind.toSql(spec, builder)
  if (made.rows === null) return made
  return { columns: carried(made, { kind, spec, builder }) }
}

/** What is made of events, carried to the people; who has none of them has what nobody has. */
function carried(
  { columns, rows }: EventsSql,
  { kind, spec, builder }: { kind: ComputedKind<Spec>; spec: Spec; builder: SqlBuilder },
): Columns {
  const name = builder.nameRows(rowsSql([`(${rows.join(' OR ')})`]))
  const held = columnsOfTuple(builder.askValue(name, tupleOfColumns(columns)))
  const scope = { streamOf: () => undefined, calendar: builder.calendar }
  const { value } = kind.prepare(spec, scope)(nobodyAt(builder.now))
  if (value?.type !== 'number') return held
  const any = builder.askEvents(name, 'true')
  const nobodys = `toDecimal256('${decimalText(value.decimal)}', 6)`
  const has = `if(${any}, ${held.hasNumber}, true)`
  const number = `if(${any}, toDecimal256(${held.number}, 6), ${nobodys})`
  return { ...held, number, hasNumber: has, exists: has }
}
