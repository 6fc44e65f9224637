import type { Moment } from '../../src/segment/rule.ts'
import { wallAt } from './naiveCalendar.ts'
import { isHoliday } from './naiveComparison.ts'

/** Whether something took place at a moment, by the calendar by which is answered. */
export function isAtMoment({ weekdays, hours, day }: Moment, time: number): boolean {
  const wall = wallAt(time)
  if (weekdays && !weekdays.includes(wall.weekday)) return false
  if (hours && !hoursIn(hours).includes(wall.hour)) return false
  if (!day) return true
  const region = day.startsWith('alsace') ? 'alsace' : 'france'
  if (day.toLowerCase().endsWith('holiday')) return isHoliday(wall.date, region)
  return wall.weekday < 6 && !isHoliday(wall.date, region)
}

/** The hours on the clock from one to another, one after the other. */
function hoursIn({ from, to }: { from: number; to: number }): number[] {
  const hours: number[] = []
  let hour = from
  do {
    hours.push(hour)
    hour = (hour + 1) % 24
  } while (hour !== to % 24)
  return hours
}
