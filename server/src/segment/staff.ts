import type { Sql } from '../platform/postgres.ts'
import { NO_STAFF } from './kinds/staff.ts'
import type { StaffDefinition } from './rule.ts'

/** Who is staff, or a test, in a workspace. */
export async function readStaff(sql: Sql, workspace: number): Promise<StaffDefinition> {
  const [row] = await sql.query<{ staff: StaffDefinition }>(
    'SELECT staff FROM workspace WHERE id = $1',
    [workspace],
  )
  return row?.staff ?? NO_STAFF
}
