/** One cell (RFC 4180): quoted when it must be; what a spreadsheet would compute is made text. */
export function csvCell(value: string): string {
  const isFormula = /^[=+\-@\t\r]/.test(value) && Number.isNaN(Number(value))
  const safe = isFormula ? `'${value}` : value
  return /[",;\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** One line with its end. */
export const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`

/** So that spreadsheets read accents: the first characters of a file. */
export const CSV_MARK = '\ufeff'
