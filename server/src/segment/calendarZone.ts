import type { Postgres } from '../platform/postgres.ts'
import { announce, lockFlow } from './publish.ts'
import { restartFilling } from './publishing.ts'

/**
 * Follows workspaces that were moved to another time zone: days, weeks and months begin at other
 * instants there, so all their segments are filled again, without effects. It stands in the table
 * what was followed, so that a cut between the move and this loses nothing.
 */
export async function followZones(postgres: Postgres): Promise<void> {
  await postgres.query('UPDATE workspace SET calendar_zone = time_zone WHERE calendar_zone IS NULL')
  const moved = await postgres.query<{ id: number }>(
    'SELECT id FROM workspace WHERE calendar_zone <> time_zone ORDER BY id',
  )
  for (const { id } of moved) await refill(postgres, id)
}

async function refill(postgres: Postgres, workspace: number): Promise<void> {
  await postgres.transaction(async (sql) => {
    await lockFlow(sql)
    const rows = await sql.query<{ public_id: string }>(
      `UPDATE segment SET state = 'backfilling'
       WHERE workspace = $1 AND state IN ('live', 'backfilling') RETURNING public_id`,
      [workspace],
    )
    await restartFilling(sql, { publicIds: rows.map((row) => row.public_id), fires: false })
    await sql.query('UPDATE workspace SET calendar_zone = time_zone WHERE id = $1', [workspace])
    await announce(sql)
  })
}
