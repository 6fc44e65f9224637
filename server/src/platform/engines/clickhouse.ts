import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ChdbReady, ChdbStart } from './chdbServer.ts'
import { endProcess, identityOf, readIdentity, writeIdentity } from './processes.ts'
import { makeOwnDir, type ServiceUser } from './serviceUser.ts'

export type ClickHouseEngine = {
  url: string
  username: string
  password: string
  /** Process number of the child at this moment; null while it starts anew. */
  pid(): number | null
  stop(): Promise<void>
}

export type ClickHouseEngineOptions = {
  dataDir: string
  logFile: string
  user: ServiceUser | null
  /** Told each time the child has ended by itself; it is started again after `retryInMs`. */
  onCrash?: (detail: string, retryInMs: number) => void
}

const SERVER = fileURLToPath(new URL('./chdbServer.ts', import.meta.url))
const START_TIMEOUT_MS = 60_000
const STOP_TIMEOUT_MS = 5_000
const RETRY_MS_FIRST = 200
const RETRY_MS_MAX = 30_000
/** A child that lived this long has started well: the next crash begins with a short wait again. */
const STEADY_MS = 60_000
/** One thread a connection of the engine, and a few for files and names. */
const THREADPOOL_SIZE = '16'

type Child = { process: ChildProcess; port: number; ended: Promise<string> }

/**
 * Starts the ClickHouse engine in a child process and keeps it running: when it dies it is started
 * again on the same port. It dies with this process, however that ends.
 */
export async function startClickHouse(options: ClickHouseEngineOptions): Promise<ClickHouseEngine> {
  const pidFile = `${options.dataDir}.pid.json`
  mkdirSync(dirname(options.logFile), { recursive: true })
  makeOwnDir(options.dataDir, options.user)
  await endOrphan(pidFile)
  const start: ChdbStart = {
    path: options.dataDir,
    port: 0,
    username: 'clientele',
    password: randomBytes(24).toString('hex'),
    user: options.user ? { uid: options.user.uid, gid: options.user.gid } : null,
  }
  let child: Child | null = await startChild(start, options.logFile)
  const { port } = child
  remember(pidFile, child)
  writeAddress(options.dataDir, { port, username: start.username, password: start.password })
  let stopping = false
  const supervise = async () => {
    let retryInMs = RETRY_MS_FIRST
    while (child) {
      const startedAt = performance.now()
      const detail = await child.ended
      child = null
      if (stopping) return
      if (performance.now() - startedAt > STEADY_MS) retryInMs = RETRY_MS_FIRST
      options.onCrash?.(detail, retryInMs)
      while (!child && !stopping) {
        await new Promise((resolve) => setTimeout(resolve, retryInMs))
        retryInMs = Math.min(retryInMs * 2, RETRY_MS_MAX)
        child = stopping ? null : await restart({ ...start, port }, options, retryInMs)
      }
      if (child) remember(pidFile, child)
    }
  }
  const supervision = supervise()
  return {
    url: `http://127.0.0.1:${port}`,
    username: start.username,
    password: start.password,
    pid: () => child?.process.pid ?? null,
    stop: async () => {
      stopping = true
      if (child) await stopChild(child)
      await supervision
      rmSync(pidFile, { force: true })
      rmSync(addressFile(options.dataDir), { force: true })
    },
  }
}

/** Where the engine answers, for commands that work beside the program; for its user only. */
export type ClickHouseAddress = { port: number; username: string; password: string }

const addressFile = (dataDir: string) => `${dataDir}.address.json`

function writeAddress(dataDir: string, address: ClickHouseAddress): void {
  const file = addressFile(dataDir)
  rmSync(file, { force: true })
  writeFileSync(file, JSON.stringify(address), { mode: 0o600 })
}

/** The address of the engine that a running program has on this directory. */
export function readAddress(dataDir: string): ClickHouseAddress {
  return JSON.parse(readFileSync(addressFile(dataDir), 'utf8')) as ClickHouseAddress
}

/** Null when it could not start: the next attempt comes later. */
async function restart(
  start: ChdbStart,
  options: ClickHouseEngineOptions,
  retryInMs: number,
): Promise<Child | null> {
  try {
    return await startChild(start, options.logFile)
  } catch (error) {
    options.onCrash?.(error instanceof Error ? error.message : String(error), retryInMs)
    return null
  }
}

async function startChild(start: ChdbStart, logFile: string): Promise<Child> {
  const log = openSync(logFile, 'a', 0o600)
  const child = fork(SERVER, [], {
    stdio: ['ignore', log, log, 'ipc'],
    execArgv: [],
    // Ctrl-C in a terminal reaches the whole group; the program stops its engines in order.
    detached: true,
    env: { UV_THREADPOOL_SIZE: THREADPOOL_SIZE, TZ: 'UTC', LC_ALL: 'C.UTF-8' },
  })
  closeSync(log)
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
  const ready = new Promise<ChdbReady>((resolve) => {
    child.once('message', (message) => resolve(message as ChdbReady))
  })
  child.send(start)
  const timeout = new AbortController()
  const outcome = await Promise.race([
    ready,
    ended.then((detail) => new Error(`The ClickHouse engine did not start (${detail}).`)),
    wait(START_TIMEOUT_MS, timeout.signal).then(() => {
      child.kill('SIGKILL')
      return new Error('The ClickHouse engine gave no sign of life within a minute.')
    }),
  ])
  timeout.abort()
  if (outcome instanceof Error) throw new Error(`${outcome.message} See ${logFile}.`)
  return { process: child, port: outcome.port, ended }
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => clearTimeout(timer))
  })
}

async function stopChild(child: Child): Promise<void> {
  const timeout = new AbortController()
  child.process.send('stop')
  await Promise.race([child.ended, wait(STOP_TIMEOUT_MS, timeout.signal)])
  timeout.abort()
  child.process.kill('SIGKILL')
  await child.ended
}

function remember(pidFile: string, child: Child): void {
  const identity = child.process.pid ? identityOf(child.process.pid) : null
  if (identity) writeIdentity(pidFile, identity)
}

/** Ends the engine a killed program left behind: two on the same files are not possible. */
async function endOrphan(pidFile: string): Promise<void> {
  const orphan = readIdentity(pidFile)
  if (orphan) await endProcess(orphan, ['SIGKILL'], STOP_TIMEOUT_MS)
  rmSync(pidFile, { force: true })
}
