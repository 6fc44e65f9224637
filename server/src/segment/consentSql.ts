import type { ConsentRule } from './rule.ts'
import type { SqlBuilder } from './sqlBuilder.ts'

/** What somebody said about a purpose; in any of these channels it counts. */
type Asked = { purpose: string; channels: readonly string[] }

/**
 * What the row `p` had answered by `now`: for each channel the latest word counts, of two of the
 * same instant the refusal; see `outranks`. Of several channels a refusal stands.
 */
export function pastAnswerSql(asked: Asked, is: ConsentRule['is'], builder: SqlBuilder): string {
  if (is === 'unknown') return `(NOT ${answeredSql(asked, 'count() > 0', builder)})`
  return answeredSql(asked, `countIf(NOT yes) ${is === 'refused' ? '>' : '='} 0`, builder)
}

function answeredSql({ purpose, channels }: Asked, test: string, builder: SqlBuilder): string {
  const rows = [
    `e.workspace = ${builder.bind('UInt32', builder.workspace)}`,
    `e.purpose = ${builder.text(purpose)}`,
    `e.channel IN ${builder.bind('Array(String)', channels)}`,
    `e.time <= ${builder.instant(builder.now)}`,
  ]
  return (
    `(p.profile IN (SELECT profile FROM (` +
    `SELECT profile, argMax(e.granted, (e.time, NOT e.granted)) AS yes ` +
    `FROM consent_of_profile AS e WHERE ${rows.join(' AND ')} GROUP BY profile, e.channel) ` +
    `GROUP BY profile HAVING ${test}))`
  )
}
