/** So that spreadsheets read accents: the first character of a file. */
export const CSV_MARK = '\ufeff'

/** What a spreadsheet would take for a formula. */
const FORMULA = /^[=+\-@\t\r]/
/** A minus alone makes none; a plus is kept as it is, which a telephone number needs. */
const NEGATIVE = /^-\d+(\.\d+)?$/

/** One line of a CSV file (RFC 4180), safe to open in a spreadsheet: no cell becomes a formula. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(cell).join(',')}\r\n`
}

function cell(text: string): string {
  const guarded = FORMULA.test(text) && !NEGATIVE.test(text) ? `'${text}` : text
  return /[",;\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded
}
