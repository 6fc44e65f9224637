import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import {
  type AcceptDeps,
  type Answer,
  acceptRequest,
  answerFull,
  answerRefusal,
  refuse,
} from './accept.ts'
import { openBody, writeKeyIn } from './body.ts'
import type { EventType } from './event.ts'
import { type IntakeSource, nobody } from './intakeSource.ts'
import { factsOf, queryOf, writeKeyOf } from './origin.ts'
import { type IntakePath, intakePath } from './paths.ts'
import { pixelBody, pixelImage } from './pixel.ts'
import { ClientGone, receiveBody } from './receive.ts'
import { type ScriptFiles, segmentSettings, snippet, sourceConfig } from './serve.ts'

export type IntakeDeps = Omit<AcceptDeps, 'onLogFault'> & {
  logger: Logger
  /** The source of a write key; null when nobody knows it. Called for each request. */
  sources: (writeKey: string) => IntakeSource | null | Promise<IntakeSource | null>
  /** Our tag's built files. */
  scripts: ScriptFiles
  /** A second, first-party place of the intake's paths, such as `/shop`; null for none. */
  prefix: string | null
}

/** The raw handler of the intake's paths, beside the API's framework. */
export type Intake = {
  /** True when the URL is one of the intake's. */
  handles(url: string): boolean
  handle(request: IncomingMessage, response: ServerResponse): void
}

/** Makes the intake. It holds nothing itself: what it needs is opened and closed by its caller. */
export function createIntake(deps: IntakeDeps): Intake {
  return {
    handles: (url) => intakePath(url, deps.prefix) !== null,
    handle: (request, response) => {
      respond(deps, request, response).catch((error: unknown) => {
        if (error instanceof ClientGone) return
        // Not expected: told to the operator, and to the client as a fault of ours, to send again.
        deps.logger.error(faultOf(error), 'an intake request failed')
        if (response.headersSent) response.destroy()
        else {
          const body = { success: false, code: 'fault', message: 'A fault of ours. Send again.' }
          send(response, { status: 503, body, retryAfterSeconds: 5 })
        }
      })
    },
  }
}

async function respond(
  deps: IntakeDeps,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = request.url ?? '/'
  const path = intakePath(url, deps.prefix) ?? { kind: 'unknown' }
  allowAnyOrigin(request, response)
  if (request.method === 'OPTIONS') {
    response.writeHead(204).end()
    return
  }
  const problem = methodProblem(path, request.method ?? 'GET')
  if (problem) return send(response, problem)
  if (path.kind === 'event') return answer(deps, request, response, path.type)
  if (path.kind === 'batch') return answer(deps, request, response, null)
  if (path.kind === 'metrics') return send(response, { status: 200, body: { success: true } })
  if (path.kind === 'pixel') return answerPixel(deps, request, response, path.type)
  return serveFile(deps, request, response, path)
}

/** POST for events, GET for the rest. Both answers are ones that no SDK repeats. */
function methodProblem(path: IntakePath, method: string): Answer | null {
  if (path.kind === 'unknown') {
    const message = 'There is no such path. See /api/docs for the paths of the intake.'
    return { status: 404, body: { success: false, code: 'unknown_path', message } }
  }
  const posts = path.kind === 'event' || path.kind === 'batch' || path.kind === 'metrics'
  const fits = posts ? method === 'POST' : method === 'GET' || method === 'HEAD'
  if (fits) return null
  const message = posts ? 'Send events by POST.' : 'Read this by GET.'
  return { status: 405, body: { success: false, code: 'wrong_method', message } }
}

async function answer(
  deps: IntakeDeps,
  request: IncomingMessage,
  response: ServerResponse,
  type: EventType | null,
): Promise<void> {
  const received = await receiveBody(request)
  const headerKey = writeKeyOf(request, queryOf(request.url ?? ''))
  if (!received.ok) {
    const source = headerKey === null ? null : await deps.sources(headerKey)
    refuse(deps, source ?? nobody, { reason: received.reason, received: 1, sample: null })
    return send(response, answerRefusal(received.reason))
  }
  send(response, await takeBody(deps, request, { body: received.body, type, headerKey }))
}

type Taken = { body: Uint8Array; type: EventType | null; headerKey: string | null }

async function takeBody(
  deps: IntakeDeps,
  request: IncomingMessage,
  { body, type, headerKey }: Taken,
): Promise<Answer> {
  const lane = request.headers['x-clientele-lane'] === 'bulk' ? 'bulk' : 'live'
  const known = headerKey === null ? null : await deps.sources(headerKey)
  // Before the body is parsed: refusing must cost next to nothing.
  const waitS = known && deps.admission.ask(known.workspace, lane)
  if (waitS !== null) return answerFull(waitS)
  const opened = openBody(body, type ? 'single' : 'batch')
  const writeKey = headerKey ?? writeKeyIn(opened)
  const source = known ?? (writeKey === null ? null : await deps.sources(writeKey))
  if (!source) {
    // Without a key it is nobody's data: it is counted, not kept.
    const reason = !opened.ok && writeKey === null ? opened.reason : 'wrong_key'
    refuse(deps, nobody, { reason, received: 1, sample: null })
    return answerRefusal(reason)
  }
  const later = known ? null : deps.admission.ask(source.workspace, lane)
  if (later !== null) return answerFull(later)
  const accepting = {
    ...deps,
    onLogFault: (error: unknown) => deps.logger.error(faultOf(error), 'the log refused an append'),
  }
  // Who imports people from a browser is not the visitor whose device the facts describe.
  const facts = lane === 'bulk' ? {} : factsOf(request)
  return acceptRequest(accepting, { source, body, opened, type, lane, facts })
}

async function answerPixel(
  deps: IntakeDeps,
  request: IncomingMessage,
  response: ServerResponse,
  type: EventType,
): Promise<void> {
  const query = queryOf(request.url ?? '')
  const body = pixelBody(query)
  const headerKey = writeKeyOf(request, query)
  const { status, retryAfterSeconds } = await takeBody(deps, request, { body, type, headerKey })
  if (retryAfterSeconds) response.setHeader('retry-after', String(retryAfterSeconds))
  // An image in any case: a page must not show a broken one because an event was wrong.
  response.writeHead(status, {
    'content-type': 'image/gif',
    'content-length': pixelImage.byteLength,
    'cache-control': 'no-store',
  })
  response.end(pixelImage)
}

async function serveFile(
  deps: IntakeDeps,
  request: IncomingMessage,
  response: ServerResponse,
  path: IntakePath,
): Promise<void> {
  if (path.kind === 'script') {
    sendScript(response, await deps.scripts.read(path.file))
    return
  }
  const writeKey =
    'writeKey' in path ? path.writeKey : writeKeyOf(request, queryOf(request.url ?? ''))
  const source = writeKey === null ? null : await deps.sources(writeKey)
  if (!source || writeKey === null) {
    const { body } = answerRefusal('wrong_key')
    // Rudder's SDKs know 401, Segment's settings are simply not there for an unknown key.
    return send(response, { status: path.kind === 'sourceConfig' ? 401 : 404, body })
  }
  const place = { writeKey, source, base: baseOf(deps, request) }
  if (path.kind === 'settings') {
    return send(response, { status: 200, body: segmentSettings(place) })
  }
  if (path.kind === 'sourceConfig') {
    return send(response, { status: 200, body: sourceConfig(place) })
  }
  const tag = await deps.scripts.read('tag.js')
  return sendScript(response, tag === null ? null : snippet(tag, place))
}

function sendScript(response: ServerResponse, text: string | null): void {
  if (text === null) {
    const message = 'The tag is not built. Run `npm run build -w sdk`.'
    send(response, { status: 404, body: { success: false, code: 'tag_missing', message } })
    return
  }
  const body = Buffer.from(text)
  response.writeHead(200, {
    'content-type': 'text/javascript; charset=utf-8',
    'content-length': body.byteLength,
    'cache-control': 'public, max-age=300',
    'x-content-type-options': 'nosniff',
  })
  response.end(body)
}

/**
 * Scheme and host for the addresses told to SDKs: those by which this request came in, since one
 * program may be reached under several, with the first-party prefix when it was used.
 */
function baseOf(deps: IntakeDeps, request: IncomingMessage): URL {
  const usesPrefix = deps.prefix !== null && (request.url ?? '').startsWith(`${deps.prefix}/`)
  const path = usesPrefix ? deps.prefix : ''
  const host = request.headers.host ?? ''
  const isEncrypted = request.headers['x-forwarded-proto'] === 'https'
  const safeHost = /^[\w.\-[\]:]+$/.test(host) ? host : 'localhost'
  return new URL(`${isEncrypted ? 'https' : 'http'}://${safeHost}${path}`)
}

/**
 * The intake reads no cookie, so any page may call it. The origin is echoed because a beacon sends
 * its request with credentials, for which a browser does not accept `*`.
 */
function allowAnyOrigin(request: IncomingMessage, response: ServerResponse): void {
  const { origin } = request.headers
  response.setHeader('access-control-allow-origin', origin ?? '*')
  if (origin === undefined) return
  response.setHeader('vary', 'Origin')
  response.setHeader('access-control-allow-credentials', 'true')
  response.setHeader('access-control-expose-headers', 'Retry-After')
  if (request.method !== 'OPTIONS') return
  const asked = request.headers['access-control-request-headers']
  response.setHeader('access-control-allow-methods', 'GET, POST, OPTIONS')
  response.setHeader(
    'access-control-allow-headers',
    asked ?? 'Authorization, Content-Type, Content-Encoding, X-Retry-Count, AnonymousId',
  )
  response.setHeader('access-control-max-age', '86400')
}

function send(response: ServerResponse, { status, body, retryAfterSeconds }: Answer): void {
  const bytes = Buffer.from(JSON.stringify(body))
  const headers: Record<string, string | number> = {
    'content-type': 'application/json',
    'content-length': bytes.byteLength,
    'cache-control': 'no-store',
  }
  if (retryAfterSeconds !== undefined) headers['retry-after'] = retryAfterSeconds
  response.writeHead(status, headers)
  response.end(bytes)
}

/** What may be logged of a fault: its message and its details could hold what a client sent. */
function faultOf(error: unknown) {
  if (!(error instanceof Error)) return { fault: typeof error }
  const { code } = error as { code?: unknown }
  return { fault: error.name, code, at: error.stack?.split('\n').slice(1, 5) }
}
