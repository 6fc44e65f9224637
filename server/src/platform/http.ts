import { createServer } from 'node:http'
import cookie from '@fastify/cookie'
import swagger from '@fastify/swagger'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import fastify, {
  type FastifyBaseLogger,
  type FastifyRequest,
  LogController,
  type RouteOptions,
} from 'fastify'
import type { Logger } from 'pino'
import { Histogram, type Registry } from 'prom-client'
import type { Actor, Api, RawHandler } from './api.ts'
import type { Checks } from './checks.ts'
import { Problem } from './errors.ts'
import { answerError, answerNotFound } from './httpErrors.ts'
import { pageRoutes, statusRoutes } from './httpPages.ts'
import { compileValidator } from './httpValidation.ts'
import type { NewId } from './ids.ts'

export type { Actor, Api, RawHandler }

export type HttpOptions = {
  log: Logger
  newId: NewId
  intake: RawHandler | null
  /**
   * Null when the request carries no valid key or session: answered with 401. It throws a Problem
   * for a request that must be refused for another reason (a missing CSRF token: 403).
   */
  authenticate(request: FastifyRequest): Promise<Actor | null>
  may(actor: Actor, permission: string): boolean
  /** The honest state of each thing the program depends on, by its name. */
  checks: Checks
  metrics: Registry
  /** Directory of the built web pages; null on a role that serves none. */
  webDir: string | null
  /** Address people use; with https, browsers are told to stay on it. */
  publicUrl: string
}

/** Larger uploads go through the intake, in batches. */
const BODY_BYTES_MAX = 2 * 1024 * 1024
/** Above the idle time of usual load balancers, which must be the first to close. */
const KEEP_ALIVE_MS = 75_000
/** How long a request to the intake may take to finish when the program stops. */
const DRAIN_MS_MAX = 5_000

/**
 * Makes the HTTP server, one port for intake, API and web pages. Register the rooms' routes on what
 * it returns, then `listen`. Every error leaves as RFC 9457 `application/problem+json`.
 */
export async function createApi(options: HttpOptions): Promise<Api> {
  const intake = options.intake ? drainable(options.intake) : null
  const app = fastify({
    loggerInstance: options.log as FastifyBaseLogger,
    // Addresses hold identifiers (/profiles/email:…), which do not belong in a log.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => options.newId(),
    bodyLimit: BODY_BYTES_MAX,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 2_000, ignoreTrailingSlash: true },
    frameworkErrors: (error, request, reply) => answerError(error, request, reply),
    serverFactory: (handler) => {
      const server = createServer((request, response) => {
        if (intake?.handles(request.url ?? '/')) intake.handle(request, response)
        else handler(request, response)
      })
      server.keepAliveTimeout = KEEP_ALIVE_MS
      return server
    },
  }).withTypeProvider<TypeBoxTypeProvider>()
  readEmptyBodies(app)
  app.setValidatorCompiler(compileValidator)
  // What a route answers is checked by types; a second, generated serialiser would only differ.
  app.setSerializerCompiler(() => (value) => JSON.stringify(value))
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply))
  app.setNotFoundHandler(answerNotFound)
  app.addHook('onRoute', requirePermission)
  // Live streams never end by themselves, so closing cuts connections: after the intake's answers.
  app.addHook('preClose', async () => intake?.drained())
  guard(app, options)
  addSecurityHeaders(app, options.publicUrl)
  measure(app, options.metrics)
  await app.register(cookie)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Clientele', version: '1', description: 'The API of Clientele.' },
      servers: [{ url: options.publicUrl }],
      components: {
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer', description: 'An API key.' },
          session: { type: 'apiKey', in: 'cookie', name: 'clientele_session' },
        },
      },
      security: [{ key: [] }, { session: [] }],
    },
  })
  statusRoutes(app, { checks: options.checks, metrics: options.metrics })
  await pageRoutes(app, options.webDir)
  return app
}

/** Finishes what it has, and sends newcomers to another process, once it is told to drain. */
function drainable(intake: RawHandler): RawHandler & { drained(): Promise<void> } {
  let underWay = 0
  let closing = false
  const end = () => {
    underWay -= 1
  }
  return {
    handles: (url) => intake.handles(url),
    handle: (request, response) => {
      if (closing) {
        response.writeHead(503, { 'retry-after': '5', connection: 'close' }).end()
        return
      }
      underWay += 1
      response.once('close', end)
      intake.handle(request, response)
    },
    drained: async () => {
      closing = true
      const deadline = performance.now() + DRAIN_MS_MAX
      while (underWay > 0 && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    },
  }
}

/** Refuses, when it is registered, a route that does not say who may use it. */
function requirePermission(route: RouteOptions): void {
  const permission = route.config?.permission
  if (permission) {
    route.schema = Object.assign(route.schema ?? {}, { 'x-permission': permission })
    return
  }
  throw new Error(
    `The route ${String(route.method)} ${route.url} names no permission. ` +
      "Give it config: { permission: 'room:read' }, or 'public' if everyone may use it.",
  )
}

function guard(app: Api, options: HttpOptions): void {
  app.decorateRequest('foundActor', null)
  app.decorateRequest('actor', {
    getter(this: FastifyRequest) {
      if (this.foundActor) return this.foundActor
      throw new Error('A public route has no actor.')
    },
  })
  app.addHook('onRequest', async (request) => {
    if (request.is404) return
    const permission = request.routeOptions.config.permission
    if (permission === 'public') return
    const actor = await options.authenticate(request)
    if (!actor) {
      throw new Problem(401, {
        code: 'not_signed_in',
        detail: 'Sign in, or send a valid API key as "Authorization: Bearer …".',
      })
    }
    if (!permission || !options.may(actor, permission)) {
      throw new Problem(403, {
        code: 'not_permitted',
        detail: `This needs the permission ${permission}, which you do not have. Ask an admin.`,
      })
    }
    request.foundActor = actor
  })
}

function addSecurityHeaders(app: Api, publicUrl: string): void {
  const headers = {
    'content-security-policy': [
      "default-src 'self'",
      "script-src 'self'",
      // The component library sets style attributes and one style element.
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data:",
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    ...(publicUrl.startsWith('https:') ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  }
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers)
    // Answers hold personal data: no cache on the way may keep them.
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store')
  })
}

/** Labelled by the route's pattern: addresses themselves hold identifiers. */
function measure(app: Api, metrics: Registry): void {
  const seconds = new Histogram({
    name: 'clientele_http_request_seconds',
    help: 'Time to answer a request of the API or the web pages, in seconds.',
    labelNames: ['method', 'route', 'status'] as const,
    registers: [metrics],
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    const labels = { method: request.method, route, status: reply.statusCode }
    seconds.observe(labels, reply.elapsedTime / 1_000)
  })
}

/** Many clients name JSON on a DELETE or POST that has no body: that is no fault of theirs. */
function readEmptyBodies(app: Pick<Api, 'addContentTypeParser' | 'getDefaultJsonParser'>): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else parse(request, String(body), done)
  })
}
