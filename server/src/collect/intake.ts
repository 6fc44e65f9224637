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
import { sendAnswer, sendPermission, sendPixel, sendScript } from './answers.ts'
import { openBody, writeKeyIn } from './body.ts'
import type { EventType } from './event.ts'
import { type IntakeSource, nobody } from './intakeSource.ts'
import { factsOf, queryOf, writeKeyOf } from './origin.ts'
import { type IntakePath, intakePath } from './paths.ts'
import { pixelBody } from './pixel.ts'
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
  const parts: Parts = {
    ...deps,
    onLogFault: (error) => deps.logger.error(faultOf(error), 'the log refused an append'),
  }
  return {
    handles: (url) => intakePath(url, deps.prefix) !== null,
    handle: (request, response) => {
      respond(parts, request, response).catch((error: unknown) => {
        if (error instanceof ClientGone) return
        // Not expected: told to the operator, and to the client as a fault of ours, to send again.
        deps.logger.error(faultOf(error), 'an intake request failed')
        if (response.headersSent) response.destroy()
        else {
          const body = { success: false, code: 'fault', message: 'A fault of ours. Send again.' }
          sendAnswer(response, { status: 503, body, retryAfterSeconds: 5 })
        }
      })
    },
  }
}

type Parts = IntakeDeps & AcceptDeps

async function respond(
  deps: Parts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = request.url ?? '/'
  const path = intakePath(url, deps.prefix) ?? { kind: 'unknown' }
  if (request.method === 'OPTIONS') return sendPermission(response)
  const problem = methodProblem(path, request.method ?? 'GET')
  if (problem) return sendAnswer(response, problem)
  if (path.kind === 'event') return answer(deps, request, response, path.type)
  if (path.kind === 'batch') return answer(deps, request, response, null)
  if (path.kind === 'metrics') return sendAnswer(response, { status: 200, body: { success: true } })
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
  deps: Parts,
  request: IncomingMessage,
  response: ServerResponse,
  type: EventType | null,
): Promise<void> {
  const received = await receiveBody(request)
  const headerKey = writeKeyOf(request)
  if (!received.ok) {
    const source = headerKey === null ? null : await deps.sources(headerKey)
    refuse(deps, source ?? nobody, { reason: received.reason, received: 1, sample: null })
    return sendAnswer(response, answerRefusal(received.reason))
  }
  sendAnswer(response, await takeBody(deps, request, { body: received.body, type, headerKey }))
}

type Taken = { body: Uint8Array; type: EventType | null; headerKey: string | null }

async function takeBody(
  deps: Parts,
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
  // Who imports people from a browser is not the visitor whose device the facts describe.
  const facts = lane === 'bulk' ? {} : factsOf(request)
  return acceptRequest(deps, { source, body, opened, type, lane, facts })
}

async function answerPixel(
  deps: Parts,
  request: IncomingMessage,
  response: ServerResponse,
  type: EventType,
): Promise<void> {
  const query = queryOf(request.url ?? '')
  const body = pixelBody(query)
  const headerKey = writeKeyOf(request)
  sendPixel(response, await takeBody(deps, request, { body, type, headerKey }))
}

async function serveFile(
  deps: Parts,
  request: IncomingMessage,
  response: ServerResponse,
  path: IntakePath,
): Promise<void> {
  if (path.kind === 'script') {
    sendScript(response, await deps.scripts.read(path.file))
    return
  }
  const writeKey = 'writeKey' in path ? path.writeKey : writeKeyOf(request)
  const source = writeKey === null ? null : await deps.sources(writeKey)
  if (!source || writeKey === null) {
    const { body } = answerRefusal('wrong_key')
    // Rudder's SDKs know 401, Segment's settings are simply not there for an unknown key.
    return sendAnswer(response, { status: path.kind === 'sourceConfig' ? 401 : 404, body })
  }
  const place = { writeKey, source, base: baseOf(deps, request) }
  if (path.kind === 'settings') {
    return sendAnswer(response, { status: 200, body: segmentSettings(place) })
  }
  if (path.kind === 'sourceConfig') {
    return sendAnswer(response, { status: 200, body: sourceConfig(place) })
  }
  const tag = await deps.scripts.read('tag.js')
  return sendScript(response, tag === null ? null : snippet(tag, place))
}

/**
 * Scheme and host for the addresses told to SDKs: those by which this request came in, since one
 * program may be reached under several, with the first-party prefix when it was used.
 */
function baseOf(deps: Parts, request: IncomingMessage): URL {
  const usesPrefix = deps.prefix !== null && (request.url ?? '').startsWith(`${deps.prefix}/`)
  const path = usesPrefix ? deps.prefix : ''
  const host = request.headers.host ?? ''
  const isEncrypted = request.headers['x-forwarded-proto'] === 'https'
  const safeHost = /^[\w.\-[\]:]+$/.test(host) ? host : 'localhost'
  return new URL(`${isEncrypted ? 'https' : 'http'}://${safeHost}${path}`)
}

/** What may be logged of a fault: its message and its details could hold what a client sent. */
function faultOf(error: unknown) {
  if (!(error instanceof Error)) return { fault: typeof error }
  const { code } = error as { code?: unknown }
  return { fault: error.name, code, at: error.stack?.split('\n').slice(1, 5) }
}
