import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import pino, { type Logger } from 'pino'
import { loadDemoOnce, startDemoLife } from './demoStart.ts'
import { systemClock } from './platform/clock.ts'
import { type Config, ConfigError, readConfig } from './platform/config.ts'
import { lockInstance } from './platform/engines/processes.ts'
import { type Engines, startEngines } from './platform/engines/start.ts'
import { openProgress, type Progress } from './platform/progress.ts'
import { withSecret } from './platform/secret.ts'
import { buildWorkspace, isBuildStale } from './platform/webBuild.ts'
import { composeProgram, migrate, type Program } from './program.ts'
import { createSignInLink } from './workspace/index.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const WEB = join(ROOT, 'web')
const TAG = join(ROOT, 'sdk')

const HELP = `Usage: npm start -- [options]

  --demo              fill an empty workspace with a made-up retailer
  --demo-size <n>     how many people the demo has (2000)
  --demo-still        load the demo, and let nobody visit its shop afterwards
  --help              this text

Settings are environment variables: PORT, HOST, PUBLIC_URL, DATA_DIR, DATABASE_URL, CLICKHOUSE_URL,
KAFKA_BROKERS, KAFKA_TOPIC_PREFIX, ROLES, INTAKE_PATH, CLIENTELE_ADMIN_KEY, CLIENTELE_WRITE_KEY,
CLIENTELE_SECRET, ALLOW_PRIVATE_NETWORK, LOG_LEVEL, OTEL_EXPORTER_OTLP_ENDPOINT,
OTEL_TRACES_SAMPLER_ARG. Each may be given as NAME_FILE, the path of a file with the value.
`

type Flags = { demo: boolean; demoSize: number | null; demoStill: boolean; help: boolean }

function readFlags(): Flags {
  const { values } = parseArgs({
    options: {
      demo: { type: 'boolean', default: false },
      'demo-size': { type: 'string' },
      'demo-still': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      // Kept for scripts: the program never opens a browser by itself.
      'no-open': { type: 'boolean', default: false },
    },
  })
  const size = values['demo-size'] ?? null
  if (size !== null && !/^[1-9]\d{0,5}$/.test(size)) {
    throw new ConfigError([`--demo-size is "${size}". It takes a number of people, like 2000.`])
  }
  const { demo, help } = values
  const demoStill = values['demo-still']
  return { demo, help, demoStill, demoSize: size === null ? null : Number(size) }
}

/** On a terminal the progress has the screen, and the log goes to its file; else to stderr. */
function openLog(config: Config): Logger {
  const file = join(config.dataDir, 'log', 'clientele.log')
  const target = process.stdout.isTTY ? pino.destination({ dest: file }) : pino.destination(2)
  return pino({ level: config.logLevel, base: undefined }, target)
}

async function buildPages(progress: Progress): Promise<void> {
  if (isBuildStale(TAG, 'tag.js')) {
    await progress.step('Building the tag', () => buildWorkspace(ROOT, 'sdk'))
  }
  if (isBuildStale(WEB, 'index.html')) {
    await progress.step('Building the web pages', () => buildWorkspace(ROOT, 'web'))
  }
}

type Closing = (() => Promise<void> | void)[]
type Start = { progress: Progress; closing: Closing; signal: AbortSignal }

async function closeAll(closing: Closing): Promise<void> {
  for (const close of closing.splice(0).reverse()) await close()
}

/** First Ctrl-C: finish what was accepted, stop the engines. Second: leave at once. */
function stopOnSignal(): AbortSignal {
  const stop = new AbortController()
  const onSignal = () => {
    if (stop.signal.aborted) process.exit(130)
    stop.abort(new Error('Stopped.'))
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return stop.signal
}

async function untilStopped(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
}

/** Does not wait for `work` any longer than until the stop; whatever becomes of it then is moot. */
async function unlessStopped(signal: AbortSignal, work: Promise<void>): Promise<void> {
  work.catch(() => {})
  await Promise.race([work, untilStopped(signal)])
  signal.throwIfAborted()
}

function fail(progress: Progress, error: unknown): never {
  const sentences = error instanceof ConfigError ? error.problems : [messageOf(error)]
  for (const sentence of sentences) progress.line(`✗ ${sentence}`)
  process.exit(1)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

async function startAll(flags: Flags, { progress, closing, signal }: Start): Promise<void> {
  const config = withPrivateDir(readConfig())
  closing.push(lockInstance(config.dataDir))
  const log = openLog(config)
  const servesPages = config.roles.includes('api')
  const pages = servesPages ? buildPages(progress) : Promise.resolve()
  // Awaited below; a failure before that must not end the process unheard.
  pages.catch(() => {})
  const engines = await progress.step('Starting PostgreSQL and ClickHouse', () =>
    startEngines(config, log),
  )
  closing.push(() => engines.stop())
  signal.throwIfAborted()
  await progress.step('Bringing the databases up to date', () => migrate(engines))
  const { demo } = flags
  const program = await openProgram({ config, engines, log, closing, demo })
  await unlessStopped(signal, pages)
  if (flags.demo) {
    await progress.step('Loading the demo shop', (onProgress) =>
      unlessStopped(signal, loadDemoOnce(program, { people: flags.demoSize, onProgress, signal })),
    )
    if (!flags.demoStill) closing.push(startDemoLife(program))
  }
  await welcome(program, progress)
}

function withPrivateDir(config: Config): Config {
  mkdirSync(join(config.dataDir, 'log'), { recursive: true, mode: 0o755 })
  return withSecret(config)
}

type Opening = {
  config: Config
  engines: Engines
  log: Logger
  closing: Closing
  demo: boolean
}

async function openProgram({ config, engines, log, closing, demo }: Opening): Promise<Program> {
  const webDir = join(WEB, 'dist')
  mkdirSync(webDir, { recursive: true })
  const program = await composeProgram({
    config,
    addresses: engines,
    engines: engines.facts,
    clock: systemClock,
    log,
    webDir,
    demo,
  })
  closing.push(() => program.stop())
  return program
}

async function welcome({ deps, workspace }: Program, progress: Progress): Promise<void> {
  progress.line('')
  progress.line(`  Clientele is ready: ${deps.config.publicUrl}`)
  if (deps.config.roles.includes('api')) {
    const link = await createSignInLink(deps, { workspace: workspace.id })
    progress.line(`  Sign in (once):     ${link.url}`)
    progress.line(`  API:                ${deps.config.publicUrl}/api/docs`)
  }
  progress.line('  Stop with Ctrl-C.')
  progress.line('')
}

const progress = openProgress(process.stdout, () => performance.now())
const closing: Closing = []
try {
  const flags = readFlags()
  if (flags.help) process.stdout.write(HELP)
  else {
    const signal = stopOnSignal()
    await startAll(flags, { progress, closing, signal }).catch((error: unknown) => {
      // Stopped on its way: what it was doing could not end well.
      if (!signal.aborted) throw error
    })
    await untilStopped(signal)
    await progress.step('Stopping', () => closeAll(closing))
    process.exit(0)
  }
} catch (error) {
  await closeAll(closing)
  fail(progress, error)
}
