import { timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { QueryLane } from '../clickhouse.ts'
import { ChdbLanes, type Statement } from './chdbLanes.ts'
import { laneLimits, serverSettings } from './chdbLimits.ts'

/**
 * The child process that holds the ClickHouse engine, behind enough of ClickHouse's HTTP interface
 * for its unmodified client. Apart, because a query that exhausts memory must not take intake down.
 * It hears its start from the parent over the pipe, answers with its port, and ends with the pipe.
 */
export type ChdbStart = {
  path: string
  /** Zero at the first start; then the port it had, for the clients that know it. */
  port: number
  username: string
  password: string
  /** Whom to become after the engine is loaded; null: stay who we are. */
  user: { uid: number; gid: number } | null
}

export type ChdbReady = { port: number }

const BODY_BYTES_MAX = 512 * 1024 * 1024
const unzip = promisify(gunzip)

/** Settings of ClickHouse's HTTP layer, which the engine itself does not know. */
const HTTP_ONLY =
  /^(wait_end_of_query|buffer_size|enable_http_compression|http_.*|send_progress_in_http_headers)$/
const NOT_SETTINGS = new Set([
  ...['query', 'query_id', 'database', 'default_format', 'session_id', 'session_timeout'],
  ...['user', 'password', 'role', 'quota_key', 'compress', 'decompress', 'stacktrace'],
])
const LANES: readonly string[] = ['interactive', 'heavy', 'sink', 'control']

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > BODY_BYTES_MAX) throw new Error('The body is larger than 512 MB.')
    chunks.push(chunk)
  }
  const body = Buffer.concat(chunks)
  if (request.headers['content-encoding'] !== 'gzip') return body
  return unzip(body, { maxOutputLength: BODY_BYTES_MAX })
}

/** Many or long parameters come as the parts of a form, the statement among them. */
async function partsOf(request: IncomingMessage, body: Buffer): Promise<[string, string][]> {
  const type = request.headers['content-type'] ?? ''
  if (!type.startsWith('multipart/form-data')) return []
  const form = await new Response(new Uint8Array(body), {
    headers: { 'Content-Type': type },
  }).formData()
  return [...form].map(([name, value]) => [name, String(value)])
}

async function toStatement(
  request: IncomingMessage,
  body: Buffer,
  signal: AbortSignal,
): Promise<Statement> {
  const parts = await partsOf(request, body)
  const query = new URL(request.url ?? '/', 'http://engine').searchParams
  const settings = new Map<string, string>()
  const params = new Map<string, string>()
  for (const [name, value] of [...query, ...parts]) {
    if (name.startsWith('param_')) params.set(name.slice('param_'.length), value)
    else if (!NOT_SETTINGS.has(name) && !HTTP_ONLY.test(name)) settings.set(name, value)
  }
  const lane = String(request.headers['x-clientele-lane'] ?? 'interactive')
  const inUrl = query.get('query')
  const inForm = parts.find(([name]) => name === 'query')?.[1]
  const text = inForm ?? body.toString('utf8')
  return {
    lane: (LANES.includes(lane) ? lane : 'interactive') as QueryLane,
    // An insert carries its statement in the address and its rows in the body.
    sql: inUrl === null ? text : text === '' ? inUrl : `${inUrl}\n${text}`,
    database: query.get('database') ?? 'default',
    format: query.get('default_format') ?? 'TabSeparated',
    settings,
    params,
    signal,
  }
}

function isAllowed(request: IncomingMessage, expected: Buffer): boolean {
  const given = Buffer.from(request.headers.authorization ?? '')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

const CLICKHOUSE_NOT_FOUND = new Set([16, 36, 46, 47, 60, 81, 141, 448])
const CLICKHOUSE_TIMEOUT = new Set([159, 209])

/** The status ClickHouse's own server gives for an error code, roughly. */
function statusOf(code: number): number {
  if (CLICKHOUSE_NOT_FOUND.has(code)) return 404
  if (CLICKHOUSE_TIMEOUT.has(code)) return 408
  if (code === 62 || code === 456 || code === 457) return 400
  return 500
}

function answerError(response: ServerResponse, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error)
  const code = Number(/^Code: (\d+)/.exec(message)?.[1] ?? 0)
  response.writeHead(statusOf(code), {
    'Content-Type': 'text/plain; charset=UTF-8',
    ...(code > 0 ? { 'X-ClickHouse-Exception-Code': String(code) } : {}),
  })
  response.end(`${message}\n`)
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  context: { lanes: ChdbLanes; authorization: Buffer },
): Promise<void> {
  if (request.url?.startsWith('/ping')) {
    response.end('Ok.\n')
    return
  }
  if (!isAllowed(request, context.authorization)) {
    response.writeHead(403, { 'X-ClickHouse-Exception-Code': '516' })
    response.end('Code: 516. DB::Exception: Authentication failed. (AUTHENTICATION_FAILED)\n')
    return
  }
  const gone = new AbortController()
  response.on('close', () => {
    if (!response.writableFinished) gone.abort()
  })
  const statement = await toStatement(request, await readBody(request), gone.signal)
  const answer = await context.lanes.run(statement)
  response.writeHead(200, {
    'Content-Type': 'text/plain; charset=UTF-8',
    'X-ClickHouse-Summary': JSON.stringify({
      read_rows: String(answer.rowsRead),
      read_bytes: String(answer.bytesRead),
      elapsed_ns: String(Math.round(answer.seconds * 1e9)),
    }),
  })
  response.end(answer.bytes)
}

function serve(start: ChdbStart): void {
  if (start.user) {
    // The engine's library is loaded by now: the service user need not be able to read it.
    process.chdir('/')
    process.setgroups?.([])
    process.setgid?.(start.user.gid)
    process.setuid?.(start.user.uid)
  }
  const lanes = new ChdbLanes(start.path, laneLimits(), serverSettings())
  const basic = Buffer.from(`${start.username}:${start.password}`).toString('base64')
  const context = { lanes, authorization: Buffer.from(`Basic ${basic}`) }
  const server = createServer((request, response) => {
    handle(request, response, context).catch((error: unknown) => answerError(response, error))
  })
  // The client keeps its sockets; closing them first here would break a request under way.
  server.keepAliveTimeout = 120_000
  server.listen(start.port, '127.0.0.1', () => {
    const address = server.address()
    const ready: ChdbReady = { port: typeof address === 'object' && address ? address.port : 0 }
    process.send?.(ready)
  })
  process.once('message', () => {
    lanes.close()
    process.exit(0)
  })
}

// The first message tells how to start, the second to stop.
process.once('message', (message) => serve(message as ChdbStart))
// The parent is gone. Parts on disk are whole at any moment, so nothing is waited for; a clean exit
// would first run every query to its end.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})
