import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { Entry, EntryHeader } from './log.ts'

const FORMAT_VERSION = 1
const ZSTD_LEVEL = 1
/** The most a block may unpack to: beyond it the bytes are damaged or hostile. */
const BLOCK_BYTES_MAX = 64 * 1024 * 1024

/**
 * Packs entries into a block's bytes: a version byte, then zstd over length-prefixed parts. In this
 * thread: at most a millisecond for a full block, and less work in all than to hand it to another.
 */
export function packBlock(entries: readonly Entry[]): Buffer {
  const parts: Buffer[] = []
  for (const entry of entries) {
    const header = Buffer.from(JSON.stringify(entry.header))
    const lengths = Buffer.allocUnsafe(8)
    lengths.writeUInt32LE(header.length, 0)
    lengths.writeUInt32LE(entry.body.length, 4)
    parts.push(lengths, header, Buffer.from(entry.body))
  }
  const packed = zstdCompressSync(Buffer.concat(parts), {
    params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL },
  })
  return Buffer.concat([Buffer.of(FORMAT_VERSION), packed])
}

/** Reads a block's bytes back; throws when they are not of a known format. */
export function unpackBlock(bytes: Buffer): Entry[] {
  if (bytes[0] !== FORMAT_VERSION) {
    throw new Error(`A log block has format ${bytes[0]}; this program reads ${FORMAT_VERSION}.`)
  }
  const raw = zstdDecompressSync(bytes.subarray(1), { maxOutputLength: BLOCK_BYTES_MAX })
  const entries: Entry[] = []
  let offset = 0
  while (offset < raw.length) {
    const headerLength = raw.readUInt32LE(offset)
    const bodyLength = raw.readUInt32LE(offset + 4)
    const headerEnd = offset + 8 + headerLength
    const header = JSON.parse(raw.toString('utf8', offset + 8, headerEnd)) as EntryHeader
    entries.push({ header, body: raw.subarray(headerEnd, headerEnd + bodyLength) })
    offset = headerEnd + bodyLength
  }
  return entries
}

/** How many positions the entries take together. */
export function countOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, entry) => sum + entry.header.count, 0)
}
