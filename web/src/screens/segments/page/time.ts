import { DAY_MS } from '../../../i18n/durations.ts'

/** The time that the page of a segment looks at, as it stands in the address. */
export const DAYS = [1, 7, 90, 365] as const
/** The last days up to now; without it 30. */
export type Days = (typeof DAYS)[number]

export const UNITS = ['hour', 'day', 'week', 'month'] as const
export type Unit = (typeof UNITS)[number]

/** Days that an exit and the entry after it may be apart to be one move. */
export const WITHIN = [0, 1, 7, 30] as const
export type Within = (typeof WITHIN)[number]

/** How far back the events of a portrait go, days. */
export const PORTRAIT_DAYS = [30, 90, 365] as const
export type PortraitDays = (typeof PORTRAIT_DAYS)[number]

export const DEFAULT_DAYS = 30

export type TimeSearch = { days?: Days; from?: string; to?: string }

/** What the API is asked: an open end is now. */
export function timeQuery({ days = undefined, from, to }: TimeSearch, now: number) {
  if (from) return { from, to }
  // The day of today counts as one of them.
  const back = days === 1 ? 1 : (days ?? DEFAULT_DAYS) - 1
  return { from: new Date(now - back * DAY_MS).toISOString(), to: undefined }
}
