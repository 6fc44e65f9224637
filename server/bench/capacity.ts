/** What a measured CPU time per event means for machines and for money. Pure arithmetic. */

/** Part of a machine that may be busy, so that peaks and repairs find room. */
export const BUSY_SHARE = 0.7

const US_PER_CORE_SECOND = 1_000_000
const US_PER_CORE_HOUR = 3_600 * US_PER_CORE_SECOND

/** Cores that `eventsPerSecond` keep busy to `busyShare`, at a cost of `cpuUs` an event. */
export function coresFor(
  eventsPerSecond: number,
  cpuUs: number,
  busyShare: number = BUSY_SHARE,
): number {
  return (eventsPerSecond * cpuUs) / US_PER_CORE_SECOND / busyShare
}

/** Events a second that `cores` can take when all of them work on nothing else. */
export function eventsPerSecondOn(cores: number, cpuUs: number): number {
  return cpuUs === 0 ? 0 : (cores * US_PER_CORE_SECOND) / cpuUs
}

/** CPU-hours that so many events take. */
export function cpuHoursFor(events: number, cpuUs: number): number {
  return (events * cpuUs) / US_PER_CORE_HOUR
}
