/** `npm run rebuild`: folds the state again from archive and log, and says what is different. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import pino from 'pino'
import { withoutEvents } from './collect/index.ts'
import { type RebuildReport, rebuild } from './flow/rebuild.ts'
import { apartUrl } from './flow/rebuiltTables.ts'
import { openClickHouse } from './platform/clickhouse.ts'
import { systemClock } from './platform/clock.ts'
import { type Config, ConfigError, readConfig } from './platform/config.ts'
import { lockInstance } from './platform/engines/processes.ts'
import { startEngines } from './platform/engines/start.ts'
import { newIdFrom } from './platform/ids.ts'
import { fileArchive } from './platform/log/archive.ts'
import { openLog } from './platform/log/openLog.ts'
import { openPostgres } from './platform/postgres.ts'
import { openProgress, type Progress } from './platform/progress.ts'
import { migrate } from './program.ts'
import { tellOldObjects } from './sink/index.ts'

const USAGE = `Usage: npm run rebuild -- [options]

  --check   compares only and replaces nothing; ends with status 1 when something is different
  --help    this text

Stop Clientele first. Exits that fell due meanwhile are settled as at every start. Then the state
(people, identities, memberships, consents in force) is folded again from the archive and the log of
events, beside the one in use, and takes its place when it is complete. Nothing is sent. Stopped
with Ctrl-C, the state stays as it was.
`

const CONNECTIONS_MAX = 4
const CLICKHOUSE_TIMEOUT_MS = 120_000
/** Differences named on the screen; of the rest only the number. */
const DIFFERENCES_SHOWN = 20

type Closing = (() => Promise<void> | void)[]

async function run(config: Config, progress: Progress, checks: boolean): Promise<number> {
  const closing: Closing = []
  const stop = new AbortController()
  const onSignal = () => stop.abort(new Error('Cancelled. The state is as it was before.'))
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  try {
    const { clickhouse, ...place } = await openPlace(config, progress, closing)
    const report = await progress.step('Folding archive and log again', (onProgress) =>
      rebuild(place, { checks, onProgress, signal: stop.signal }),
    )
    if (!checks) {
      await progress.step('Completing the objects of people in ClickHouse', async () => {
        await tellOldObjects(clickhouse)
      })
    }
    tell(report, progress, checks)
    return checks && report.differences.length > 0 ? 1 : 0
  } finally {
    for (const close of closing.reverse()) await close()
  }
}

async function openPlace(config: Config, progress: Progress, closing: Closing) {
  mkdirSync(join(config.dataDir, 'log'), { recursive: true, mode: 0o755 })
  closing.push(lockInstance(config.dataDir))
  const logger = pino({ level: config.logLevel, base: undefined }, pino.destination(2))
  const engines = await progress.step('Starting PostgreSQL and ClickHouse', () =>
    startEngines(config, logger),
  )
  closing.push(() => engines.stop())
  await progress.step('Bringing the databases up to date', () => migrate(engines))
  const open = (url: string) => {
    const pool = openPostgres({ url, connectionsMax: CONNECTIONS_MAX })
    closing.push(() => pool.close())
    return pool
  }
  const postgres = open(engines.postgresUrl)
  const apart = open(apartUrl(engines.postgresUrl))
  const clock = systemClock
  const archive = fileArchive(join(config.dataDir, 'archive'))
  const log = await openLog(config, { postgres, archive, clock, withoutEvents })
  closing.push(() => log.close())
  const clickhouse = openClickHouse({ ...engines.clickhouse, timeoutMs: CLICKHOUSE_TIMEOUT_MS })
  closing.push(() => clickhouse.close())
  return { postgres, apart, log, clock, newId: newIdFrom(clock), logger, clickhouse }
}

function tell(report: RebuildReport, progress: Progress, checks: boolean): void {
  const { positions, before, after, differences, places } = report
  progress.line(`  positions of the log: ${positions}`)
  progress.line(`  state hash before:    ${before}`)
  progress.line(`  state hash after:     ${after}`)
  if (differences.length === 0) {
    progress.line('  Nothing is different.')
    return
  }
  for (const { key, change } of differences.slice(0, DIFFERENCES_SHOWN)) {
    const where = places.get(key)?.join(', ')
    progress.line(`  ${change.padEnd(7)} ${key}${where ? ` (${where})` : ''}`)
  }
  const more = differences.length - DIFFERENCES_SHOWN
  if (more > 0) progress.line(`  … and ${more} more`)
  progress.line(
    checks
      ? '  Nothing was changed. Without --check the rebuilt state takes the place of the old.'
      : '  The rebuilt state has taken the place of the old; ClickHouse is told at the next start.',
  )
}

const progress = openProgress(process.stdout, () => performance.now())
try {
  const { values } = parseArgs({
    options: { check: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help) process.stdout.write(USAGE)
  else process.exitCode = await run(readConfig(), progress, values.check === true)
} catch (error) {
  const sentences = error instanceof ConfigError ? error.problems : [(error as Error).message]
  for (const sentence of sentences) progress.line(`✗ ${sentence}`)
  process.exitCode = 2
}
