import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { ClickHouseOptions } from '../clickhouse.ts'
import type { Config } from '../config.ts'
import { readAddress, startClickHouse } from './clickhouse.ts'
import { ensureDatabase, runningUrl, startPostgres } from './postgres.ts'
import { engineHome, findServiceUser, type ServiceUser } from './serviceUser.ts'

export type Engines = {
  postgresUrl: string
  clickhouse: Omit<ClickHouseOptions, 'timeoutMs'>
  /** How those are that were started here. */
  facts(): EngineFacts[]
  /** Stops those that were started here; servers of others are left alone. */
  stop(): Promise<void>
}

export type EngineFacts = {
  engine: 'postgres' | 'clickhouse'
  isUp: boolean
  /** How often it ended by itself and was started again. */
  restarts: number
}

const DATABASE = 'clientele'

/**
 * Gives the addresses of PostgreSQL and ClickHouse: those of the configuration, or of engines
 * started here for want of them.
 */
export async function startEngines(config: Config, log: Logger): Promise<Engines> {
  const user = findServiceUser()
  const home = engineHome(config.dataDir, user)
  mkdirSync(join(config.dataDir, 'log'), { recursive: true })
  mkdirSync(home, { recursive: true })
  const facts: (() => EngineFacts)[] = []
  const place = { config, home, user, log, facts }
  const started: (() => Promise<void>)[] = []
  const stop = async () => {
    await Promise.all(started.map((end) => end()))
  }
  const keep = <Engine extends { stop(): Promise<void> }>(engine: Engine) => {
    started.push(() => engine.stop())
    return engine
  }
  const [postgres, clickhouse] = await Promise.allSettled([
    config.databaseUrl ?? startOwnPostgres(place, keep),
    config.clickhouseUrl
      ? parseClickHouseUrl(config.clickhouseUrl)
      : startOwnClickHouse(place, keep),
  ])
  if (postgres.status === 'fulfilled' && clickhouse.status === 'fulfilled') {
    const addresses = { postgresUrl: postgres.value, clickhouse: clickhouse.value }
    return { ...addresses, stop, facts: () => facts.map((read) => read()) }
  }
  await stop()
  throw postgres.status === 'rejected'
    ? postgres.reason
    : (clickhouse as PromiseRejectedResult).reason
}

type Place = {
  config: Config
  home: string
  user: ServiceUser | null
  log: Logger
  facts: (() => EngineFacts)[]
}

/**
 * The addresses of the engines that an instance has started on this directory and runs now; of the
 * configuration where it names servers. For commands that work beside the program.
 */
export function runningEngines(config: Config): Pick<Engines, 'postgresUrl' | 'clickhouse'> {
  const home = engineHome(config.dataDir, findServiceUser())
  const own = () => {
    const { port, username, password } = readAddress(join(home, 'clickhouse'))
    return { url: `http://127.0.0.1:${port}`, username, password, database: DATABASE }
  }
  return {
    postgresUrl: config.databaseUrl ?? runningUrl(join(home, 'postgres'), DATABASE),
    clickhouse: config.clickhouseUrl ? parseClickHouseUrl(config.clickhouseUrl) : own(),
  }
}

type Keep = <Engine extends { stop(): Promise<void> }>(engine: Engine) => Engine

async function startOwnPostgres(place: Place, keep: Keep): Promise<string> {
  const { config, home, user, log, facts } = place
  let restarts = 0
  const engine = keep(
    await startPostgres({
      dataDir: join(home, 'postgres'),
      logFile: join(config.dataDir, 'log', 'postgres.log'),
      user,
      onCrash: (detail, retryInMs) => {
        restarts += 1
        log.error({ detail, retryInMs }, 'PostgreSQL has ended by itself; it is started again')
      },
    }),
  )
  facts.push(() => ({ engine: 'postgres', isUp: engine.pid() !== null, restarts }))
  await ensureDatabase(engine.url('postgres'), DATABASE)
  return engine.url(DATABASE)
}

async function startOwnClickHouse({ config, home, user, log, facts }: Place, keep: Keep) {
  let restarts = 0
  const engine = keep(
    await startClickHouse({
      dataDir: join(home, 'clickhouse'),
      logFile: join(config.dataDir, 'log', 'clickhouse.log'),
      user,
      onCrash: (detail, retryInMs) => {
        restarts += 1
        log.error({ detail, retryInMs }, 'The ClickHouse engine has ended; it is started again')
      },
    }),
  )
  facts.push(() => ({ engine: 'clickhouse', isUp: engine.pid() !== null, restarts }))
  const { url, username, password } = engine
  return { url, username, password, database: DATABASE }
}

/** `http://user:password@host:8123/database`: everything but the host may be left out. */
export function parseClickHouseUrl(text: string): Engines['clickhouse'] {
  const url = new URL(text)
  return {
    url: url.origin,
    username: decodeURIComponent(url.username) || 'default',
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)) || DATABASE,
  }
}
