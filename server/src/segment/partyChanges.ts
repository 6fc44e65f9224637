import type { Postgres, Sql } from '../platform/postgres.ts'
import type { StreamNeed } from './answer.ts'
import { readDirectory } from './directory.ts'
import { tree } from './kinds/index.ts'
import { asksParty } from './party.ts'
import { lockFlow, registerNeeds } from './publish.ts'
import { fillAgain } from './publishing.ts'
import { askingWith, COMPOSED, type Directory, resolveRule } from './references.ts'

/**
 * Follows sources that were said to be of another party: what they told counts elsewhere now, so
 * the segments that ask for parties are filled again, without effects. It stands in the table what
 * was followed, so that a cut between the two loses nothing.
 */
export async function followParties(postgres: Postgres): Promise<void> {
  const moved = await postgres.query<{ workspace: number }>(
    'SELECT DISTINCT workspace FROM source WHERE party <> asked_party ORDER BY workspace',
  )
  for (const { workspace } of moved) {
    await postgres.transaction((sql) => follow(sql, workspace))
  }
}

async function follow(sql: Sql, workspace: number): Promise<void> {
  await lockFlow(sql)
  const moved = await sql.query(
    `UPDATE source SET asked_party = party WHERE workspace = $1 AND party <> asked_party
     RETURNING id`,
    [workspace],
  )
  if (moved.length === 0) return
  const directory = await readDirectory(sql, workspace)
  const asking = askingParties(directory)
  // Streams keep what certain sources told, so what asks for others reads other ones.
  const needs = asking.flatMap((id) => streamsOf(id, directory))
  await registerNeeds(sql, workspace, needs)
  await fillAgain(sql, workspace, asking)
}

/** The segments in use whose answers depend on whose the sources are, by their public ids. */
function askingParties(directory: Directory): string[] {
  return askingWith(directory, asksParty).filter((id) => {
    const state = directory.segments.get(id)?.state
    return state === 'live' || state === 'backfilling'
  })
}

/** A rule that cannot be prepared reads none: its segment is paused when it is to be filled. */
function streamsOf(id: string, directory: Directory): StreamNeed[] {
  const held = directory.segments.get(id)
  if (!held) return []
  try {
    return tree.needs(resolveRule(held, directory, { self: id, bounds: COMPOSED })).streams
  } catch {
    return []
  }
}
