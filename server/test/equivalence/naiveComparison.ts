import type { Around, Comparison, Window } from '../../src/segment/rule.ts'
import { DAY, lengthOf, unitNumber } from './naiveCalendar.ts'

/** As texts are compared: of a long one its beginning. */
export const plain = (text: unknown) =>
  String(text)
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '')
    .join(' ')
    .slice(0, 512)
    .toWellFormed()

/** Six decimal digits; the numbers of these tests have no ties at the seventh. */
const rounded = (value: number) => (Math.abs(value) < 1e9 ? Math.round(value * 1e6) / 1e6 : value)

const TOO_LARGE = 1e32
export const isTooLarge = (value: unknown) =>
  typeof value === 'number' && Math.abs(value) >= TOO_LARGE

function same(value: unknown, wanted: unknown): boolean {
  if (typeof value === 'string' && typeof wanted === 'string') return plain(value) === plain(wanted)
  if (typeof value === 'number' && typeof wanted === 'number') {
    return rounded(value) === rounded(wanted)
  }
  return typeof value === 'boolean' && value === wanted
}

export function instant(value: unknown): number {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d/.test(value)) return Number.NaN
  const [year, month, day] = value.slice(0, 10).split('-').map(Number)
  const midnight = new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, day))
  if (midnight.toISOString().slice(0, 10) !== value.slice(0, 10)) return Number.NaN
  return Date.parse(value)
}

/** Of the items of a list one that does is enough; a date or a version in one is a text. */
export function comparesAt(
  path: string,
  value: unknown,
  comparison: Comparison,
  now: number,
): boolean {
  if (!path.includes('[]')) return compares(value, comparison, now)
  if (value === undefined) return comparison.op === 'notExists'
  const isOfText = ![
    'before',
    'after',
    'withinLast',
    'withinNext',
    'olderThan',
    'anniversary',
    'onHoliday',
    'onAlsaceHoliday',
  ].includes(comparison.op)
  const isOfVersion = comparison.op.startsWith('version')
  return (
    isOfText && !isOfVersion && (value as unknown[]).some((item) => compares(item, comparison, now))
  )
}

/** Whether an anniversary of a date is celebrated on one of the days around today in Paris. */
function isCelebrated(text: string, { before, after }: Around, now: number): boolean {
  const today = unitNumber('day', now)
  for (let shift = -before; shift <= after; shift += 1) {
    const day = new Date((today + shift) * DAY).toISOString()
    if (day.slice(5, 10) === text.slice(5, 10)) return true
    const next = new Date((today + shift + 1) * DAY).toISOString()
    const endsFebruary = day.slice(5, 10) === '02-28' && next.slice(5, 10) === '03-01'
    if (endsFebruary && text.slice(5, 10) === '02-29') return true
  }
  return false
}

/** By Gauss's algorithm, where the program has another one; day of March, beyond 31 of April. */
function easterOfGauss(year: number): number {
  const [a, b, c] = [year % 19, year % 4, year % 7]
  const k = Math.floor(year / 100)
  const m = (15 - Math.floor((13 + 8 * k) / 25) + k - Math.floor(k / 4)) % 30
  const n = (4 + k - Math.floor(k / 4)) % 7
  const d = (19 * a + m) % 30
  const e = (2 * b + 4 * c + 6 * d + n) % 7
  if (d === 29 && e === 6) return 50
  if (d === 28 && e === 6 && (11 * m + 11) % 30 < 19) return 49
  return 22 + d + e
}

export function isHoliday(text: string, region: 'france' | 'alsace'): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number)
  const fixed = [
    [1, 1],
    [5, 1],
    [5, 8],
    [7, 14],
    [8, 15],
    [11, 1],
    [11, 11],
    [12, 25],
  ]
  if (region === 'alsace') fixed.push([12, 26])
  if (fixed.some(([m, d]) => m === month && d === day)) return true
  if (year < 1900 || year > 2100) return false
  const sinceEaster =
    (Date.UTC(year, month - 1, day) - Date.UTC(year, 2, easterOfGauss(year))) / DAY
  return [1, 39, 50, ...(region === 'alsace' ? [-2] : [])].includes(sinceEaster)
}

/** −1, 0 or 1 by Semantic Versioning; null where one is no version. */
function versionOrder(x: string, y: string): number | null {
  const read = (text: string) =>
    /^v?(\d{1,9})\.(\d{1,9})(?:\.(\d{1,9}))?(?:-([0-9A-Za-z.-]{1,60}))?(?:\+[0-9A-Za-z.-]*)?$/.exec(
      text,
    )
  const [a, b] = [read(x), read(y)]
  if (!a || !b) return null
  for (const part of [1, 2, 3]) {
    const difference = Number(a[part] ?? 0) - Number(b[part] ?? 0)
    if (difference !== 0) return Math.sign(difference)
  }
  if (a[4] === undefined || b[4] === undefined) {
    return a[4] === b[4] ? 0 : a[4] === undefined ? 1 : -1
  }
  const [before, after] = [a[4].split('.'), b[4].split('.')]
  for (const [index, one] of before.entries()) {
    const other = after[index]
    if (other === undefined) return 1
    const [isNumber, isOtherNumber] = [/^\d+$/.test(one), /^\d+$/.test(other)]
    if (isNumber !== isOtherNumber) return isNumber ? -1 : 1
    const difference = isNumber
      ? Number(one) - Number(other)
      : one < other
        ? -1
        : one > other
          ? 1
          : 0
    if (difference !== 0) return Math.sign(difference)
  }
  return before.length < after.length ? -1 : 0
}

const itemTexts = (value: unknown[]) =>
  value
    .filter((one) => one !== null && typeof one !== 'object')
    .map((one) => (typeof one === 'string' ? plain(one) : String(one)))

export function compares(value: unknown, { op, value: wanted }: Comparison, now: number): boolean {
  const isNothing =
    value === undefined ||
    value === null ||
    (typeof value === 'number' && Math.abs(value) >= TOO_LARGE) ||
    (typeof value === 'object' && !Array.isArray(value))
  if (isNothing) return op === 'notExists'
  const number = typeof value === 'number' ? rounded(value) : Number.NaN
  const [low, high] = (Array.isArray(wanted) ? wanted : []).map(Number)
  const text = typeof value === 'string' ? plain(value) : null
  const at = instant(value)
  const isWindow = typeof wanted === 'object' && !Array.isArray(wanted) && !('before' in wanted)
  const length = isWindow ? lengthOf(wanted as Window) : 0
  const order = typeof value === 'string' ? versionOrder(value, String(wanted)) : null
  const list = (wanted as unknown[]) ?? []
  return {
    equals: () => same(value, wanted),
    notEquals: () => !same(value, wanted),
    oneOf: () => list.some((one) => same(value, one)),
    contains: () => text?.includes(plain(wanted)) === true,
    startsWith: () => text?.startsWith(plain(wanted)) === true,
    endsWith: () => text?.endsWith(plain(wanted)) === true,
    greater: () => number > rounded(Number(wanted)),
    greaterOrEqual: () => number >= rounded(Number(wanted)),
    less: () => number < rounded(Number(wanted)),
    lessOrEqual: () => number <= rounded(Number(wanted)),
    between: () => number >= rounded(low ?? 0) && number <= rounded(high ?? 0),
    before: () => at < instant(wanted),
    after: () => at > instant(wanted),
    withinLast: () => at <= now && at > now - length,
    withinNext: () => at > now && at <= now + length,
    olderThan: () => at <= now - length,
    isTrue: () => value === true,
    isFalse: () => value === false,
    exists: () => true,
    notExists: () => false,
    matches: () => text !== null && new RegExp(String(wanted), 'iu').test(text),
    versionAtLeast: () => order !== null && order >= 0,
    versionBelow: () => order !== null && order < 0,
    onHoliday: () => !Number.isNaN(at) && isHoliday(String(value), 'france'),
    onAlsaceHoliday: () => !Number.isNaN(at) && isHoliday(String(value), 'alsace'),
    anniversary: () =>
      typeof value === 'string' && !Number.isNaN(at) && isCelebrated(value, wanted as Around, now),
    listHasAny: () =>
      Array.isArray(value) && list.some((one) => itemTexts(value).includes(plain(one))),
    listHasAll: () =>
      Array.isArray(value) && list.every((one) => itemTexts(value).includes(plain(one))),
    listHas: () =>
      Array.isArray(value) &&
      value.some((one) => (typeof one === 'string' ? plain(one) : String(one)) === plain(wanted)),
  }[op]()
}
