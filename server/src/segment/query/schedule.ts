import { DAY_MS, HOUR_MS } from '../../platform/durations.ts'
import type { Calendar } from '../calendar.ts'

/** When a query is asked again, by the clock of the workspace's time zone. */
export type Schedule =
  | { every: 'hour' }
  | { every: 'day'; at: number }
  /** `weekday`: 1 = Monday; `at`: the hour, 0 to 23. */
  | { every: 'week'; weekday: number; at: number }

/** The first time of a schedule after an instant, epoch ms. */
export function nextRun(schedule: Schedule, after: number, calendar: Calendar): number {
  if (schedule.every === 'hour') return (Math.floor(after / HOUR_MS) + 1) * HOUR_MS
  const days = schedule.every === 'day' ? 2 : 8
  for (let shift = 0; shift < days; shift += 1) {
    const day = calendar.startOf('day', after, shift)
    if (schedule.every === 'week' && weekdayOf(day, calendar) !== schedule.weekday) continue
    const at = hourOfDay(day, schedule.at, calendar)
    if (at > after) return at
  }
  // A week later the same hour comes again, whatever clocks do.
  return after + days * DAY_MS
}

/** 1 = Monday. */
function weekdayOf(at: number, calendar: Calendar): number {
  return ((new Date(at + calendar.offsetAt(at)).getUTCDay() + 6) % 7) + 1
}

/** An hour of a day; where clocks skip it, the one after. */
function hourOfDay(day: number, hour: number, calendar: Calendar): number {
  const at = day + hour * HOUR_MS
  return at + calendar.offsetAt(day) - calendar.offsetAt(at)
}
