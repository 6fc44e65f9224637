import { DAY_MS } from '../platform/durations.ts'
import type { Login } from '../resolve/index.ts'
import { ownerAt } from '../resolve/index.ts'

/** When the events of an anchor belong to a profile: `from` ≤ time < `to`, epoch ms. */
export type Stretch = { anchor: string; from: number; to: number }

/** ClickHouse's DateTime64(3) holds 1900 to 2299. */
export const EARLIEST_MS = Date.UTC(1900, 0, 1)
export const LATEST_MS = Date.UTC(2299, 11, 31)
/** As `resolve` claims: what a device did that long before its first login is its first user's. */
const CLAIM_MS = 30 * DAY_MS

/**
 * When a device's own events belong to `owners` (birth ids of identifiers; the device itself among
 * them where its profile is meant), as stretches of time, oldest first.
 */
export function stretchesOf(
  device: string,
  logins: readonly Login[],
  owners: ReadonlySet<string>,
): Stretch[] {
  const first = logins[0]
  const claimed = first ? [first.at - CLAIM_MS] : []
  const borders = [EARLIEST_MS, ...claimed, ...logins.map(({ at }) => at)]
  const stretches: Stretch[] = []
  borders.forEach((from, index) => {
    const to = borders[index + 1] ?? LATEST_MS
    if (to <= from || !owners.has(ownerAt(logins, from) ?? device)) return
    const last = stretches.at(-1)
    if (last && last.to === from) last.to = to
    else stretches.push({ anchor: device, from, to })
  })
  return stretches
}
