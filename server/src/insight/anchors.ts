import type { QueryParams } from '../platform/clickhouse.ts'
import type { Dossier } from './document.ts'
import { EARLIEST_MS, LATEST_MS, type Stretch, stretchesOf } from './ownership.ts'

/** The anchors whose events make up a profile today, each with the times in which it is theirs. */
export function anchorsOf(dossier: Dossier): Stretch[] {
  const { identifiers, namespaces } = dossier
  const owners = new Set(
    identifiers.filter((one) => one.profile === dossier.id).map((one) => one.id),
  )
  return identifiers.flatMap((one) => {
    if (namespaces(one.namespace).scope === 'device') {
      return stretchesOf(one.id, one.logins ?? [], owners)
    }
    return [{ anchor: one.id, from: EARLIEST_MS, to: LATEST_MS }]
  })
}

/**
 * The condition that an event (columns `anchor`, `time`) lies in one of the stretches. It is bound
 * as arrays: a profile has few anchors, and the index on them leaves little to look at.
 */
export function withinAnchors(stretches: readonly Stretch[]): { sql: string; params: QueryParams } {
  return {
    sql: `anchor IN {anchors:Array(UUID)} AND arrayExists(
      (one, begin, end) -> one = anchor AND begin <= toUnixTimestamp64Milli(time)
        AND toUnixTimestamp64Milli(time) < end,
      {anchors:Array(UUID)}, {begins:Array(Int64)}, {ends:Array(Int64)})`,
    params: {
      anchors: stretches.map(({ anchor }) => anchor),
      begins: stretches.map(({ from }) => from),
      ends: stretches.map(({ to }) => to),
    },
  }
}
