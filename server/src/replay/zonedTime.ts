import { HOUR_MS } from '../platform/durations.ts'

const CACHED_HOURS_MAX = 20_000

/** Reads wall-clock times of one place. Returns epoch ms, or null for text that is no time. */
export type WallClock = (text: string) => number | null

/**
 * A reader of `YYYY-MM-DD HH:MM:SS` as it was on the clocks of `timeZone` (an IANA name). The hour
 * that a clock change skips reads as one hour later; of the hour that comes twice, the first.
 */
export function wallClockOf(timeZone: string): WallClock {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  const offset = (epochMs: number) => localMs(format, epochMs) - epochMs
  // Order files list many lines a minute, and asking the calendar is slow.
  const hours = new Map<number, number>()
  return (text) => {
    const local = parseLocal(text)
    if (local === null) return null
    const hour = Math.floor(local / HOUR_MS)
    let shift = hours.get(hour)
    if (shift === undefined) {
      shift = shiftOf(hour * HOUR_MS, offset)
      if (hours.size >= CACHED_HOURS_MAX) hours.clear()
      hours.set(hour, shift)
    }
    return local - shift
  }
}

/** What the clocks show beyond UTC at a wall-clock time, which a change may skip or repeat. */
function shiftOf(local: number, offset: (epochMs: number) => number): number {
  const before = offset(local - 24 * HOUR_MS)
  const after = offset(local - before)
  return offset(local - after) === after ? after : before
}

const PATTERN = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)(?::(\d\d))?$/

/** The wall-clock time as if it were UTC; null also for a 31st of June. */
function parseLocal(text: string): number | null {
  const found = PATTERN.exec(text)
  if (!found) return null
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1)
    .map((part) => Number(part ?? 0))
  const local = Date.UTC(year, month - 1, day, hour, minute, second)
  const written = new Date(local).toISOString().slice(0, 16)
  return written === text.slice(0, 16).replace(' ', 'T') ? local : null
}

function localMs(format: Intl.DateTimeFormat, epochMs: number): number {
  const part = Object.fromEntries(
    format.formatToParts(epochMs).map(({ type, value }) => [type, Number(value)]),
  ) as Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', number>
  return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second)
}
