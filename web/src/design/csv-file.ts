/** One CSV cell: quoted when it must be; a leading = + - @ is defused for spreadsheets. */
export function csvCell(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) && Number.isNaN(Number(value)) ? `'${value}` : value
  return /[",;\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Rows as CSV text (RFC 4180, UTF-8 mark so that spreadsheets read accents). */
export function csvText(rows: readonly (readonly string[])[]): string {
  return `\ufeff${rows.map((row) => row.map(csvCell).join(',')).join('\r\n')}\r\n`
}

/** Offers rows as a file. */
export function downloadCsv(name: string, rows: readonly (readonly string[])[]): void {
  saveBlob(name, new Blob([csvText(rows)], { type: 'text/csv' }))
}

/** Offers bytes as a file. */
export function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
