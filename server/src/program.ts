import { join } from 'node:path'
import type { Logger } from 'pino'
import {
  type Collect,
  collectRoutes,
  countAccepted,
  openCollect,
  withoutEvents,
} from './collect/index.ts'
import { deliverRoutes, type Outgoing, openOutgoing, startDeliver } from './deliver/index.ts'
import { demoReceiverRoutes, RECEIVER_PATH } from './demo/index.ts'
import { openItemReader } from './flow/index.ts'
import { startTrimmer } from './flow/trim.ts'
import { type Flow, startFlow } from './flow/worker.ts'
import { insightRoutes, openProfileReader, type ProfileReader } from './insight/index.ts'
import { listRoutes } from './lists/index.ts'
import { type EngineFacts, type Observation, openObservation } from './observe/index.ts'
import { personaRoutes } from './persona/index.ts'
import type { Checks } from './platform/checks.ts'
import { type ClickHouse, type ClickHouseOptions, openClickHouse } from './platform/clickhouse.ts'
import type { Clock } from './platform/clock.ts'
import type { Config, Role } from './platform/config.ts'
import type { Deps } from './platform/deps.ts'
import { type Api, createApi } from './platform/http.ts'
import { describeError } from './platform/httpErrors.ts'
import { newIdFrom } from './platform/ids.ts'
import { fileArchive } from './platform/log/archive.ts'
import type { Log } from './platform/log/log.ts'
import { openLog } from './platform/log/openLog.ts'
import { migrateClickHouse, migratePostgres } from './platform/migrations.ts'
import { openPostgres, type Postgres } from './platform/postgres.ts'
import { openPresence, type Presence, processIdOf } from './platform/presence.ts'
import { privacyRoutes } from './privacy/index.ts'
import { segmentRoutes, settingsChanger, startFillJob } from './segment/index.ts'
import { type Sink, startSink } from './sink/index.ts'
import {
  authenticate,
  bootstrapWorkspace,
  KnownKeys,
  may,
  openSourceDirectory,
  type SourceDirectory,
  workspaceRoutes,
} from './workspace/index.ts'

const MIGRATIONS = join(import.meta.dirname, '..', 'migrations')
/** A shard of the flow works on a connection of its own. */
const CONNECTIONS_OF_FLOW = 24
/** Questions and intake: more at a time make each of them slower (docs/performance.md, P9). */
const CONNECTIONS_OF_OTHERS = 8
const CLICKHOUSE_TIMEOUT_MS = 120_000

export type Addresses = {
  postgresUrl: string
  clickhouse: Omit<ClickHouseOptions, 'timeoutMs'>
}

export type ProgramOptions = {
  config: Config
  addresses: Addresses
  clock: Clock
  log: Logger
  /** Directory of the built web pages; null: none are served. */
  webDir: string | null
  /** How the engines are that run as children of this process; none by default. */
  engines?(): readonly EngineFacts[]
  /** True for the made-up shop: its destinations may send to this program itself. */
  demo?: boolean
  /** Wraps what the program opens; for tests that must break something. */
  around?: Around
}

export type Around = {
  postgres?(postgres: Postgres): Postgres
  clickhouse?(clickhouse: ClickHouse): ClickHouse
  log?(log: Log): Log
}

export type Program = {
  /** Where it answers on this machine. */
  url: string
  deps: Deps
  workspace: { id: number; name: string }
  stages: Stages
  /** Takes nothing more, finishes what it took, closes what it opened. */
  stop(): Promise<void>
}

/** Brings both databases to the schema of this version; makes ClickHouse's database if needed. */
export async function migrate({ postgresUrl, clickhouse }: Addresses): Promise<void> {
  const postgres = openPostgres({ url: postgresUrl, connectionsMax: 2 })
  const database = clickhouse.database
  const options = { ...clickhouse, timeoutMs: CLICKHOUSE_TIMEOUT_MS }
  const outside = openClickHouse({ ...options, database: 'default' })
  const inside = openClickHouse(options)
  try {
    await migratePostgres(postgres, join(MIGRATIONS, 'postgres'))
    await outside.command(`CREATE DATABASE IF NOT EXISTS {database:Identifier} ENGINE = Atomic`, {
      database,
    })
    await migrateClickHouse(inside, { directory: join(MIGRATIONS, 'clickhouse'), postgres })
  } finally {
    await Promise.all([postgres.close(), outside.close(), inside.close()])
  }
}

/** What was opened is closed in the opposite order. */
type Closing = (() => Promise<void> | void)[]

/**
 * The whole program on databases that are there and migrated: opens the rooms from the last stage
 * to the first, so that each finds the next one running, and listens when all of them do.
 */
export async function composeProgram(options: ProgramOptions): Promise<Program> {
  const closing: Closing = []
  const stop = async () => {
    for (const close of closing.splice(0).reverse()) await close()
  }
  try {
    const opened = openDeps(options, closing)
    const demo = options.demo ? { demo: true, name: 'Maison Lorival' } : {}
    const workspace = await bootstrapWorkspace(opened, demo)
    const allowedAddress = workspace.demo ? receiverUrl(options.config) : null
    const deps = { ...opened, config: { ...opened.config, allowedAddress } }
    const sources = await openSourceDirectory(deps)
    closing.push(() => sources.close())
    const instance = processIdOf(options.config.dataDir)
    const seen = await openObservation({ ...deps, instance })
    closing.push(() => seen.close())
    const presence = await openPresence({
      postgres: deps.postgres,
      id: instance,
      roles: options.config.roles,
      onFault: (error) =>
        deps.log.warn({ error: describeError(error) }, 'This process could not say it is there'),
    })
    closing.push(() => presence.stop())
    const opening = await openLog(deps.config, {
      postgres: deps.postgres,
      archive: fileArchive(join(options.config.dataDir, 'archive')),
      clock: deps.clock,
      withoutEvents,
      alongside: countAccepted,
    })
    closing.push(() => opening.close())
    const eventLog = seen.log(options.around?.log?.(opening) ?? opening)
    const stages = await startStages(deps, { eventLog, presence, seen, closing })
    const people = openProfileReader()
    const outgoing = openOutgoing({
      allowPrivateNetwork: options.config.allowPrivateNetwork,
      except: allowedAddress,
    })
    closing.push(() => outgoing.close())
    if (hasRole(deps, 'deliver')) {
      const { readProfile } = people
      const deliver = startDeliver(deps, { readProfile, outgoing, observe: seen.deliver })
      closing.push(() => deliver.stop())
    }
    const findSource = (key: string) => sources.findFresh(key)
    const { onRefused } = seen
    const collect = openCollect(deps, { eventLog, sources: findSource, onRefused })
    closing.push(() => collect.close())
    const { flow } = stages
    const checks = seen.watch({
      ...{ ...deps, log: eventLog, presence, migrations: join(MIGRATIONS, 'postgres') },
      held: flow && (() => flow.shards()),
      engines: () => options.engines?.() ?? [],
    })
    const api = await openApi({
      ...{ deps, collect, sources, eventLog, people, outgoing, checks, seen },
      webDir: options.webDir,
      demo: workspace.demo,
    })
    closing.push(() => api.close())
    const { port, host } = options.config
    const url = await api.listen({ port, host })
    return { url, deps, workspace, stages, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function openDeps(options: ProgramOptions, closing: Closing): Deps {
  const { config, addresses, clock, log, around } = options
  const connectionsMax = config.roles.includes('flow') ? CONNECTIONS_OF_FLOW : CONNECTIONS_OF_OTHERS
  const bare = openPostgres({ url: addresses.postgresUrl, connectionsMax }, (error) =>
    log.warn({ error: describeError(error) }, 'An idle connection to PostgreSQL ended'),
  )
  closing.push(() => bare.close())
  const history = openClickHouse({ ...addresses.clickhouse, timeoutMs: CLICKHOUSE_TIMEOUT_MS })
  closing.push(() => history.close())
  const postgres = around?.postgres?.(bare) ?? bare
  const clickhouse = around?.clickhouse?.(history) ?? history
  return { postgres, clickhouse, clock, newId: newIdFrom(clock), log, config }
}

export type Stages = { flow: Flow | null; sink: Sink | null }

type StageParts = { eventLog: Log; presence: Presence; seen: Observation; closing: Closing }

/** The stages that work on their own, as far as this process has their roles. */
async function startStages(deps: Deps, parts: StageParts): Promise<Stages> {
  const { eventLog, presence, seen, closing } = parts
  const stages: Stages = { flow: null, sink: null }
  if (!hasRole(deps, 'flow')) return stages
  const { postgres, clickhouse, clock, newId, log: logger } = deps
  const items = openItemReader(eventLog)
  const shared = { postgres, items, logger }
  const flow = await startFlow({
    ...{ ...shared, log: eventLog, clock, newId, presence },
    observe: seen.flow,
  })
  closing.push(() => flow.stop())
  const { holds } = flow
  const sink = startSink({ ...shared, clickhouse, holds, observe: seen.sink })
  closing.push(() => sink.stop())
  // Work for one process: whoever has the lane of the program's own entries does it.
  const isLeader = () => holds({ lane: 'inner', shard: 0 })
  const fillJob = startFillJob({
    ...{ postgres, clickhouse, clock, newId, log: eventLog, logger, isLeader },
  })
  closing.push(() => fillJob.stop())
  const trimmer = startTrimmer({ postgres, log: eventLog, clock, logger, isLeader })
  closing.push(() => trimmer.stop())
  return { flow, sink }
}

function hasRole(deps: Deps, role: Role): boolean {
  return deps.config.roles.includes(role)
}

type ApiParts = {
  deps: Deps
  collect: Collect
  sources: SourceDirectory
  eventLog: Log
  people: ProfileReader
  outgoing: Outgoing
  checks: Checks
  seen: Observation
  webDir: string | null
  demo: boolean
}

async function openApi(parts: ApiParts): Promise<Api> {
  const { deps, collect, seen, webDir } = parts
  const keys = new KnownKeys()
  const app = await createApi({
    log: deps.log,
    newId: deps.newId,
    intake: hasRole(deps, 'collect') ? seen.intake(collect.intake) : null,
    authenticate: (request) => authenticate(deps, keys, request),
    may,
    checks: parts.checks,
    metrics: seen.registry,
    webDir: hasRole(deps, 'api') ? webDir : null,
    publicUrl: deps.config.publicUrl,
  })
  if (hasRole(deps, 'api')) addRoutes(app, keys, parts)
  return app
}

function addRoutes(app: Api, keys: KnownKeys, parts: ApiParts): void {
  const { deps, collect, sources, eventLog, people, outgoing } = parts
  const changeSettings = settingsChanger(deps.postgres)
  workspaceRoutes(app, deps, { sources, keys, changeSettings })
  collectRoutes(app, deps, collect)
  privacyRoutes(app, deps, { log: eventLog, changeSettings })
  segmentRoutes(app, deps)
  listRoutes(app, deps, eventLog)
  insightRoutes(app, deps, { log: eventLog })
  personaRoutes(app, deps)
  deliverRoutes(app, deps, { ...people, outgoing })
  if (parts.demo) demoReceiverRoutes(app)
}

/** Where the destinations of the demo send: this program, and no other private address. */
function receiverUrl({ port }: Config): string {
  return `http://127.0.0.1:${port}${RECEIVER_PATH}`
}
