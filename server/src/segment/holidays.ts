/** French public holidays. Pure: dates as `YYYY-MM-DD`, in no time zone. */

/** Whose holidays: of metropolitan France, or with those of Alsace and Moselle. */
export type HolidayRegion = 'france' | 'alsace'

/** Code du travail, L3133-1: the days that are the same each year. */
const FIXED = ['01-01', '05-01', '05-08', '07-14', '08-15', '11-01', '11-11', '12-25']
/** Days from Easter Sunday: Easter Monday, Ascension and Whit Monday. */
const FROM_EASTER = [1, 39, 50]
/** L3134-13: Good Friday (in parishes with a mixed church, read as everywhere) and 26 December. */
const ALSACE = { fixed: ['12-26'], fromEaster: [-2] }

/** Years of which the days that move with Easter are known. */
const YEARS = { from: 1900, to: 2100 }
const DAY_MS = 24 * 60 * 60_000

export type Holidays = {
  /** As `MM-DD`, of every year. */
  fixed: readonly string[]
  /** As `YYYY-MM-DD`. */
  moving: readonly string[]
}

/** The holidays of a region by today's law, also of years in which it was another one. */
export function holidaysOf(region: HolidayRegion): Holidays {
  const isAlsace = region === 'alsace'
  const shifts = [...FROM_EASTER, ...(isAlsace ? ALSACE.fromEaster : [])]
  const years = Array.from({ length: YEARS.to - YEARS.from + 1 }, (_, index) => YEARS.from + index)
  return {
    fixed: [...FIXED, ...(isAlsace ? ALSACE.fixed : [])],
    moving: years.flatMap((year) => {
      const easter = easterOf(year)
      return shifts.map((days) => new Date(easter + days * DAY_MS).toISOString().slice(0, 10))
    }),
  }
}

/**
 * Easter Sunday of the Gregorian calendar, epoch ms of its midnight in UTC. The anonymous algorithm
 * of Nature (20 April 1876), as Jean Meeus gives it in Astronomical Algorithms (1991), chapter 8.
 */
export function easterOf(year: number): number {
  const a = year % 19
  const [b, c] = [Math.floor(year / 100), year % 100]
  const [d, e] = [Math.floor(b / 4), b % 4]
  const f = Math.floor((b + 8) / 25)
  const g = Math.floor((b - f + 1) / 3)
  const h = (19 * a + b - d - g + 15) % 30
  const [i, k] = [Math.floor(c / 4), c % 4]
  const l = (32 + 2 * e + 2 * i - h - k) % 7
  const m = Math.floor((a + 11 * h + 22 * l) / 451)
  const month = Math.floor((h + l - 7 * m + 114) / 31)
  const day = ((h + l - 7 * m + 114) % 31) + 1
  return Date.UTC(year, month - 1, day)
}
