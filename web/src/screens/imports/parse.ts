/**
 * Reads CSV: quotes, doubled quotes, line ends inside quotes, any one-character delimiter. Pure.
 */

const delimiters = [',', ';', '\t', '|'] as const
export type Delimiter = (typeof delimiters)[number]

/** The delimiter that splits the first lines into the most columns, the same number on each. */
export function detectDelimiter(text: string): Delimiter {
  const sample = text.slice(0, 64_000)
  const scored = delimiters.map((delimiter) => {
    const widths = parseCsv(sample, delimiter, 11).map((row) => row.length)
    // The sample may end in the middle of its last row.
    const whole = widths.length > 1 ? widths.slice(0, 10) : widths
    const first = whole[0] ?? 1
    const steady = whole.filter((width) => width === first).length / Math.max(1, whole.length)
    return { delimiter, score: first > 1 ? steady * 100 + first : 0 }
  })
  return scored.reduce((best, one) => (one.score > best.score ? one : best)).delimiter
}

/** Rows of cells, at most `rowsMax`; lines that hold nothing are skipped. */
export function parseCsv(
  text: string,
  delimiter: Delimiter,
  rowsMax = Number.POSITIVE_INFINITY,
): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let quoted = false
  let position = text.charCodeAt(0) === 0xfeff ? 1 : 0
  const endCell = () => {
    row.push(cell)
    cell = ''
  }
  const endRow = () => {
    endCell()
    if (row.length > 1 || row[0] !== '') rows.push(row)
    row = []
  }
  for (; position < text.length && rows.length < rowsMax; position += 1) {
    const char = text[position]
    if (quoted) {
      if (char !== '"') cell += char
      else if (text[position + 1] === '"') {
        cell += '"'
        position += 1
      } else quoted = false
    } else if (char === '"' && cell === '') quoted = true
    else if (char === delimiter) endCell()
    else if (char === '\n' || char === '\r') {
      if (char === '\r' && text[position + 1] === '\n') position += 1
      endRow()
    } else cell += char
  }
  if (rows.length < rowsMax && (cell !== '' || row.length > 0)) endRow()
  return rows
}

/** Text of a file: UTF-8, or Windows-1252 when it is not valid UTF-8 (old spreadsheets). */
export function decodeFile(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}
