import type { Sql } from '../platform/postgres.ts'
import type { Broken } from './faults.ts'
import { announce } from './publish.ts'

/**
 * Pauses segments that broke, so that everything else goes on; with a class all of its
 * segmentation. Who answers for them sees the reason.
 */
export async function pauseBroken(sql: Sql, broken: readonly Broken[]): Promise<void> {
  if (broken.length === 0) return
  for (const { segment, reason } of broken) {
    await sql.query(
      `UPDATE segment SET state = 'paused', reason = $2
       WHERE state IN ('live', 'backfilling') AND (id = $1
         OR segmentation = (SELECT segmentation FROM segment WHERE id = $1))`,
      [segment, reason],
    )
  }
  await announce(sql)
}
