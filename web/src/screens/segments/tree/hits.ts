/** Finding what is searched in a name, whatever the case and accents, and where it stands in it. */

export const fold = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

/** From where to where a text holds what is searched; null when it does not. */
export function hitIn(text: string, search: string): { from: number; to: number } | null {
  const needle = fold(search.trim())
  if (!needle) return null
  // Folding may change lengths: each letter knows from where in the text it comes.
  const letters = [...text].flatMap((letter, index) =>
    [...fold(letter)].map((folded) => ({ folded, index })),
  )
  const at = letters
    .map((letter) => letter.folded)
    .join('')
    .indexOf(needle)
  const first = letters[at]
  const last = letters[at + [...needle].length - 1]
  if (at < 0 || !first || !last) return null
  const whole = [...text]
  const width = (end: number) => whole.slice(0, end).join('').length
  return { from: width(first.index), to: width(last.index + 1) }
}
