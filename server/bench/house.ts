import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { type ClickHouse, openClickHouse } from '../src/platform/clickhouse.ts'
import { parseConfig } from '../src/platform/config.ts'
import { startEngines } from '../src/platform/engines/start.ts'
import { openPostgres, type Postgres } from '../src/platform/postgres.ts'

const READY_MS = 180_000
const ADMIN_KEY = 'bench_admin_key_0123456789'

export type House = {
  url: string
  writeKey: string
  postgresUrl: string
  /** Second connections to the databases that the program works on. */
  postgres: Postgres
  clickhouse: ClickHouse
  programPid: number
  /** Calls the program's API; throws on any answer that is not a success. */
  api(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown>
  close(): Promise<void>
}

/**
 * The real program as a child process with its real settings, on engines of a new directory. The
 * engines are this process's children only so that their databases can be looked into.
 */
export async function openHouse(root: string): Promise<House> {
  const home = mkdtempSync(join(tmpdir(), 'clientele-bench-'))
  // Run as root, the engines have a user of their own, who must be able to enter.
  chmodSync(home, 0o755)
  const config = parseConfig({ DATA_DIR: join(home, 'engines') })
  const engines = await startEngines(config, pino({ level: 'warn' }, pino.destination(2)))
  const port = await freePort()
  const writeKey = 'bench-write-key'
  const program = spawn(process.execPath, [join(root, 'server/src/main.ts')], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      DATA_DIR: join(home, 'program'),
      DATABASE_URL: engines.postgresUrl,
      CLICKHOUSE_URL: addressOf(engines.clickhouse),
      CLIENTELE_ADMIN_KEY: ADMIN_KEY,
      CLIENTELE_WRITE_KEY: writeKey,
      LOG_LEVEL: 'warn',
    },
  })
  const url = `http://127.0.0.1:${port}`
  const postgres = openPostgres({ url: engines.postgresUrl, connectionsMax: 4 })
  const clickhouse = openClickHouse({ ...engines.clickhouse, timeoutMs: 60_000 })
  const close = async () => {
    await postgres.close()
    await clickhouse.close()
    await endChild(program)
    await engines.stop()
    rmSync(home, { recursive: true, force: true })
  }
  try {
    await untilReady(url, program)
  } catch (error) {
    await close()
    throw error
  }
  return {
    url,
    writeKey,
    postgresUrl: engines.postgresUrl,
    postgres,
    clickhouse,
    programPid: program.pid ?? 0,
    api: (method, path, body) => callApi(`${url}/api/v1${path}`, method, body),
    close,
  }
}

export function addressOf({
  url,
  username,
  password,
  database,
}: {
  url: string
  username: string
  password: string
  database: string
}): string {
  const address = new URL(url)
  address.username = encodeURIComponent(username)
  address.password = encodeURIComponent(password)
  address.pathname = `/${database}`
  return address.href
}

async function callApi(url: string, method: string, body?: object): Promise<unknown> {
  const answer = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${url} answered ${answer.status}: ${text}`)
  return JSON.parse(text)
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('There is no free port.')
  return address.port
}

export async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + READY_MS
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`It ended with code ${child.exitCode}.`)
    const isReady = await fetch(`${url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    )
    if (isReady) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`Nothing answers at ${url}/readyz after ${READY_MS / 1_000} s.`)
}

export async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
}
