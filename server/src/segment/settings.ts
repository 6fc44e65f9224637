import { isDeepStrictEqual } from 'node:util'
import type { Postgres, Sql } from '../platform/postgres.ts'
import { standings } from '../privacy/index.ts'
import type { ChangeSettings } from '../workspace/index.ts'
import type { StreamNeed } from './answer.ts'
import { readDirectory } from './directory.ts'
import { tree } from './kinds/index.ts'
import { asksParty } from './party.ts'
import { announce, lockFlow, registerNeeds } from './publish.ts'
import { fillAgain } from './publishing.ts'
import { askAnew } from './recompute.ts'
import {
  type AskedRule,
  askingWith,
  asksReachable,
  asksStaff,
  COMPOSED,
  type Directory,
  resolveRule,
} from './references.ts'
import { readParties } from './sourceParties.ts'
import { readStaff } from './staff.ts'
import { readCalendar } from './workspaceCalendar.ts'

/** What the workspace says and rules ask: with another setting their answers are others. */
type Settings = Pick<Directory, 'staff' | 'marketing' | 'parties'> & { timeZone: string }

/** The segments that ask a setting that moved, by their public ids. */
type Moved = { workspace: number; directory: Directory; asking: readonly string[] }

type Setting = {
  /** Whether another value of it may change a segment's answers. */
  asks(segment: AskedRule): boolean
  /** What follows beside filling those segments again. */
  also?(sql: Sql, moved: Moved): Promise<void>
}

const SETTINGS: { [Name in keyof Settings]: Setting } = {
  // Days, weeks and months begin at other instants, and so do moments.
  timeZone: { asks: () => true },
  staff: { asks: asksStaff, also: (sql, { workspace }) => askAnew(sql, workspace) },
  marketing: { asks: ({ rule }) => asksReachable(rule), also: copyAnew },
  parties: { asks: ({ rule }) => asksParty(rule), also: registerAsked },
}
const NAMES = Object.keys(SETTINGS) as (keyof Settings)[]

/**
 * Changes settings, and fills the segments that ask those that moved again, without effects. Both
 * are one transaction that holds the flow: there is no moment at which a process could be killed,
 * or evaluate somebody, between the one and the other, so nothing needs to be followed later.
 */
export const settingsChanger =
  (postgres: Pick<Postgres, 'transaction'>): ChangeSettings =>
  (workspace, change) =>
    postgres.transaction(async (sql) => {
      await lockFlow(sql)
      const before = await readSettings(sql, workspace)
      const changed = await change(sql)
      const after = await readSettings(sql, workspace)
      const moved = NAMES.filter((name) => !isDeepStrictEqual(before[name], after[name]))
      if (moved.length > 0) await follow(sql, workspace, moved)
      return changed
    })

async function readSettings(sql: Sql, workspace: number): Promise<Settings> {
  return {
    timeZone: (await readCalendar(sql, workspace)).timeZone,
    staff: await readStaff(sql, workspace),
    marketing: await standings.basisOf(sql, workspace),
    parties: await readParties(sql, workspace),
  }
}

async function follow(
  sql: Sql,
  workspace: number,
  moved: readonly (keyof Settings)[],
): Promise<void> {
  const directory = await readDirectory(sql, workspace)
  for (const { asks, also } of moved.map((name) => SETTINGS[name])) {
    const asking = askingWith(directory, asks)
    await also?.(sql, { workspace, directory, asking })
    await fillAgain(sql, workspace, asking)
  }
  await announce(sql)
}

/** History's copies of the people say who is reachable. */
async function copyAnew(sql: Sql, { workspace }: Moved): Promise<void> {
  await sql.query(
    `INSERT INTO copy_again (workspace) VALUES ($1)
     ON CONFLICT (workspace) DO UPDATE SET after = NULL`,
    [workspace],
  )
}

/** Streams keep what certain sources told, so what asks for others reads other ones. */
async function registerAsked(sql: Sql, { workspace, directory, asking }: Moved): Promise<void> {
  const needs = asking.flatMap((id) => streamsOf(id, directory))
  await registerNeeds(sql, workspace, needs)
}

/** A rule that cannot be prepared reads none: its segment is paused when it is to be filled. */
function streamsOf(id: string, directory: Directory): StreamNeed[] {
  const held = directory.segments.get(id)
  if (held?.state !== 'live' && held?.state !== 'backfilling') return []
  try {
    return tree.needs(resolveRule(held, directory, { self: id, bounds: COMPOSED })).streams
  } catch {
    return []
  }
}
