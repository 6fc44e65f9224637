import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import { withoutEvents } from '../src/collect/index.ts'
import { type ClickHouse, openClickHouse } from '../src/platform/clickhouse.ts'
import { systemClock } from '../src/platform/clock.ts'
import { parseConfig, type Role } from '../src/platform/config.ts'
import { newIdFrom } from '../src/platform/ids.ts'
import { fileArchive } from '../src/platform/log/archive.ts'
import type { Log } from '../src/platform/log/log.ts'
import { openPostgresLog } from '../src/platform/log/postgresLog.ts'
import { openPostgres, type Postgres } from '../src/platform/postgres.ts'
import { migrate } from '../src/program.ts'
import type { Workspace } from '../src/workspace/bootstrap.ts'
import { bootstrapWorkspace, readWorkspace } from '../src/workspace/index.ts'
import { type Child, startChild } from './child.ts'
import type { Engines } from './engines.ts'
import type { Roots } from './processes.ts'
import { lastQuarter, type Workload } from './workload.ts'

const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts')
export const ADMIN_KEY = 'bench_admin_key_0123456789'
const SECRET = 'bench-secret-0123456789-0123456789'

export type Sent = { first: number; count: number; workload: Workload }

/** A workspace of its own, on databases of its own, and the processes that work on it. */
export type House = {
  workspace: Workspace
  /** Number of the source that the write key belongs to. */
  source: number
  writeKey: string
  postgresUrl: string
  /** Second connections to the databases that the program works on. */
  postgres: Postgres
  clickhouse: ClickHouse
  log: Log
  workload: Workload
  /** What was acknowledged so far; the next event has the number `next`. */
  sent: Sent[]
  next: number
  /** Settings of a process of the program on these databases. */
  environment(name: string): Record<string, string>
  start(roles: readonly Role[]): Promise<Program>
  /** What is measured: the processes that run, and both engines. */
  roots(): Roots
  /** Ends its processes; the databases go with the engines. */
  close(): Promise<void>
}

export type Program = Child & { roles: readonly Role[] }

export type HouseOptions = {
  name: string
  people: number
  /** Where processes leave CPU profiles; null: none. */
  profileDir: string | null
}

/** Makes both databases and the workspace; no process of the program runs yet. */
export async function openHouse(engines: Engines, options: HouseOptions): Promise<House> {
  const postgresUrl = await engines.postgresUrl(options.name)
  const history = { ...engines.clickhouse, database: options.name }
  await migrate({ postgresUrl, clickhouse: history })
  if (options.profileDir) await explainStatements(postgresUrl, options.name)
  const postgres = openPostgres({ url: postgresUrl, connectionsMax: 8 })
  const clickhouse = openClickHouse({ ...history, timeoutMs: 120_000 })
  const writeKey = `${options.name}-write-key`
  const environment = (name: string) => ({
    DATA_DIR: join(engines.home, options.name, name),
    DATABASE_URL: postgresUrl,
    CLICKHOUSE_URL: addressOf(history),
    CLIENTELE_ADMIN_KEY: ADMIN_KEY,
    CLIENTELE_WRITE_KEY: writeKey,
    CLIENTELE_SECRET: SECRET,
    LOG_LEVEL: 'warn',
    // Processes come and go, and read the same program each time: it need not be compiled anew.
    NODE_COMPILE_CACHE: join(engines.home, 'compiled'),
  })
  const clock = systemClock
  const config = parseConfig(environment('bench'))
  const logger = pino({ level: 'warn' }, pino.destination(2))
  const deps = { postgres, clickhouse, clock, newId: newIdFrom(clock), log: logger, config }
  const workspace = await bootstrapWorkspace(deps)
  const [source] = await postgres.query<{ id: number }>(
    'SELECT id FROM source WHERE write_key = $1',
    [writeKey],
  )
  const archive = fileArchive(join(config.dataDir, 'archive'))
  const log = await openPostgresLog({ postgres, archive, clock, withoutEvents })
  const programs = new Set<Program>()
  const house: House = {
    workspace,
    source: source?.id ?? 0,
    ...{ writeKey, postgresUrl, postgres, clickhouse, log, environment },
    workload: {
      run: options.name,
      base: lastQuarter(clock.now()),
      people: options.people,
      popularity: 'zipf',
    },
    sent: [],
    next: 0,
    start: (roles) => startProgram(house, { roles, programs, profileDir: options.profileDir }),
    roots: () => ({ ...engines.pids(), program: [...programs].map((one) => one.pid) }),
    close: async () => {
      await Promise.all([...programs].map((one) => one.stop()))
      await log.close()
      await postgres.close()
      await clickhouse.close()
    },
  }
  return house
}

/** Parts of the statements whose plans are written down, with times and buffers. */
const EXPLAINED_SHARE = 0.01

/** PostgreSQL writes plans of a sample of statements into its log, in every later connection. */
async function explainStatements(postgresUrl: string, database: string): Promise<void> {
  const postgres = openPostgres({ url: postgresUrl, connectionsMax: 1 })
  const settings = {
    session_preload_libraries: 'auto_explain',
    'auto_explain.log_min_duration': '0',
    'auto_explain.log_analyze': 'on',
    'auto_explain.log_buffers': 'on',
    'auto_explain.log_parameter_max_length': '0',
    'auto_explain.sample_rate': String(EXPLAINED_SHARE),
  }
  for (const [name, value] of Object.entries(settings)) {
    await postgres.query(`ALTER DATABASE "${database}" SET ${name} = '${value}'`)
  }
  await postgres.close()
}

type Starting = {
  roles: readonly Role[]
  programs: Set<Program>
  profileDir: string | null
}

/** The real program, as an operator would start it. */
async function startProgram(
  house: House,
  { roles, programs, profileDir }: Starting,
): Promise<Program> {
  const environment = house.environment(roles.join('-'))
  mkdirSync(environment.DATA_DIR ?? '', { recursive: true })
  const env = (port: number) => ({ ...environment, ROLES: roles.join(','), PORT: String(port) })
  const child = await startChild(MAIN, { env, profileDir })
  const program: Program = {
    ...child,
    roles,
    stop: async () => {
      programs.delete(program)
      await child.stop()
    },
  }
  programs.add(program)
  return program
}

type Address = { url: string; username: string; password: string; database: string }

export function addressOf({ url, username, password, database }: Address): string {
  const address = new URL(url)
  address.username = encodeURIComponent(username)
  address.password = encodeURIComponent(password)
  address.pathname = `/${database}`
  return address.href
}

/** A second workspace in the same databases, with segments, people and numbers of its own. */
export async function addWorkspace(house: House, name: string): Promise<House> {
  const { postgres } = house
  const [row] = await postgres.query<{ id: number }>(
    `INSERT INTO workspace (key, name, hash_key, created_at) VALUES ($1, $1, $2, now())
     RETURNING id`,
    [name, randomBytes(32)],
  )
  const workspace = await readWorkspace({ postgres }, row?.id ?? 0)
  const [source] = await postgres.query<{ id: number }>(
    `INSERT INTO source (workspace, public_id, name, kind, write_key, created_at)
     VALUES ($1, gen_random_uuid(), $2, 'web', $2, now()) RETURNING id`,
    [workspace.id, name],
  )
  const workload = { ...house.workload, run: name }
  return {
    ...house,
    workspace,
    source: source?.id ?? 0,
    writeKey: name,
    workload,
    sent: [],
    next: 0,
  }
}
