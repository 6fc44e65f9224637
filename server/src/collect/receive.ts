import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import { limits } from './limits.ts'

export type Received =
  | { ok: true; body: Buffer }
  | { ok: false; reason: 'body_too_large' | 'unreadable_encoding' }

/** Thrown when the client went away before its request was complete: nobody waits for an answer. */
export class ClientGone extends Error {}

// A body that does not shrink grows by a few bytes when compressed.
const compressedBytesMax = limits.bodyBytes + 1_024

const decompressors = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
}

/**
 * The decompressed body of a request, never more than the limit in memory: neither a long body nor
 * a small one that unpacks into a long one is kept.
 */
export async function receiveBody(request: IncomingMessage): Promise<Received> {
  const body = await collect(request)
  if (body === null) return { ok: false, reason: 'body_too_large' }
  const encoding = encodingOf(request, body)
  if (encoding === 'identity') {
    return body.byteLength > limits.bodyBytes
      ? { ok: false, reason: 'body_too_large' }
      : { ok: true, body }
  }
  if (encoding === 'unknown') return { ok: false, reason: 'unreadable_encoding' }
  try {
    const options = { maxOutputLength: limits.bodyBytes }
    return { ok: true, body: await decompressors[encoding](body, options) }
  } catch (error) {
    const tooLarge = (error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE'
    return { ok: false, reason: tooLarge ? 'body_too_large' : 'unreadable_encoding' }
  }
}

/** The bytes as sent, or null as soon as they are too many; the rest is then left to drain. */
function collect(request: IncomingMessage): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    let isSettled = false
    request.on('data', (chunk: Buffer) => {
      size += chunk.byteLength
      if (size > compressedBytesMax) {
        chunks.length = 0
        isSettled = true
        resolve(null)
      } else chunks.push(chunk)
    })
    request.on('end', () => {
      isSettled = true
      const [only] = chunks
      resolve(only && chunks.length === 1 ? only : Buffer.concat(chunks))
    })
    // Every request closes; an error and its stack are made only for the few that were cut short.
    const end = () => {
      if (!isSettled) reject(new ClientGone('The client went away.'))
      isSettled = true
    }
    request.on('error', end)
    request.on('close', end)
  })
}

function encodingOf(
  request: IncomingMessage,
  body: Buffer,
): 'identity' | 'gzip' | 'deflate' | 'br' | 'unknown' {
  const named = (request.headers['content-encoding'] ?? '').trim().toLowerCase()
  // JSON never starts with these bytes, so a client that forgot the header is understood too; and
  // a proxy that unpacked the body but kept the header as well.
  const isGzip = body[0] === 0x1f && body[1] === 0x8b
  if (isGzip) return 'gzip'
  if (named === 'gzip' || named === 'x-gzip' || named === '' || named === 'identity') {
    return 'identity'
  }
  return named === 'deflate' || named === 'br' ? named : 'unknown'
}
