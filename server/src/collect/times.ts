import { DAY_MS } from '../platform/durations.ts'
import type { EventFlag } from './event.ts'
import { limits } from './limits.ts'

/** Days for which a message id is remembered by the client's own day. */
const dedupDays = 28

const isoDate = '(\\d{4})-(\\d{2})-(\\d{2})'
const isoTime = '(\\d{2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9}))?)?'
const isoZone = '(Z|z|[+-]\\d{2}(?::?\\d{2})?)'
const isoForm = new RegExp(`^${isoDate}(?:[Tt ]${isoTime}\\s?${isoZone}?)?$`)

/**
 * Epoch ms of a client's time: ISO 8601 (without a zone: UTC, never the server's zone), epoch
 * seconds or epoch milliseconds. Null for anything else and for times before 1970.
 */
export function parseInstant(value: unknown): number | null {
  if (typeof value === 'number') return fromNumber(value)
  if (typeof value !== 'string' || value.length > 64) return null
  const text = value.trim()
  if (/^\d{9,13}$/.test(text)) return fromNumber(Number(text))
  const match = isoForm.exec(text)
  return match ? fromIso(match) : null
}

function fromNumber(value: number): number | null {
  if (!Number.isFinite(value) || value < 0) return null
  // 1e11 seconds is the year 5138, 1e11 milliseconds is 1973: what lies between is unambiguous.
  const epochMs = value < 1e11 ? value * 1_000 : value
  return epochMs <= 8.64e15 ? Math.trunc(epochMs) : null
}

function fromIso(match: RegExpExecArray): number | null {
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  const [hour, minute, second] = [match[4], match[5], match[6]].map((part) => Number(part ?? 0))
  const milliseconds = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3))
  if (hour === undefined || minute === undefined || second === undefined) return null
  if (hour > 23 || minute > 59 || second > 59) return null
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second, milliseconds))
  // A day that does not exist (30 February) would otherwise roll over into the next month.
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null
  const epochMs = date.getTime() - zoneMs(match[8])
  return epochMs >= 0 ? epochMs : null
}

function zoneMs(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z' || zone === 'z') return 0
  const digits = zone.slice(1).replace(':', '')
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || 0)
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000
}

export type ClientTimes = {
  /** The client's own time of the event, as sent. */
  original: unknown
  /** When the client says it sent the request; undefined when its clock is to be trusted. */
  sentAt: unknown
  receivedAt: number
}

/**
 * The event's time and the day under which its message id is remembered. With a readable `sentAt`
 * the client's clock error cancels out: what counts is how long before sending it happened.
 */
export function readTimes(
  { original, sentAt, receivedAt }: ClientTimes,
  flags: Set<EventFlag>,
): { time: number; clientDay: string | null } {
  if (original === undefined || original === null) return { time: receivedAt, clientDay: null }
  const own = parseInstant(original)
  if (own === null) {
    flags.add('time_unreadable')
    return { time: receivedAt, clientDay: null }
  }
  const sent = parseInstant(sentAt)
  const corrected = sent === null ? own : receivedAt - (sent - own)
  const latest = receivedAt + limits.futureMs
  if (corrected > latest) flags.add('time_clamped')
  // A correction by a nonsensical sentAt could fall before 1970, which no later step can hold.
  const time = Math.max(0, Math.min(corrected, latest))
  return { time, clientDay: dayOf(own, receivedAt) }
}

function dayOf(own: number, receivedAt: number): string | null {
  if (own <= receivedAt - dedupDays * DAY_MS || own > receivedAt + DAY_MS) return null
  return new Date(own).toISOString().slice(0, 10)
}
