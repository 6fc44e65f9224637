import { Temporal } from 'temporal-polyfill'
import { DAY_MS, HOUR_MS } from '../../platform/durations.ts'
import { badRequest } from '../../platform/errors.ts'
import { type Calendar, calendarOf } from '../../segment/index.ts'

export type BucketUnit = 'hour' | 'day' | 'week' | 'month'

/** A chart of more bars than this is no longer read. */
export const BUCKETS_MAX = 400
const BY_HOUR_MS_MAX = 3 * DAY_MS
const BY_DAY_MS_MAX = 120 * DAY_MS

/** The unit in which so long a time is best looked at. */
export function unitFor(spanMs: number): BucketUnit {
  if (spanMs <= BY_HOUR_MS_MAX) return 'hour'
  return spanMs <= BY_DAY_MS_MAX ? 'day' : 'week'
}

/**
 * When the hours, days, … from the one that holds `from` up to `to` (left out) begin, in the time
 * zone of the workspace. Epoch ms. @throws Problem 400 when there are too many.
 */
export function bucketStarts(
  unit: BucketUnit,
  { from, to, timeZone }: { from: number; to: number; timeZone: string },
): number[] {
  const calendar = calendarOf(timeZone)
  const starts: number[] = []
  for (let shift = 0; ; shift += 1) {
    const start = startOf(unit, calendar, { from, shift })
    if (start >= to && shift > 0) return starts
    starts.push(start)
    if (starts.length <= BUCKETS_MAX) continue
    throw badRequest(
      'too_many_points',
      `That would be more than ${BUCKETS_MAX} points. Ask about less time, or by a longer unit.`,
    )
  }
}

function startOf(
  unit: BucketUnit,
  calendar: Calendar,
  { from, shift }: { from: number; shift: number },
): number {
  if (unit !== 'hour') return calendar.startOf(unit, from, shift)
  const hour = Temporal.Instant.fromEpochMilliseconds(from)
    .toZonedDateTimeISO(calendar.timeZone)
    .round({ smallestUnit: 'hour', roundingMode: 'floor' })
  return hour.epochMilliseconds + shift * HOUR_MS
}
