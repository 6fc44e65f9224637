import type { ClickHouse } from '../platform/clickhouse.ts'
import type { Calendar } from './calendar.ts'
import { peopleSql } from './eventStreams.ts'
import { tree } from './kinds/index.ts'
import type { Rule } from './rule.ts'
import { SqlBuilder } from './sqlBuilder.ts'

/** I7: two questions about the past, which have different answers. Instants are epoch ms. */

/**
 * Whom the rule had at `asOf`, by what is known today: the events up to then, the identity and the
 * rule of now. People whose first event came later are none of them. Ids in order.
 */
export async function membersAsOf(
  clickhouse: ClickHouse,
  rule: Rule,
  asked: { workspace: number; asOf: number; calendar: Calendar },
): Promise<string[]> {
  const { workspace, asOf, calendar } = asked
  const builder = new SqlBuilder({ workspace, now: asOf, calendar, isPast: true })
  const fulfils = tree.toSql(rule, builder)
  const rows = await clickhouse.query<{ id: string }>(
    `SELECT p.profile AS id ${peopleSql(builder)}
       AND p.first_seen <= ${builder.instant(asOf)} AND ${fulfils}`,
    builder.params,
    { lane: 'heavy' },
  )
  return rows.map((row) => row.id).sort()
}

/**
 * Who was a member at `knownAt` by what the system held then: the last entry or exit that had been
 * recorded. Ids of that time, in order; merges since have not changed them.
 */
export async function membersKnownAt(
  clickhouse: ClickHouse,
  asked: { workspace: number; segment: number; knownAt: number },
): Promise<string[]> {
  const rows = await clickhouse.query<{ id: string }>(
    `SELECT profile AS id FROM membership_change
     WHERE workspace = {workspace:UInt32} AND segment = {segment:UInt32}
       AND recorded_at <= fromUnixTimestamp64Milli({knownAt:Int64})
     GROUP BY profile HAVING argMax(change, (recorded_at, at)) = 'entered'`,
    asked,
    { lane: 'heavy' },
  )
  return rows.map((row) => row.id).sort()
}
