import { ownSource, reserved, type Telling, tellOwn } from '../collect/index.ts'
import type { ClickHouse } from '../platform/clickhouse.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log/log.ts'
import type { Postgres } from '../platform/postgres.ts'
import { calendarOf } from './calendar.ts'
import { changesByQuery, checkQuery, FailedQuery, type QueryChange } from './query/ask.ts'
import { nextRun } from './query/schedule.ts'
import type { Query } from './rule.ts'

/** Queries that computed traits are made of: asked when it is time, told as events. */

type Deps = {
  postgres: Postgres
  clickhouse: ClickHouse
  clock: Clock
  newId: () => string
  log: Pick<Log, 'append'>
}

type Row = {
  id: number
  public_id: string
  workspace: number
  version: number
  spec: Query
  attempted_at: Date | null
  recomputed_at: Date | null
  time_zone: string
}

/**
 * Asks the queries whose time has come. What fails keeps its last values and says why; it is asked
 * again at its next time. @returns whether one was asked.
 */
export async function runDueQueries(deps: Deps): Promise<boolean> {
  const now = deps.clock.now()
  const rows = await deps.postgres.query<Row>(
    `SELECT c.id, c.public_id, c.workspace, c.version, c.spec, c.attempted_at, c.recomputed_at,
       w.time_zone
     FROM computed_trait AS c JOIN workspace AS w ON w.id = c.workspace
     WHERE c.state = 'live' AND c.spec ? 'sql' ORDER BY c.id`,
  )
  const due = rows.filter((row) => dueAt(row) <= now)
  for (const row of due) await run(deps, row, now)
  return due.length > 0
}

function dueAt({ spec, attempted_at, time_zone }: Row): number {
  if (attempted_at === null) return 0
  return nextRun(spec.schedule, attempted_at.getTime(), calendarOf(time_zone))
}

async function run(deps: Deps, row: Row, now: number): Promise<void> {
  // Before it is asked: one that takes the program down is not asked again at once. Another
  // definition since is asked for itself.
  const begun = await deps.postgres.query(
    'UPDATE computed_trait SET attempted_at = $3 WHERE id = $1 AND version = $2 RETURNING id',
    [row.id, row.version, new Date(now)],
  )
  if (begun.length === 0) return
  const startedAt = performance.now()
  try {
    const { workspace, spec } = row
    await checkQuery(deps.clickhouse, spec.sql)
    const trait = reserved.valueTrait(row.public_id)
    const found = await changesByQuery(deps.clickhouse, { workspace, spec }, trait)
    const at = Math.max(now, (row.recomputed_at?.getTime() ?? 0) + 1)
    await tellChanges(deps, row, { at, changes: found.changes })
    const ms = Math.round(performance.now() - startedAt)
    const outcome = { people: found.people, changed: found.changes.length, ms }
    await deps.postgres.query(
      `UPDATE computed_trait SET recomputed = $3, recomputed_at = $4, failure = NULL
       WHERE id = $1 AND version = $2`,
      [row.id, row.version, JSON.stringify(outcome), new Date(at)],
    )
  } catch (fault) {
    if (!(fault instanceof FailedQuery)) throw await forgotten(deps, row, fault)
    const failure = { message: fault.message, at: new Date(now).toISOString() }
    await deps.postgres.query(
      'UPDATE computed_trait SET failure = $3 WHERE id = $1 AND version = $2',
      [row.id, row.version, JSON.stringify(failure)],
    )
  }
}

/** An engine that is away is no answer: it is asked as soon as it is there. */
async function forgotten({ postgres }: Deps, row: Row, fault: unknown): Promise<unknown> {
  await postgres.query(
    'UPDATE computed_trait SET attempted_at = $3 WHERE id = $1 AND version = $2',
    [row.id, row.version, row.attempted_at],
  )
  return fault
}

async function tellChanges(
  deps: Deps,
  { public_id, workspace }: Row,
  { at, changes }: { at: number; changes: readonly QueryChange[] },
): Promise<void> {
  if (changes.length === 0) return
  const source = await ownSource(deps.postgres, workspace, deps)
  const telling: Telling = { id: deps.newId(), workspace, at, source }
  const events = changes.map(({ identifier, value }) => {
    const colon = identifier.indexOf(':')
    return {
      identifier: { namespace: identifier.slice(0, colon), value: identifier.slice(colon + 1) },
      traits: { [reserved.valueTrait(public_id)]: value },
    }
  })
  await tellOwn({ deps, log: deps.log }, telling, events, () => undefined)
}
