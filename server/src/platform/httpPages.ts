import { existsSync, readFileSync, statSync } from 'node:fs'
import { join, normalize } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyReply } from 'fastify'
import type { Registry } from 'prom-client'
import type { Api } from './api.ts'
import { type Checks, openReadiness } from './checks.ts'
import { DAY_MS } from './durations.ts'
import { notFound } from './errors.ts'

const ONE_YEAR_MS = 365 * DAY_MS
const DOCS = join(import.meta.dirname, 'docs')
const DOCS_FILES = [
  { path: '/api/docs', file: 'docs.html', type: 'text/html; charset=utf-8' },
  { path: '/api/docs.css', file: 'docs.css', type: 'text/css; charset=utf-8' },
  { path: '/api/docs.js', file: 'docs.js', type: 'text/javascript; charset=utf-8' },
]
const open = { config: { permission: 'public' }, schema: { hide: true } }

/** `/livez` (the process lives), `/readyz` (what it needs answers too), `/metrics`. */
export function statusRoutes(app: Api, parts: { checks: Checks; metrics: Registry }): void {
  const { metrics } = parts
  const readiness = openReadiness(parts.checks)
  app.get('/livez', open, async () => ({ status: 'alive' }))
  app.get('/readyz', open, async (_request, reply) => {
    const answer = await readiness()
    reply.code(answer.status === 'not ready' ? 503 : 200)
    return answer
  })
  app.get('/metrics', open, async (_request, reply) => {
    reply.type(metrics.contentType)
    // A string is sent as it is; the serialiser is for JSON only.
    return reply.send(await metrics.metrics())
  })
}

/** OpenAPI and its page under `/api`; the web pages everywhere else. */
export async function pageRoutes(app: Api, webDir: string | null): Promise<void> {
  app.get('/api/openapi.json', open, async () => app.swagger())
  for (const { path, file, type } of DOCS_FILES) {
    const text = readFileSync(join(DOCS, file), 'utf8')
    app.get(path, open, async (_request, reply) => reply.type(type).send(text))
  }
  if (webDir === null) return
  await app.register(fastifyStatic, { root: webDir, serve: false })
  app.get('/*', open, async (request, reply) => {
    const path = decodePath(request.url)
    // A wrong address of the API gets a problem, not a page.
    if (path === null || /^\/(api|v1)(\/|$)/.test(path)) throw notFound('There is no such address.')
    return sendPage(reply, { webDir, path })
  })
}

function decodePath(url: string): string | null {
  try {
    return normalize(decodeURIComponent(url.split('?')[0] ?? '/'))
  } catch {
    // A "%" that begins nothing.
    return null
  }
}

/** A file of the built pages, or the one page that finds its screen by the address. */
function sendPage(reply: FastifyReply, options: { webDir: string; path: string }): FastifyReply {
  const { webDir, path } = options
  if (!existsSync(join(webDir, 'index.html'))) {
    throw notFound('The web pages are not built yet. Run: npm run build:web')
  }
  const file = join(webDir, path)
  const isFile = file.startsWith(webDir) && existsSync(file) && statSync(file).isFile()
  if (isFile && path.startsWith('/assets/')) {
    // Their names hold a hash of what they contain.
    return reply.sendFile(path, { maxAge: ONE_YEAR_MS, immutable: true })
  }
  if (isFile) return reply.sendFile(path, { cacheControl: false })
  if (path.startsWith('/assets/')) throw notFound('There is no such file.')
  reply.header('cache-control', 'no-cache')
  return reply.sendFile('index.html', { cacheControl: false })
}
