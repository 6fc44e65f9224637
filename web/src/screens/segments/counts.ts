import type { LocalText } from '../../i18n/i18n.ts'

/**
 * What remains after each top-level line, from the preview's answer, whatever the form of its
 * paths ("0", "all.0", "/all/0", [0]); null where it says nothing.
 */
export function lineCounts(
  conditions: readonly (Placed & { count: number })[],
  lines: number,
): (number | null)[] {
  return byLine(conditions, lines).map((one) => one?.count ?? null)
}

/** What the server says of each top-level line; null where it says nothing. */
export function lineSentences(
  conditions: readonly (Placed & { sentence?: LocalText })[],
  lines: number,
): (LocalText | null)[] {
  return byLine(conditions, lines).map((one) => one?.sentence ?? null)
}

type Placed = { path: string | readonly (string | number)[] }

function byLine<T extends Placed>(conditions: readonly T[], lines: number): (T | null)[] {
  const found: (T | null)[] = Array.from({ length: lines }, () => null)
  for (const one of conditions) {
    const text = typeof one.path === 'string' ? one.path : one.path.join('.')
    const index = Number(text.match(/\d+/)?.[0] ?? Number.NaN)
    if (index < lines) found[index] = one
  }
  return found
}
