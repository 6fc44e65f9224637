import { DAY_MS, MINUTE_MS } from '../../i18n/durations.ts'

/** A past moment as people type it: the wall clock of the workspace's time zone. */

/** "asOf": by the events up to then; "knownAt": as it was known then. */
export const QUESTIONS = ['asOf', 'knownAt'] as const
export type Question = (typeof QUESTIONS)[number]
export type Moment = { question: Question; at: string }

/** "2026-11-22T14:05": what a clock in the zone shows at an instant (epoch ms or ISO). */
export function wallClock(at: number | string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(new Date(at))
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    parts.find((each) => each.type === type)?.value ?? '00'
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`
}

/**
 * The instant (ISO, UTC) at which a clock in the zone shows this; null for what is no date. An hour
 * that summer time leaves out is read as the one after it, one that comes twice as the first.
 */
export function instantAt(wall: string, timeZone: string): string | null {
  const asUtc = Date.parse(`${wall}Z`)
  if (!Number.isFinite(asUtc)) return null
  const offset = (at: number) =>
    Date.parse(`${wallClock(at, timeZone)}Z`) - Math.floor(at / MINUTE_MS) * MINUTE_MS
  // The zone's offset a day before and a day after: one of the two is the right one.
  const [before, after] = [-1, 1].map((days) => offset(asUtc + days * DAY_MS)) as [number, number]
  const first = asUtc - before
  const isRight = wallClock(first, timeZone) === wallClock(asUtc, 'UTC')
  const second = asUtc - after
  const isSecondRight = wallClock(second, timeZone) === wallClock(asUtc, 'UTC')
  return new Date(isRight || !isSecondRight ? first : second).toISOString()
}
