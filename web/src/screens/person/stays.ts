import { DAY_MS } from '../../i18n/durations.ts'
import type { Consent, Stay } from './types.ts'

export type Bar = { from: number; to: number; open: boolean }
export type StayRow = {
  segment: Stay['segment']
  bars: Bar[]
  /** When the current stay began, or null when the person is out. */
  since: string | null
  lastLeft: string | null
}

const WINDOW_MS = 365 * DAY_MS

/**
 * One row a segment over the last twelve months: each stay as a bar in fractions of the window
 * (0 = a year before `now`, 1 = now). Rows with a current stay come first, newest entry first.
 */
export function stayRows(stays: readonly Stay[], now: number): StayRow[] {
  const rows = new Map<string, StayRow>()
  for (const stay of stays) {
    const row = rows.get(stay.segment.id) ?? {
      segment: stay.segment,
      bars: [],
      since: null,
      lastLeft: null,
    }
    const bar = barOf(stay, now)
    if (bar) row.bars.push(bar)
    if (stay.leftAt === null) row.since = stay.enteredAt
    else if (!row.lastLeft || stay.leftAt > row.lastLeft) row.lastLeft = stay.leftAt
    rows.set(stay.segment.id, row)
  }
  const order = (row: StayRow) => `${row.since ? 1 : 0}${row.since ?? row.lastLeft ?? ''}`
  return [...rows.values()].sort((a, b) => order(b).localeCompare(order(a)))
}

function barOf(stay: Stay, now: number): Bar | null {
  const start = now - WINDOW_MS
  const end = stay.leftAt === null ? now : Date.parse(stay.leftAt)
  if (end < start) return null
  const at = (time: number) => Math.min(1, Math.max(0, (time - start) / WINDOW_MS))
  return { from: at(Date.parse(stay.enteredAt)), to: at(end), open: stay.leftAt === null }
}

/** Channels in the order of the matrix; a consent without channel holds for all of them. */
export const CHANNELS = ['email', 'sms', 'push', 'post'] as const
export type Channel = (typeof CHANNELS)[number]

/** The consent in force for a purpose and channel: the newest that names it, or names none. */
export function consentFor(
  consents: readonly Consent[],
  purpose: string,
  channel: string,
): Consent | null {
  return consents
    .filter((each) => each.purpose === purpose && reaches(each.channel, channel))
    .reduce<Consent | null>(
      (newest, each) => (newest && newest.at >= each.at ? newest : each),
      null,
    )
}

/** No channel, and `*`, stand for all of them. */
const reaches = (said: string | null, channel: string) => !said || said === '*' || said === channel

/** Channels on which this person may be reached for at least one purpose. */
export function reachable(consents: readonly Consent[]): Record<Channel, boolean | null> {
  const purposes = [...new Set(consents.map((each) => each.purpose))]
  const on = (channel: Channel) => {
    const known = purposes.map((purpose) => consentFor(consents, purpose, channel))
    if (known.every((each) => each === null)) return null
    return known.some((each) => each?.granted === true)
  }
  return { email: on('email'), sms: on('sms'), push: on('push'), post: on('post') }
}
