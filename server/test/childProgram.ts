/** The program as a stranger starts it: a process of its own, reached over HTTP only. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, vi } from 'vitest'

const SOURCES = join(import.meta.dirname, '..', 'src')
/** Long: on a fresh checkout the first start also builds the web pages. */
const READY_MS = 150_000
const READY = 'Clientele is ready'

export const ADMIN_KEY = 'ck_acceptance_admin_key_0123456789'
export const WRITE_KEY = 'acceptance-write-key'

/** Answers are looked at field by field; their shapes are what the tests are about. */
export type Answer = { status: number; body: ReturnType<typeof JSON.parse> }

/** Command lines of the processes that name a directory: the engines of a house do. */
export function processesOf(directory: string): string {
  return spawnSync('pgrep', ['-fa', directory], { encoding: 'utf8' }).stdout
}

export type House = {
  url: string
  home: string
  /** Starts the program and waits until it is ready, or says what is waited for. */
  start(args?: readonly string[], saying?: string): Promise<void>
  /** `kill -9` of the program and everything it started, or of the program alone. */
  kill(what: 'everything' | 'program only'): Promise<void>
  /** Sends a signal to the program alone, such as SIGSTOP and SIGCONT. */
  signal(name: NodeJS.Signals): void
  /** Ctrl-C; the exit code. */
  interrupt(): Promise<number | null>
  get(path: string): Promise<Answer>
  post(path: string, body: object): Promise<Answer>
  /** Everything that the program printed since it was last started. */
  said(): string
  /** Stops what still runs and removes the directory. */
  close(): Promise<void>
}

/** A directory and a port of its own, for as many starts as the test likes. */
export async function openHouse(env: Record<string, string> = {}): Promise<House> {
  const home = mkdtempSync(join(tmpdir(), 'clientele-acceptance-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let child: ChildProcess | null = null
  let said = ''
  const start = async (args: readonly string[] = [], saying = READY) => {
    said = ''
    const started = runNode([join(SOURCES, 'main.ts'), ...args], {
      ...environment(home, port),
      ...env,
    })
    child = started
    for (const stream of [started.stdout, started.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        said += chunk.toString()
      })
    }
    await untilItSays(saying, { child: started, said: () => said })
    // Where others want the cores, one of its checks may come too late at first.
    const isReady = async () => expect(await statusOf(`${url}/readyz`)).toBe(200)
    if (saying === READY) await vi.waitFor(isReady, 20_000)
  }
  const call = (method: string, path: string, body?: object) => callApi(url, method, path, body)
  const interrupt = async () => {
    const running = child
    if (!running) return null
    child = null
    running.kill('SIGINT')
    return ended(running)
  }
  return {
    url,
    home,
    start,
    interrupt,
    kill: async (what) => {
      const running = child
      if (!running?.pid) throw new Error('There is nothing to kill.')
      child = null
      process.kill(what === 'everything' ? -running.pid : running.pid, 'SIGKILL')
      await ended(running)
    },
    signal: (name) => {
      if (!child?.kill(name)) throw new Error('There is nothing to send a signal to.')
    },
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    said: () => said,
    close: async () => {
      await interrupt()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

function environment(home: string, port: number): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? home,
    DATA_DIR: join(home, 'data'),
    PORT: String(port),
    CLIENTELE_ADMIN_KEY: ADMIN_KEY,
    CLIENTELE_WRITE_KEY: WRITE_KEY,
    LOG_LEVEL: 'warn',
  }
}

/** `npm run replay -- <file>` against the house; resolves with its exit code and what it said. */
export async function replay(
  house: Pick<House, 'url'>,
  file: string,
): Promise<{ code: number | null; said: string }> {
  const env = { PATH: process.env.PATH ?? '', CLIENTELE_WRITE_KEY: WRITE_KEY }
  const child = runNode([join(SOURCES, 'replay.ts'), file, '--url', house.url], env)
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
  }
  const code = await ended(child)
  return { code, said }
}

/** In a process group of its own, so that the whole of it can be killed. */
function runNode(args: readonly string[], env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
}

function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode)
  return new Promise((resolve) => child.once('close', resolve))
}

async function callApi(
  url: string,
  method: string,
  path: string,
  body: object | undefined,
): Promise<Answer> {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${ADMIN_KEY}`,
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? null : JSON.parse(text) }
}

async function untilItSays(
  wanted: string,
  { child, said }: { child: ChildProcess; said: () => string },
): Promise<void> {
  const deadline = performance.now() + READY_MS
  while (!said().includes(wanted)) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`The program ended with ${child.exitCode ?? child.signalCode}:\n${said()}`)
    }
    if (performance.now() > deadline) {
      throw new Error(`After ${READY_MS} ms the program has not said "${wanted}":\n${said()}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function statusOf(url: string): Promise<number> {
  return (await fetch(url)).status
}

/** A port on which nobody listens at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
