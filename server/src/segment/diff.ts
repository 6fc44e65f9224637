import type { ClickHouse } from '../platform/clickhouse.ts'
import type { Calendar } from './calendar.ts'
import { peopleSql } from './eventStreams.ts'
import { tree } from './kinds/index.ts'
import type { Rule } from './rule.ts'
import { SqlBuilder } from './sqlBuilder.ts'

/** What another rule changes about the members of a segment, without saving it. */
export type Diff = {
  enters: number
  leaves: number
  stays: number
  samples: { enters: DiffPerson[]; leaves: DiffPerson[] }
}

export type DiffPerson = { id: string; name: string; identifiers: string[] }

const SAMPLE_SIZE = 10

/**
 * `before`: the members of a segment (its number), or those of another rule. Given up when `signal`
 * fires.
 */
export async function diffRule(
  clickhouse: ClickHouse,
  rule: Rule,
  asked: {
    workspace: number
    before: { segment: number } | { rule: Rule }
    now: number
    calendar: Calendar
    signal: AbortSignal
  },
): Promise<Diff> {
  const builder = new SqlBuilder(asked)
  const { before } = asked
  const was =
    'rule' in before
      ? tree.toSql(before.rule, builder)
      : `has(p.segments, ${builder.bind('UInt32', before.segment)})`
  const people = `SELECT p.profile AS id, p.name AS name, p.identifiers AS identifiers,
      ${was} AS was,
      ${tree.toSql(rule, builder)} AS will
    ${peopleSql(builder)}`
  const person = 'tuple(toString(id), name, identifiers)'
  const [row] = await clickhouse.query<Row>(
    `SELECT countIf(will AND NOT was) AS enters, countIf(was AND NOT will) AS leaves,
       countIf(was AND will) AS stays,
       groupArrayIf(${SAMPLE_SIZE})(${person}, will AND NOT was) AS entering,
       groupArrayIf(${SAMPLE_SIZE})(${person}, was AND NOT will) AS leaving
     FROM (${people})`,
    builder.params,
    { signal: asked.signal },
  )
  return {
    enters: row?.enters ?? 0,
    leaves: row?.leaves ?? 0,
    stays: row?.stays ?? 0,
    samples: {
      enters: (row?.entering ?? []).map(personOf),
      leaves: (row?.leaving ?? []).map(personOf),
    },
  }
}

type Row = Record<'enters' | 'leaves' | 'stays', number> & {
  entering: PersonTuple[]
  leaving: PersonTuple[]
}
type PersonTuple = [id: string, name: string, identifiers: string[]]

const personOf = ([id, name, identifiers]: PersonTuple): DiffPerson => ({ id, name, identifiers })
