import type { ClickHouse } from '../platform/clickhouse.ts'
import type { Sql } from '../platform/postgres.ts'
import { Registries } from '../profile/index.ts'
import { refreshDefinitions } from '../segment/index.ts'
import { copyIdentities, copyProfiles } from './current.ts'

/** Rows read at once. */
const PAGE = 1_000
const FIRST = '00000000-0000-0000-0000-000000000000'

/** Makes the copies of all that is true now: profiles, identities and devices. */
export async function copyEverything(sql: Sql, clickhouse: ClickHouse): Promise<void> {
  const none = new Set<string>()
  await inPages(sql, 'profile_alias', 'identifier', async (rows) => {
    const identifiers = new Set(rows.map(({ id }) => id))
    await copyIdentities(sql, clickhouse, { identifiers, devices: none, profiles: none })
  })
  await inPages(sql, 'device', 'id', async (rows) => {
    const devices = new Set(rows.map(({ id }) => id))
    await copyIdentities(sql, clickhouse, { identifiers: none, devices, profiles: none })
  })
  const registries = new Registries()
  const definitions = await refreshDefinitions(sql, null)
  await inPages(sql, 'profile', 'id', async (rows) => {
    const ids = rows.map(({ id }) => id)
    const found = await sql.query<{ id: string; workspace: number }>(
      'SELECT id, workspace FROM profile WHERE id = ANY($1)',
      [ids],
    )
    for (const [workspace, own] of Map.groupBy(found, (row) => row.workspace)) {
      const profiles = own.map(({ id }) => id)
      await copyProfiles(sql, clickhouse, { workspace, profiles, registries, definitions })
    }
  })
}

/** Calls `use` with the ids of a table, a page at a time. */
async function inPages(
  sql: Sql,
  table: 'profile' | 'profile_alias' | 'device',
  column: 'id' | 'identifier',
  use: (rows: { id: string }[]) => Promise<void>,
): Promise<void> {
  for (let after = FIRST; ; ) {
    const rows = await sql.query<{ id: string }>(
      `SELECT ${column} AS id FROM ${table} WHERE ${column} > $1 ORDER BY ${column} LIMIT $2`,
      [after, PAGE],
    )
    const last = rows.at(-1)
    if (!last) return
    await use(rows)
    after = last.id
  }
}
