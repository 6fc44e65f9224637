/** Writes the intake's answers. Head and body leave in one piece, their headers set in one go. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Answer } from './accept.ts'
import { pixelImage } from './pixel.ts'

/** Names and values in turn, the form that Node.js writes without looking each one up. */
type Headers = (string | number)[]

export function sendAnswer(response: ServerResponse, answer: Answer): void {
  const text = JSON.stringify(answer.body)
  const headers = originHeaders(response.req)
  headers.push('content-type', 'application/json', 'content-length', Buffer.byteLength(text))
  headers.push('cache-control', 'no-store')
  addRetryAfter(headers, answer)
  // As text: Node.js joins it with the head, where a buffer would be a second write.
  response.writeHead(answer.status, headers).end(text)
}

/** An image in any case: a page must not show a broken one because an event was wrong. */
export function sendPixel(response: ServerResponse, answer: Answer): void {
  const headers = originHeaders(response.req)
  headers.push('content-type', 'image/gif', 'content-length', pixelImage.byteLength)
  headers.push('cache-control', 'no-store')
  addRetryAfter(headers, answer)
  response.writeHead(answer.status, headers).end(pixelImage)
}

export function sendScript(response: ServerResponse, text: string | null): void {
  if (text === null) {
    const message = 'The tag is not built. Run `npm run build -w sdk`.'
    sendAnswer(response, { status: 404, body: { success: false, code: 'tag_missing', message } })
    return
  }
  const headers = originHeaders(response.req)
  headers.push('content-type', 'text/javascript; charset=utf-8')
  headers.push('content-length', Buffer.byteLength(text))
  headers.push('cache-control', 'public, max-age=300', 'x-content-type-options', 'nosniff')
  response.writeHead(200, headers).end(text)
}

/** The answer to a browser that asks whether it may send. */
export function sendPermission(response: ServerResponse): void {
  const headers = originHeaders(response.req)
  if (response.req.headers.origin !== undefined) {
    const asked = response.req.headers['access-control-request-headers']
    headers.push('access-control-allow-methods', 'GET, POST, OPTIONS')
    headers.push('access-control-allow-headers', asked ?? usualHeaders)
    headers.push('access-control-max-age', '86400')
  }
  response.writeHead(204, headers).end()
}

const usualHeaders = 'Authorization, Content-Type, Content-Encoding, X-Retry-Count, AnonymousId'

/**
 * The intake reads no cookie, so any page may call it. The origin is echoed because a beacon sends
 * its request with credentials, for which a browser does not accept `*`.
 */
function originHeaders({ headers: { origin } }: IncomingMessage): Headers {
  if (origin === undefined) return ['access-control-allow-origin', '*']
  return [
    'access-control-allow-origin',
    origin,
    'vary',
    'Origin',
    'access-control-allow-credentials',
    'true',
    'access-control-expose-headers',
    'Retry-After',
  ]
}

function addRetryAfter(headers: Headers, { retryAfterSeconds }: Answer): void {
  if (retryAfterSeconds !== undefined) headers.push('retry-after', retryAfterSeconds)
}
