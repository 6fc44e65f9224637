import { Readable } from 'node:stream'
import { parse } from 'csv-parse'
import { badRequest } from '../platform/errors.ts'
import type { Identifier, Namespaces } from '../resolve/index.ts'
import { type LineReason, readField } from './lines.ts'

/** Reads a file of identifiers as it comes; no more than a few lines of it are held. */

/** Bytes and lines of one file at the most. */
const FILE_BYTES_MAX = 512 * 1024 * 1024
const LINES_MAX = 5_000_000
/** Bytes of one line at the most. */
const LINE_BYTES_MAX = 64 * 1024

const DELIMITERS = { comma: ',', semicolon: ';', tab: '\t' } as const

export type FileForm = {
  namespace: string
  /** A name of the first line, or a number from 1 of a file without one. */
  column: string | undefined
  delimiter: keyof typeof DELIMITERS | undefined
}

export type Rejections = Partial<Record<LineReason, number>>

/**
 * The identifiers of a file, each in its one form; what is none is counted in `rejected`.
 * @throws a problem for a file that is no CSV, is too long or lacks the column.
 */
export async function* identifiersIn(
  input: Readable,
  form: FileForm,
  { namespaces, rejected }: { namespaces: Namespaces; rejected: Rejections },
): AsyncGenerator<Identifier> {
  let column: number | null = numberOf(form.column)
  let lines = 0
  for await (const fields of rowsIn(input, form)) {
    lines += 1
    if (lines > LINES_MAX) {
      throw badRequest('file_too_long', `A file has at most ${LINES_MAX} lines. Divide it.`)
    }
    if (column === null) {
      column = columnIn(fields, form.column)
      continue
    }
    const read = readField(fields[column], form.namespace, namespaces)
    if (typeof read === 'string') rejected[read] = (rejected[read] ?? 0) + 1
    else yield read
  }
}

const numberOf = (column: string | undefined): number | null =>
  column !== undefined && /^[1-9]\d{0,3}$/.test(column) ? Number(column) - 1 : null

function columnIn(header: readonly string[], wanted: string | undefined): number {
  if (wanted === undefined) return 0
  const plain = (text: string) => text.trim().toLowerCase()
  const found = header.findIndex((name) => plain(name) === plain(wanted))
  if (found >= 0) return found
  const detail = 'The first line names no such column. Name one of it, or give a number from 1.'
  throw badRequest('no_such_column', detail)
}

async function* rowsIn(input: Readable, form: FileForm): AsyncGenerator<string[]> {
  const { head, rest } = await beginning(bounded(input))
  const delimiter = form.delimiter ? DELIMITERS[form.delimiter] : delimiterIn(head)
  const parser = parse({
    bom: true,
    delimiter,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LINE_BYTES_MAX,
  })
  const source = Readable.from(rest)
  source.once('error', (error) => parser.destroy(error))
  try {
    for await (const fields of source.pipe(parser)) yield fields as string[]
  } catch (error) {
    const { code, lines } = error as { code?: unknown; lines?: unknown }
    if (typeof code !== 'string' || !code.startsWith('CSV_')) throw error
    const fault = `The file is no CSV from line ${Number(lines ?? 0)} on.`
    const detail = `${fault} Mend it and send the whole again: who is on the list already stays.`
    throw badRequest('unreadable_file', detail)
  }
}

async function* bounded(input: Readable): AsyncGenerator<Buffer> {
  let bytes = 0
  for await (const chunk of input) {
    bytes += (chunk as Buffer).byteLength
    if (bytes > FILE_BYTES_MAX) {
      const megabytes = FILE_BYTES_MAX / 1024 / 1024
      throw badRequest('file_too_long', `A file has at most ${megabytes} MB. Divide it.`)
    }
    yield chunk as Buffer
  }
}

/** The first line, or as much of it as is read at once, and the whole from its beginning. */
async function beginning(
  chunks: AsyncGenerator<Buffer>,
): Promise<{ head: string; rest: AsyncGenerator<Buffer> }> {
  const held: Buffer[] = []
  let size = 0
  while (size < LINE_BYTES_MAX) {
    const { value, done } = await chunks.next()
    if (done) break
    held.push(value)
    size += value.byteLength
    if (value.includes('\n')) break
  }
  const [head = ''] = Buffer.concat(held).toString('utf8').split('\n', 1)
  const rest = async function* () {
    yield* held
    yield* chunks
  }
  return { head, rest: rest() }
}

/** The one of which the first line has most; French spreadsheets write semicolons. */
function delimiterIn(head: string): string {
  const count = (delimiter: string) => head.split(delimiter).length
  return Object.values(DELIMITERS).reduce((best, one) => (count(one) > count(best) ? one : best))
}
