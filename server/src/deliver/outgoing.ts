import { type LookupAddress, type LookupOptions, lookup as systemLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { Agent, buildConnector, request as undiciRequest } from 'undici'
import { isPublicAddress, literalAddress } from './address.ts'

/** Longest wait for a whole answer, connecting included. */
export const ANSWER_WAIT_MAX_MS = 15_000
/** Most of an answer's body that is read; what comes after it is not waited for. */
export const ANSWER_READ_MAX_BYTES = 64 * 1024
/** Most of an answer's body that is kept in the log. */
export const ANSWER_KEEP_MAX_BYTES = 4 * 1024

export type OutgoingRequest = {
  method: 'POST'
  url: string
  headers: Record<string, string>
  body: string
}

export type Answer = {
  status: number
  headers: Record<string, string>
  /** Its first 4 KB, as text. */
  body: string
}

export type SendError =
  | 'timeout'
  | 'address_refused'
  | 'name_not_found'
  | 'connection_refused'
  | 'connection_lost'
  | 'tls_failed'

export type Sent = { answer: Answer; error: null } | { answer: null; error: SendError }

/** Sends one request and never throws: a fault of the other side is an answer like any other. */
export type Outgoing = {
  send(request: OutgoingRequest): Promise<Sent>
  close(): Promise<void>
}

export type OutgoingOptions = {
  allowPrivateNetwork: boolean
  /** One address that may be private all the same, to the letter: the receiver of the demo. */
  except?: string | null
  waitMaxMs?: number
  /** Replaced in tests. */
  lookup?: LookupFunction
}

class AddressRefused extends Error {
  readonly code = 'CLIENTELE_ADDRESS_REFUSED'
}

/**
 * Opens the only way out of the program. The guard works on the resolved address at the moment of
 * connecting, so a name that changes its address between two look-ups does not pass it. Redirects
 * are not followed. Sockets are not limited by origin: two destinations of one host must not wait
 * for each other, and each has a limit of its own.
 */
export function openOutgoing(options: OutgoingOptions): Outgoing {
  const lookup = options.lookup ?? (systemLookup as LookupFunction)
  const waitMaxMs = options.waitMaxMs ?? ANSWER_WAIT_MAX_MS
  const connect = buildConnector({
    timeout: waitMaxMs,
    ...(options.lookup || !options.allowPrivateNetwork
      ? { lookup: options.allowPrivateNetwork ? lookup : guarded(lookup) }
      : {}),
  })
  const agent = new Agent({
    keepAliveTimeout: 10_000,
    connect: (target, callback) => {
      const literal = literalAddress(target.hostname)
      if (literal !== null && !options.allowPrivateNetwork && !isPublicAddress(literal)) {
        callback(new AddressRefused('The address is not on the public internet.'), null)
        return
      }
      connect(target, callback)
    },
  })
  const unguarded = new Agent({ keepAliveTimeout: 10_000 })
  return {
    send: async (request) => {
      try {
        const through = request.url === options.except ? unguarded : agent
        return { answer: await exchange(through, request, waitMaxMs), error: null }
      } catch (error) {
        return { answer: null, error: errorCode(error) }
      }
    },
    close: async () => {
      await Promise.all([agent.destroy(), unguarded.destroy()])
    },
  }
}

/** A look-up that fails when any of the addresses is refused: one of them could be tried first. */
function guarded(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    const all: LookupOptions = { ...options, all: true }
    lookup(hostname, all, (error, found) => {
      if (error) return callback(error, '', 0)
      const addresses = found as unknown as LookupAddress[]
      const [first] = addresses
      if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address))) {
        return callback(new AddressRefused('The name leads to a private address.'), '', 0)
      }
      if (options.all) return callback(null, addresses)
      callback(null, first.address, first.family)
    })
  }
}

async function exchange(
  agent: Agent,
  request: OutgoingRequest,
  waitMaxMs: number,
): Promise<Answer> {
  const signal = AbortSignal.timeout(waitMaxMs)
  const { url, method, headers, body } = request
  const answer = await undiciRequest(url, { method, headers, body, signal, dispatcher: agent })
  return {
    status: answer.statusCode,
    headers: flatten(answer.headers),
    body: await readStart(answer.body),
  }
}

/** The status is the answer: a body that breaks off or never ends takes nothing away from it. */
async function readStart(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of body) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes >= ANSWER_READ_MAX_BYTES) break
    }
  } catch {
    // What was read until then is kept.
  }
  const text = Buffer.concat(chunks).subarray(0, ANSWER_KEEP_MAX_BYTES).toString('utf8')
  return text.replaceAll('\u0000', '\ufffd')
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]),
  )
}

const errorCodes: Record<string, SendError> = {
  CLIENTELE_ADDRESS_REFUSED: 'address_refused',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  ETIMEDOUT: 'timeout',
  ENOTFOUND: 'name_not_found',
  EAI_AGAIN: 'name_not_found',
  ECONNREFUSED: 'connection_refused',
  EHOSTUNREACH: 'connection_refused',
  ENETUNREACH: 'connection_refused',
}

function errorCode(error: unknown): SendError {
  const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown }
  if (name === 'TimeoutError' || name === 'AbortError') return 'timeout'
  if (typeof code !== 'string') return firstCause(error)
  const known = errorCodes[code]
  if (known) return known
  return /TLS|SSL|CERT|SIGNATURE|ISSUER/.test(code) ? 'tls_failed' : 'connection_lost'
}

/** When every address of a name fails, Node reports them together: the first one speaks for all. */
function firstCause(error: unknown): SendError {
  const { errors } = (error ?? {}) as { errors?: unknown }
  return Array.isArray(errors) && errors.length > 0 ? errorCode(errors[0]) : 'connection_lost'
}
