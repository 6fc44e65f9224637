import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { parse } from 'csv-parse'

/** One line of a file; `line` is 1 for the header, so data begins at 2. */
export type Row = { line: number; raw: string; fields: readonly string[] }

/** Reads a byte stream as rows, header included, holding no more than a few of them. */
export type RowReader = (input: Readable) => AsyncGenerator<Row>

/** RFC 4180 with commas: a quoted value may hold commas, quotes and line ends. */
export async function* commaRows(input: Readable): AsyncGenerator<Row> {
  const parser = parse({ bom: true, raw: true, relax_column_count: true, skip_empty_lines: true })
  input.once('error', (error) => parser.destroy(error))
  let line = 0
  for await (const parsed of input.pipe(parser)) {
    const { record, raw } = parsed as { record: string[]; raw: string }
    line += 1
    yield { line, raw: raw.trimEnd(), fields: record }
  }
}

/** Columns separated by any number of spaces. */
export async function* spacedRows(input: Readable): AsyncGenerator<Row> {
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
  let line = 0
  for await (const text of lines) {
    const raw = text.trim()
    if (raw === '') continue
    line += 1
    yield { line, raw, fields: raw.split(/\s+/) }
  }
}
