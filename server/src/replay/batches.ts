import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { Format, LineEvent } from './formats.ts'

const BATCH_EVENTS_MAX = 500
const BATCH_BYTES_MAX = 450_000
const ENVELOPE_BYTES = 200
const REASONS_MAX = 20

export type ReplayEvent = LineEvent & { messageId: string }

/** What a replay has read; a line is either sent or counted under the reason why not. */
export type ReadTotals = { lines: number; skipped: Map<string, number> }

export type BatchSource = {
  format: Format
  /** The file's name without its folder and `.gz`; part of each message id. */
  fileName: string
  input: Readable
  totals: ReadTotals
}

/**
 * Reads a file as intake batches of at most 500 events and 450 KB; the next lines are only read
 * when the next batch is asked for. Throws when the header is not the format's.
 */
export async function* replayBatches(source: BatchSource): AsyncGenerator<ReplayEvent[]> {
  const { format, fileName, totals } = source
  const eventOf = format.open()
  let batch: ReplayEvent[] = []
  let bytes = ENVELOPE_BYTES
  for await (const row of format.rows(source.input)) {
    if (row.line === 1) {
      requireHeader(format, row.fields)
      continue
    }
    totals.lines += 1
    const columns = Object.fromEntries(format.columns.map((name, i) => [name, row.fields[i] ?? '']))
    const mapped = eventOf(columns, row.line)
    if (typeof mapped === 'string') {
      countSkip(totals, mapped)
      continue
    }
    const event = { messageId: messageIdOf(fileName, row.line, row.raw), ...mapped }
    const size = Buffer.byteLength(JSON.stringify(event)) + 1
    if (batch.length === BATCH_EVENTS_MAX || bytes + size > BATCH_BYTES_MAX) {
      yield batch
      batch = []
      bytes = ENVELOPE_BYTES
    }
    batch.push(event)
    bytes += size
  }
  if (batch.length > 0) yield batch
}

/** The same file, line and content give the same id, so that sending twice changes nothing. */
export function messageIdOf(fileName: string, line: number, raw: string): string {
  const hash = createHash('sha256').update(`${fileName}\n${line}\n${raw}`)
  return `replay-${hash.digest('base64url').slice(0, 32)}`
}

function requireHeader(format: Format, fields: readonly string[]): void {
  if (fields.join(' ') === format.columns.join(' ')) return
  const expected = format.columns.join(', ')
  throw new Error(
    `The first line does not name the columns of the format "${format.name}": ${expected}.`,
  )
}

function countSkip(totals: ReadTotals, reason: string): void {
  const known = totals.skipped.has(reason) || totals.skipped.size < REASONS_MAX
  const key = known ? reason : 'other reasons'
  totals.skipped.set(key, (totals.skipped.get(key) ?? 0) + 1)
}
