import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { inFlight, sendBatch } from '../demo/index.ts'
import type { Clock } from '../platform/clock.ts'
import { type ReadTotals, replayBatches } from './batches.ts'
import { FORMATS, type Format, formatOf } from './formats.ts'

const IN_FLIGHT = 4
const HEADER_BYTES_MAX = 4_096

export type ReplayOptions = {
  file: string
  baseUrl: string
  writeKey: string
  /** The name of a format; null = recognised by the file's first line. */
  formatName: string | null
  clock: Clock
  signal: AbortSignal
  onProgress: (progress: ReplayProgress) => void
}

/** `bytesRead` and `bytesTotal` count the file as it lies on disk, compressed or not. */
export type ReplayProgress = {
  lines: number
  accepted: number
  bytesRead: number
  bytesTotal: number
}

export type ReplayTotals = ReadTotals & { accepted: number; format: string }

/**
 * Sends every line of a file through the public intake, four batches at once on the bulk lane, in
 * bounded memory. Resolves once all of them are accepted; throws on a permanent refusal.
 */
export async function replayFile(options: ReplayOptions): Promise<ReplayTotals> {
  const { size } = await stat(options.file)
  const gzipped = await startsAsGzip(options.file)
  const format = await chooseFormat(options, gzipped)
  const disk = createReadStream(options.file)
  const totals: ReplayTotals = { lines: 0, skipped: new Map(), accepted: 0, format: format.name }
  const batches = replayBatches({
    format,
    fileName: basename(options.file).replace(/\.gz$/, ''),
    input: unpacked(disk, gzipped),
    totals,
  })
  try {
    await inFlight(
      batches,
      async (batch, signal) => {
        await sendBatch(options, batch, signal)
        totals.accepted += batch.length
        const { lines, accepted } = totals
        options.onProgress({ lines, accepted, bytesRead: disk.bytesRead, bytesTotal: size })
      },
      { concurrency: IN_FLIGHT, signal: options.signal },
    )
  } finally {
    disk.destroy()
  }
  return totals
}

async function chooseFormat(options: ReplayOptions, gzipped: boolean): Promise<Format> {
  const names = FORMATS.map((format) => format.name).join(', ')
  const { formatName } = options
  const named = FORMATS.find((format) => format.name === formatName)
  if (formatName !== null && !named) {
    throw new Error(`There is no format "${formatName}". The formats are: ${names}.`)
  }
  const format = named ?? formatOf(await firstLine(options.file, gzipped))
  if (format) return format
  throw new Error(
    `The first line of ${basename(options.file)} is not that of a known format (${names}).`,
  )
}

async function startsAsGzip(file: string): Promise<boolean> {
  const handle = await open(file)
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0)
    return buffer[0] === 0x1f && buffer[1] === 0x8b
  } finally {
    await handle.close()
  }
}

async function firstLine(file: string, gzipped: boolean): Promise<string> {
  const disk = createReadStream(file)
  let text = ''
  try {
    for await (const chunk of unpacked(disk, gzipped)) {
      text += (chunk as Buffer).toString('utf8')
      if (text.includes('\n') || text.length > HEADER_BYTES_MAX) break
    }
  } finally {
    disk.destroy()
  }
  return text.split('\n', 1)[0] ?? ''
}

/** A fault of the disk must reach whoever reads the unpacked bytes; `pipe` alone loses it. */
function unpacked(disk: Readable, gzipped: boolean): Readable {
  if (!gzipped) return disk
  const gunzip = createGunzip()
  disk.once('error', (error) => gunzip.destroy(error))
  return disk.pipe(gunzip)
}
