/** Text for comparisons: NFKC, lower case, without accents, white space folded and trimmed. */
export function folded(text: string): string {
  return (
    text
      .normalize('NFKD')
      .replace(/\p{M}+/gu, '')
      .toLowerCase()
      .replace(/\s+/gu, ' ')
      .trim()
      .slice(0, FOLDED_CHARACTERS_MAX)
      // The cut may halve a character, and ClickHouse refuses the half.
      .toWellFormed()
  )
}

const FOLDED_CHARACTERS_MAX = 512

const ISO_DATE =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/

/**
 * The instant an ISO 8601 text names, epoch ms; a date alone or a time without a zone is read as
 * UTC. `null` for any other text, impossible dates included.
 */
export function instantOf(text: string): number | null {
  if (text.length < 10 || text.length > 35) return null
  const match = ISO_DATE.exec(text)
  if (!match) return null
  const [, year, month, day, hour, minute, second, zone] = match
  const daysInMonth = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1) return null
  if (Number(day) > daysInMonth) return null
  if (hour === undefined) return Date.UTC(Number(year), Number(month) - 1, Number(day))
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second ?? 0) > 59) return null
  const iso = `${text.slice(0, 10)}T${text.slice(11)}`
  const millis = Date.parse(zone === undefined ? `${iso}Z` : iso)
  // ClickHouse's DateTime64 holds 1900 to 2299: outside it the text stays a text.
  return millis >= INSTANT_MIN && millis <= INSTANT_MAX ? millis : null
}

const INSTANT_MIN = Date.UTC(1900, 0, 1)
const INSTANT_MAX = Date.UTC(2299, 11, 31)

const VERSION =
  /^v?(\d{1,9})\.(\d{1,9})(?:\.(\d{1,9}))?(?:-([0-9A-Za-z.-]{1,60}))?(?:\+[0-9A-Za-z.-]*)?$/

/**
 * What a version is sorted by as text, in the order of Semantic Versioning 2.0.0, §11: numbers by
 * value, a pre-release before its release, its identifiers one by one, numbers before words.
 * `null` for a text that is no version.
 */
export function versionKey(text: string): string | null {
  const match = VERSION.exec(text)
  if (!match) return null
  const [, major = '', minor = '', patch = '0', before] = match
  const core = [major, minor, patch].map((digits) => digits.padStart(9, '0')).join('.')
  if (before === undefined) return `${core}~`
  // A shorter list of identifiers comes first: what separates them sorts below all of them.
  return `${core}-${before.split('.').map(identifierKey).join(' ')}`
}

function identifierKey(identifier: string): string {
  if (!/^\d+$/.test(identifier)) return `b${identifier}`
  return `a${identifier.replace(/^0+(?=\d)/, '').padStart(60, '0')}`
}
