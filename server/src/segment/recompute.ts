import { isDeepStrictEqual } from 'node:util'
import type { JsonValue } from '../collect/index.ts'
import type { ClickHouse } from '../platform/clickhouse.ts'
import type { Clock } from '../platform/clock.ts'
import { DAY_MS } from '../platform/durations.ts'
import type { Postgres, Sql } from '../platform/postgres.ts'
import { calendarOf } from './calendar.ts'
import { formulasBehind } from './computed/formulas.ts'
import { knownComputed } from './computed/index.ts'
import { readStored } from './computedDefinitions.ts'
import { askEverybody } from './computedPreview.ts'
import { announce, lockFlow } from './publish.ts'
import { refillNaming } from './refill.ts'
import type { Spec, StaffDefinition } from './rule.ts'

type Deps = { postgres: Postgres; clickhouse: ClickHouse; clock: Clock }
type Row = {
  id: number
  workspace: number
  key: string
  version: number
  spec: Spec
  recomputed: JsonValue | null
  time_zone: string
  staff: StaffDefinition
}

/**
 * Asks again, once a day, what only a look at everybody can tell. Where the answer is another one,
 * the segments that name the trait are filled again, without effects.
 * @returns whether something was asked.
 */
export async function recomputeDue({ postgres, clickhouse, clock }: Deps): Promise<boolean> {
  const now = clock.now()
  const rows = await postgres.query<Row>(
    `SELECT c.id, c.workspace, c.key, c.version, c.spec, c.recomputed, w.time_zone, w.staff
     FROM computed_trait AS c JOIN workspace AS w ON w.id = c.workspace
     WHERE c.state = 'live' AND (c.recomputed_at IS NULL OR c.recomputed_at <= $1)
     ORDER BY c.id`,
    [new Date(now - DAY_MS)],
  )
  const due = rows.filter(({ spec }) => knownComputed(spec).recompute?.isNeeded(spec))
  for (const row of due) {
    const { workspace, staff } = row
    const asked = { workspace, now, staff, calendar: calendarOf(row.time_zone) }
    const answer = (await askEverybody(clickhouse, row.spec, asked)) ?? null
    await postgres.transaction((sql) => keep(sql, row, { answer, at: new Date(now) }))
  }
  return due.length > 0
}

async function keep(
  sql: Sql,
  row: Row,
  { answer, at }: { answer: JsonValue; at: Date },
): Promise<void> {
  await lockFlow(sql)
  const kept = await sql.query(
    `UPDATE computed_trait AS c SET recomputed = $3, recomputed_at = $4 FROM workspace AS w
     WHERE c.id = $1 AND c.version = $2 AND c.state = 'live'
       AND w.id = c.workspace AND w.staff = $5::jsonb RETURNING c.id`,
    [row.id, row.version, JSON.stringify(answer), at, JSON.stringify(row.staff)],
  )
  // Changed meanwhile: the new definition is asked for itself, and so is who counts as staff.
  if (kept.length === 0 || isDeepStrictEqual(answer, row.recomputed)) return
  const behind = formulasBehind(row.key, await readStored(sql, row.workspace))
  await refillNaming(sql, row.workspace, [row.key, ...behind])
  await announce(sql)
}

/** Lets all of it be asked again at once: who counts among everybody is another one. */
export async function askAnew(sql: Sql, workspace: number): Promise<void> {
  const rows = await sql.query<{ id: number; spec: Spec }>(
    'SELECT id, spec FROM computed_trait WHERE workspace = $1',
    [workspace],
  )
  const asked = rows.filter(({ spec }) => knownComputed(spec).recompute?.isNeeded(spec))
  await sql.query('UPDATE computed_trait SET recomputed_at = NULL WHERE id = ANY($1)', [
    asked.map(({ id }) => id),
  ])
}
