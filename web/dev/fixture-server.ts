import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Connect, Plugin } from 'vite'
import { fixtures } from './fixtures.ts'

/**
 * A development plug-in that answers /api/v1 and /v1 with invented data, so that the app can be
 * worked on and tested without a server.
 */
export type FixtureRequest = {
  params: Record<string, string>
  query: URLSearchParams
  body: Record<string, unknown>
  /** The raw exchange, for server push. */
  request: IncomingMessage
  response: ServerResponse
}

/** A handler answers a body, `status(code, body)`, or `streamed` when it wrote the response itself. */
export type Fixture = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** `/api/v1/segments/:id` */
  path: string
  handle: (request: FixtureRequest) => unknown
}

export const streamed = Symbol('streamed')

class Answer {
  readonly code: number
  readonly body: unknown
  constructor(code: number, body: unknown) {
    this.code = code
    this.body = body
  }
}

/** An answer with another status than 200. */
export function status(code: number, body: unknown): unknown {
  return new Answer(code, body)
}

function match(fixture: Fixture, path: string): Record<string, string> | null {
  const wanted = fixture.path.split('/')
  const given = path.split('/')
  if (wanted.length !== given.length) return null
  const params: Record<string, string> = {}
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? ''
    if (part.startsWith(':')) params[part.slice(1)] = decodeURIComponent(value)
    else if (part !== value) return null
  }
  return params
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  return text ? (JSON.parse(text) as Record<string, unknown>) : {}
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const url = new URL(request.url ?? '/', 'http://fixtures')
  if (!url.pathname.startsWith('/api/') && !url.pathname.startsWith('/v1/')) return false
  for (const fixture of fixtures) {
    const params = fixture.method === request.method ? match(fixture, url.pathname) : null
    if (!params) continue
    const body = request.method === 'GET' ? {} : await readBody(request)
    const query = url.searchParams
    const result = await fixture.handle({ params, query, body, request, response })
    if (result === streamed) return true
    const answered = result instanceof Answer ? result : new Answer(200, result)
    send(response, answered)
    return true
  }
  send(response, new Answer(404, { title: 'Not found', detail: `No fixture for ${url.pathname}` }))
  return true
}

function send(response: ServerResponse, answered: Answer): void {
  response.statusCode = answered.code
  response.setHeader('content-type', 'application/json')
  response.setHeader('x-request-id', 'req-7f3a-91c2')
  response.end(answered.body === undefined ? '' : JSON.stringify(answered.body))
}

/** Answers the API in `vite --mode fixtures` and in the preview of a build of that mode. */
export function fixtureServer(): Plugin {
  const use = (server: { middlewares: Connect.Server }): void => {
    server.middlewares.use((request, response, next) => {
      answer(request, response).then((done) => {
        if (!done) next()
      }, next)
    })
  }
  return { name: 'clientele-fixtures', configureServer: use, configurePreviewServer: use }
}
