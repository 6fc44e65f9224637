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
      throw refused('file_too_long', {
        fr: `Un fichier a ${LINES_MAX} lignes au plus. Divisez-le.`,
        en: `A file has at most ${LINES_MAX} lines. Divide it.`,
      })
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

/** A fault of the file as a whole, in the language of who sent it. */
const refused = (code: string, text: { fr: string; en: string }) =>
  badRequest(code, text.en, { errors: [{ path: '', message: text.en, messages: text }] })

const numberOf = (column: string | undefined): number | null =>
  column !== undefined && /^[1-9]\d{0,3}$/.test(column) ? Number(column) - 1 : null

function columnIn(header: readonly string[], wanted: string | undefined): number {
  if (wanted === undefined) return 0
  const plain = (text: string) => text.trim().toLowerCase()
  const found = header.findIndex((name) => plain(name) === plain(wanted))
  if (found >= 0) return found
  throw refused('no_such_column', {
    fr: 'La première ligne n’a pas cette colonne. Nommez une des siennes, ou un numéro dès 1.',
    en: 'The first line names no such column. Name one of it, or give a number from 1.',
  })
}

/** How far a parser came. */
type CsvError = { code: unknown; records: unknown; empty_lines: unknown }

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
    const { code, records, empty_lines } = error as Partial<CsvError>
    if (typeof code !== 'string' || !code.startsWith('CSV_')) throw error
    // An open quote is found out at the end of the file: it is in what follows the last good line.
    const from = Number(records) + Number(empty_lines) + 1
    throw refused('unreadable_file', {
      fr:
        `Le fichier n’est plus en CSV à partir de la ligne ${from}. Corrigez-le et renvoyez-le ` +
        'entier : qui est déjà dans la liste y reste.',
      en:
        `The file is no CSV from line ${from} on. Mend it and send the whole again: who is on ` +
        'the list already stays.',
    })
  }
}

async function* bounded(input: Readable): AsyncGenerator<Buffer> {
  let bytes = 0
  for await (const chunk of input) {
    bytes += (chunk as Buffer).byteLength
    if (bytes > FILE_BYTES_MAX) {
      const megabytes = FILE_BYTES_MAX / 1024 / 1024
      throw refused('file_too_long', {
        fr: `Un fichier a ${megabytes} Mo au plus. Divisez-le.`,
        en: `A file has at most ${megabytes} MB. Divide it.`,
      })
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
