import type { ClickHouse } from '../platform/clickhouse.ts'
import type { Calendar } from './calendar.ts'
import { peopleSql } from './eventStreams.ts'
import { tree } from './kinds/index.ts'
import type { Rule } from './rule.ts'
import { SqlBuilder } from './sqlBuilder.ts'

type Asked = { workspace: number; now: number; calendar: Calendar; signal: AbortSignal }

/**
 * How many people each class would have, in their order, the one for everybody else last: together
 * they are all people who are not left out. Rules as they are asked. Given up when `signal` fires.
 */
export async function countClasses(
  clickhouse: ClickHouse,
  classes: AskedClasses,
  asked: Asked,
): Promise<{ classes: number[]; leftOut: number }> {
  const builder = new SqlBuilder(asked)
  const place = classSql(classes, builder)
  const rows = await clickhouse.query<{ class: number; n: number }>(
    `SELECT ${place} AS class, count() AS n ${peopleSql(builder)} GROUP BY class`,
    builder.params,
    { signal: asked.signal },
  )
  const counts = new Map(rows.map((row) => [row.class, row.n]))
  const { length } = classes.rules
  const inClasses = Array.from({ length: length + 1 }, (_, index) => counts.get(index) ?? 0)
  return { classes: inClasses, leftOut: counts.get(IN_NONE) ?? 0 }
}

/** Rules of classes in their order; `leftOut`: the one that those fulfil who are in no class. */
export type AskedClasses = { rules: readonly Rule[]; leftOut: Rule | null }

const IN_NONE = -1

/** The first class whose rule holds, by its place. */
function classSql({ rules, leftOut }: AskedClasses, builder: SqlBuilder): string {
  const none = leftOut === null ? [] : [`${tree.toSql(leftOut, builder)}, ${IN_NONE}`]
  const branches = rules.map((rule, index) => `${tree.toSql(rule, builder)}, ${index}`)
  return `toInt32(multiIf(${[...none, ...branches, 'false', IN_NONE, rules.length].join(', ')}))`
}

/** People who would be in class `to` and are in `from`, both by place; null: in none. */
export type ClassMove = { from: number | null; to: number | null; count: number }

/** What other classes would change: who of each class of now would be in which one. */
export async function diffClasses(
  clickhouse: ClickHouse,
  { held, classes }: { held: readonly number[]; classes: AskedClasses },
  asked: Asked,
): Promise<ClassMove[]> {
  const builder = new SqlBuilder(asked)
  const was = held.map((segment, index) => {
    return `has(p.segments, ${builder.bind('UInt32', segment)}), ${index}`
  })
  const now = [...was, 'false', IN_NONE, IN_NONE].join(', ')
  const will = classSql(classes, builder)
  const rows = await clickhouse.query<{ was: number; will: number; n: number }>(
    `SELECT toInt32(multiIf(${now})) AS was, ${will} AS will, count() AS n
     ${peopleSql(builder)} GROUP BY was, will ORDER BY was, will`,
    builder.params,
    { signal: asked.signal },
  )
  const placed = (place: number) => (place < 0 ? null : place)
  const moves = rows.map((row) => ({ from: placed(row.was), to: placed(row.will), count: row.n }))
  return moves.filter(({ from, to }) => from !== null || to !== null)
}

/** Moves between classes (numbers of segments) since `from`, epoch ms; null: not in one before. */
export async function movesBetween(
  clickhouse: ClickHouse,
  asked: { workspace: number; classes: readonly number[]; from: number },
): Promise<{ from: number | null; to: number; count: number }[]> {
  const rows = await clickhouse.query<{ left: number; to: number; n: number }>(
    `SELECT counterpart AS left, segment AS to, count() AS n FROM membership_change
     WHERE workspace = {workspace:UInt32} AND segment IN {classes:Array(UInt32)}
       AND change = 'entered' AND at >= fromUnixTimestamp64Milli({from:Int64})
     GROUP BY left, to ORDER BY n DESC, left, to`,
    asked,
  )
  return rows.map(({ left, to, n }) => ({ from: left === 0 ? null : left, to, count: n }))
}
