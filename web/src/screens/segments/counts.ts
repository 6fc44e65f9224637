/**
 * What remains after each top-level line, from the preview's answer, whatever the form of its
 * paths ("0", "all.0", "/all/0", [0]); null where it says nothing.
 */
export function lineCounts(
  conditions: readonly { path: string | readonly (string | number)[]; count: number }[],
  lines: number,
): (number | null)[] {
  const counts: (number | null)[] = Array.from({ length: lines }, () => null)
  for (const { path, count } of conditions) {
    const text = typeof path === 'string' ? path : path.join('.')
    const index = Number(text.match(/\d+/)?.[0] ?? Number.NaN)
    if (index < lines) counts[index] = count
  }
  return counts
}
