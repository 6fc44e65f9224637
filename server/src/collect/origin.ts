import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

/** What an intake request says about itself beside its body. */
export type RequestFacts = { userAgent?: string; address?: string }

const userAgentChars = 512

/**
 * Facts of the visitor's device, only when a browser itself made the request: the user agent of a
 * server's client library is not the visitor's. The address is cut to its network.
 */
export function factsOf(request: IncomingMessage): RequestFacts {
  const { headers } = request
  // Not `sec-fetch-mode`: the fetch of Node.js sends it as well.
  const fromBrowser =
    headers.origin !== undefined ||
    headers.referer !== undefined ||
    headers['sec-fetch-dest'] === 'image'
  if (!fromBrowser) return {}
  const facts: RequestFacts = {}
  if (headers['user-agent']) facts.userAgent = headers['user-agent'].slice(0, userAgentChars)
  const forwarded = String(headers['x-forwarded-for'] ?? '').split(',', 1)[0]
  const address = coarseAddress(forwarded?.trim() || request.socket.remoteAddress || '')
  if (address !== null) facts.address = address
  return facts
}

/** `203.0.113.77` → `203.0.113.0`; of IPv6 the first 48 bits. Null for what is no address. */
export function coarseAddress(text: string): string | null {
  const address = text.replace(/^::ffff:(?=\d+\.)/i, '')
  if (isIP(address) === 4) return address.replace(/\.\d+$/, '.0')
  if (isIP(address) !== 6) return null
  const groups = (address.split('%', 1)[0] ?? '').split('::', 1)[0]?.split(':') ?? []
  const network = groups.filter((group) => group !== '').slice(0, 3)
  return `${network.join(':')}::`
}

/** The write key of the `Authorization` header (Basic, the key as user name) or of the query. */
export function writeKeyOf(request: IncomingMessage): string | null {
  const { authorization } = request.headers
  const match = authorization === undefined ? null : /^basic\s+(.+)$/i.exec(authorization)
  if (match?.[1]) {
    const user = Buffer.from(match[1], 'base64').toString('utf8').split(':', 1)[0]
    if (user) return user
  }
  const url = request.url ?? ''
  return url.includes('?') ? queryOf(url).get('writeKey') || null : null
}

/** The query of a request's URL. */
export function queryOf(url: string): URLSearchParams {
  const at = url.indexOf('?')
  return new URLSearchParams(at < 0 ? '' : url.slice(at + 1))
}
