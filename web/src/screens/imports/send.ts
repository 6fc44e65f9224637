import type { TaskControl } from '../../design/ProgressTray.tsx'
import { type Identify, type Mapping, toIdentify } from './mapping.ts'

/** Below the intake's limits (2,500 events and 500 KB a batch) with room to spare. */
const eventsPerBatch = 500
const bytesPerBatch = 400_000
const triesMax = 6

export type ImportJob = {
  file: string
  rows: string[][]
  mapping: Mapping
  writeKey: string
}
export type ImportResult = { sent: number; skipped: number }

/** Cuts messages into batches under the limits of the intake. Pure. */
export function* batches(messages: Iterable<Identify>): Generator<Identify[]> {
  let batch: Identify[] = []
  let bytes = 0
  for (const message of messages) {
    // Three bytes a UTF-16 unit is the most UTF-8 can need.
    const size = JSON.stringify(message).length * 3
    if (batch.length > 0 && (batch.length >= eventsPerBatch || bytes + size > bytesPerBatch * 3)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(message)
    bytes += size
  }
  if (batch.length > 0) yield batch
}

/** Sends a file's rows through the public intake, in the bulk lane, one batch at a time. */
export async function sendImport(job: ImportJob, control: TaskControl): Promise<ImportResult> {
  const messages: Identify[] = []
  let skipped = 0
  for (const [index, row] of job.rows.entries()) {
    // Line 1 of the file holds the headers.
    const message = toIdentify(row, job.mapping, { file: job.file, line: index + 2 })
    if (message) messages.push(message)
    else skipped += 1
  }
  let sent = 0
  for (const batch of batches(messages)) {
    if (control.signal.aborted) break
    await post(job.writeKey, batch, control.signal)
    sent += batch.length
    control.report(sent + skipped)
  }
  return { sent, skipped }
}

/** Posts one batch; waits and repeats while the intake is busy. Throws on a refusal. */
async function post(writeKey: string, batch: Identify[], signal: AbortSignal): Promise<void> {
  const body = JSON.stringify({ batch, sentAt: new Date().toISOString() })
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch('/v1/batch', {
      method: 'POST',
      signal,
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${btoa(`${writeKey}:`)}`,
        'X-Clientele-Lane': 'bulk',
      },
      body,
    })
    if (response.ok) return
    const busy = response.status === 429 || response.status >= 500
    if (!busy || attempt === triesMax) {
      throw new Error(`${response.status} ${(await response.text()).slice(0, 200)}`)
    }
    const wait = Number(response.headers.get('retry-after')) || 2 ** attempt
    await new Promise((resolve) => setTimeout(resolve, wait * 1_000))
  }
}
