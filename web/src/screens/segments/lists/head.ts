/** The first lines of a file of people, so that its column can be chosen before it is sent. */
import { type Delimiter, detectDelimiter, parseCsv } from '../../imports/parse.ts'
import type { UploadChoice } from './api.ts'

export type Head = {
  columns: string[]
  rows: string[][]
  delimiter: UploadChoice['delimiter']
}

const READ_BYTES = 64_000
const ROWS = 6

const DELIMITERS: Partial<Record<Delimiter, UploadChoice['delimiter']>> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
}

/** What the first lines say; null when they are no table. */
export async function readHead(file: Blob): Promise<Head | null> {
  return headOf(await file.slice(0, READ_BYTES).text())
}

export function headOf(text: string): Head | null {
  // A spreadsheet's own format, or a picture, whatever its name ends in.
  if (text.includes('\0')) return null
  const found = detectDelimiter(text)
  const [columns, ...rows] = parseCsv(text, found, ROWS)
  const delimiter = DELIMITERS[found]
  if (!columns || !delimiter || columns.every((name) => !name.trim())) return null
  return {
    columns: [...new Set(columns.map((name) => name.trim()).filter(Boolean))],
    rows,
    delimiter,
  }
}

const LOOKS: [string, RegExp, RegExp][] = [
  ['email', /mail|courriel/i, /^[^@\s]+@[^@\s]+\.\w+$/],
  ['phone', /phone|tel|mobile|portable/i, /^\+?[\d\s().-]{8,}$/],
  ['loyalty_card', /card|carte|loyalty|fid[eé]lit/i, /^(?!)/],
  ['anonymous_id', /anonymous|device/i, /^(?!)/],
]

/** The column that looks like an identifier, by its name, else by its values; else the first. */
export function guessNamespace({ columns, rows }: Head): { column: string; namespace: string } {
  for (const [namespace, name] of LOOKS) {
    const column = columns.find((each) => name.test(each))
    if (column) return { column, namespace }
  }
  for (const [namespace, , value] of LOOKS) {
    const at = columns.findIndex((_, index) => rows.some((row) => value.test(row[index] ?? '')))
    const column = columns[at]
    if (column) return { column, namespace }
  }
  return { column: columns[0] ?? '', namespace: 'user_id' }
}
