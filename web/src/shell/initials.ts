/** "Maison Lorival" → "ML"; at most two letters. */
export function initials(name: string): string {
  const words = name.trim().split(/[\s-]+/)
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined]
  return letters.map((word) => word?.[0]?.toUpperCase() ?? '').join('')
}

/** "Hélène Marchand" → "H. Marchand"; a single word stays. */
export function shortName(name: string): string {
  const words = name.trim().split(/\s+/)
  const first = words[0]?.[0]
  return words.length > 1 && first ? `${first}. ${words.slice(1).join(' ')}` : name
}
