import type { Dossier } from './document.ts'
import { type AskHistory, millis } from './history.ts'

/** Whether somebody was a member, by what the system held at an instant. */
export type KnownAnswer = {
  member: boolean
  /** When the membership began, epoch ms; null when there was none. */
  since: number | null
}

type LastRow = { last: 'entered' | 'left'; since: number }

/**
 * What the ledger said at `knownAt` (epoch ms) of a person, and of whoever was a person of their
 * own then and is the same one today: that one of them was a member is enough.
 */
export async function knownAnswer(
  ask: AskHistory,
  { id, around }: Dossier,
  asked: { workspace: number; segment: number; knownAt: number },
): Promise<KnownAnswer> {
  const rows = await ask<LastRow>(
    `SELECT argMax(change, (recorded_at, at)) AS last,
       argMax(${millis('at')}, (recorded_at, at)) AS since
     FROM membership_change
     WHERE workspace = {workspace:UInt32} AND segment = {segment:UInt32}
       AND profile IN {profiles:Array(UUID)}
       AND recorded_at <= fromUnixTimestamp64Milli({knownAt:Int64})
     GROUP BY profile`,
    { ...asked, profiles: [id, ...around.own.map((one) => one.id)] },
  )
  const begun = rows.flatMap(({ last, since }) => (last === 'entered' ? [since] : []))
  return { member: begun.length > 0, since: begun.length > 0 ? Math.min(...begun) : null }
}
