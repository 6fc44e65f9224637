import type { Deps } from '../platform/deps.ts'
import { badRequest } from '../platform/errors.ts'
import type { Sql } from '../platform/postgres.ts'
import { audit } from './audit.ts'
import { readWorkspace, type Workspace } from './bootstrap.ts'
import type { Actor } from './permissions.ts'

/**
 * Makes a change that may be of what rules ask of a workspace, in one transaction with what
 * follows from it for the segments that ask it. It waits for the batches that are under way.
 */
export type ChangeSettings = <Changed>(
  workspace: number,
  change: (sql: Sql) => Promise<Changed>,
) => Promise<Changed>

/** Renames the workspace, or moves it to another time zone: an IANA name, else a 400. */
export async function changeWorkspace(
  deps: Pick<Deps, 'postgres'> & { changeSettings: ChangeSettings },
  actor: Actor,
  change: { name?: string | undefined; timeZone?: string | undefined },
): Promise<Workspace> {
  const { workspace } = actor
  const zone = change.timeZone === undefined ? null : readZone(change.timeZone)
  const write = async (sql: Sql) => {
    await sql.query(
      `UPDATE workspace SET name = coalesce($2, name), time_zone = coalesce($3, time_zone)
       WHERE id = $1`,
      [workspace, change.name ?? null, zone],
    )
    const subject = `workspace:${workspace}`
    await audit(sql, { workspace, actor, action: 'workspace.changed', subject, detail: change })
    return readWorkspace({ postgres: sql }, workspace)
  }
  return zone === null ? deps.postgres.transaction(write) : deps.changeSettings(workspace, write)
}

function readZone(name: string): string {
  const known = Intl.supportedValuesOf('timeZone').find(
    (zone) => zone.toLowerCase() === name.toLowerCase(),
  )
  if (known !== undefined) return known
  if (name.toUpperCase() === 'UTC') return 'UTC'
  throw badRequest('unknown_time_zone', 'There is no such time zone. Give one as Europe/Paris.')
}
