import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from './errors.ts'

type Fault = {
  name?: string
  code?: unknown
  message?: string
  stack?: string
  /** Of ClickHouse's errors: their name, like UNKNOWN_TABLE. */
  type?: unknown
  statusCode?: unknown
  validation?: readonly { instancePath?: string; message?: string; params?: object }[]
  validationContext?: string
}

/** PostgreSQL's words for a value that a type cannot hold: the sender's fault, not ours. */
const VALUE_FAULTS = new Set(['22P02', '22P05', '22003', '22007', '22008', '22021'])

/** The refusal that an error stands for; null when it is a fault of ours. */
export function toProblem(error: unknown): Problem | null {
  if (error instanceof Problem) return error
  const fault = (error ?? {}) as Fault
  if (fault.validation) return validationProblem(fault)
  if (typeof fault.code === 'string' && VALUE_FAULTS.has(fault.code)) {
    return new Problem(400, {
      code: 'invalid_value',
      detail: 'A value in the request cannot be read as the type it should have. Correct it.',
      cause: error,
    })
  }
  const status = typeof fault.statusCode === 'number' ? fault.statusCode : 500
  if (status < 400 || status >= 500) return null
  return new Problem(status, {
    code: String(fault.code ?? 'bad_request')
      .replace(/^FST_(ERR_)?/, '')
      .toLowerCase(),
    detail: STATUS_SENTENCES[status] ?? 'The request cannot be understood. Correct and resend it.',
    cause: error,
  })
}

/** Own words: those of the libraries may repeat what was sent. */
const STATUS_SENTENCES: Record<number, string> = {
  400: 'The body is not valid JSON, or the address is malformed. Correct and resend it.',
  413: 'The body is too large. Send at most 2 MB, or larger data through the intake in batches.',
  415: 'This media type is not understood. Send JSON, with "Content-Type: application/json".',
  429: 'Too many requests. Wait as long as the Retry-After header says.',
}

function validationProblem(fault: Fault): Problem {
  const place = fault.validationContext ?? 'request'
  const errors = (fault.validation ?? []).map((entry) => ({
    path: `${place}${entry.instancePath ?? ''}`,
    message: `${entry.message ?? 'is not valid'}${listed(entry.params)}`,
  }))
  const first = errors[0]
  const detail = first ? `${first.path} ${first.message}.` : 'The request does not fit the schema.'
  return new Problem(400, { code: 'invalid_request', detail, extra: { errors } })
}

function listed(params: object | undefined): string {
  const { requiredProperties } = (params ?? {}) as { requiredProperties?: string[] }
  return requiredProperties ? `: ${requiredProperties.join(', ')}` : ''
}

/** The error handler of the API. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = toProblem(error)
  if (problem) {
    sendProblem(reply, problem)
    return
  }
  request.log.error(
    { requestId: request.id, route: request.routeOptions?.url, error: describeError(error) },
    'A request failed',
  )
  sendProblem(
    reply,
    new Problem(500, {
      code: 'internal_error',
      detail: `Something failed on our side. The log says more under the id ${request.id}.`,
      extra: { requestId: request.id },
    }),
  )
}

export function answerNotFound(request: FastifyRequest, reply: FastifyReply): void {
  const detail = `There is nothing at ${request.method} on this address. See /api/docs.`
  sendProblem(reply, new Problem(404, { code: 'not_found', detail }))
}

export function sendProblem(reply: FastifyReply, problem: Problem): void {
  reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem.body()))
}

/**
 * What a log may say about an error: quoted values, addresses and long numbers are masked, for they
 * may be someone's name, e-mail or telephone. ClickHouse repeats values without quotes, so of its
 * errors only their kind is told.
 */
export function describeError(error: unknown): Record<string, unknown> {
  const { name, code, message, stack, type } = (error ?? {}) as Fault
  return {
    name,
    code,
    message: typeof type === 'string' ? type : maskValues(message ?? String(error)),
    at: stack
      ?.split('\n')
      .filter((line) => line.trimStart().startsWith('at '))
      .map((line) => line.trim())
      .slice(0, 8),
  }
}

/** Names of the database's own things, which PostgreSQL puts into quotes like values. */
const OWN_NAMES = /\b(relation|column|constraint|table|index|database|role) "(\w+)"/g

/** Quotes are masked from the first to the last: what a parser repeats may hold some itself. */
function maskValues(text: string): string {
  return text
    .replace(OWN_NAMES, '$1 ‹$2›')
    .replace(/[^\s<>"'(),;:=]+@[^\s<>"'(),;:=]+/g, '<address>')
    .replace(/'.*'/gs, "'…'")
    .replace(/".*"/gs, '"…"')
    .replace(/\+?\d[\d ().-]{7,}\d/g, '<number>')
}
