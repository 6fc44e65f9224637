/** `npm run restore`: puts a backup into a new data directory, and proves that it is the same. */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { stateHash } from './flow/stateHash.ts'
import { type Closing, closeAll, enginesFor, sentencesOf, USES } from './platform/backup/command.ts'
import { assertWhole, copyKept } from './platform/backup/files.ts'
import { openHistory } from './platform/backup/history.ts'
import { filesOf, type Manifest, readManifest } from './platform/backup/manifest.ts'
import { importTables, openTransaction } from './platform/backup/tables.ts'
import { openClickHouse } from './platform/clickhouse.ts'
import { type Config, readConfig } from './platform/config.ts'
import type { Engines } from './platform/engines/start.ts'
import type { Sql } from './platform/postgres.ts'
import { openProgress, type Progress } from './platform/progress.ts'
import { migrate } from './program.ts'
import { copyEverything } from './sink/index.ts'

const USAGE = `Usage: npm run restore -- --from <folder>

  --from <folder>   a backup that npm run backup made
  --help            this text

Fills the databases and DATA_DIR, which must be new: nothing is written over. Ends with status 1,
and leaves the database empty, when the restored state is not the one that was backed up. Then start
the program as usual. ${USES}
`

const CLICKHOUSE_TIMEOUT_MS = 120_000

async function restore(config: Config, from: string, progress: Progress): Promise<void> {
  const manifest = readManifest(from)
  await progress.step('Checking the backup', async () => {
    for (const file of filesOf(manifest)) await assertWhole(from, file)
  })
  const closing: Closing = []
  try {
    const engines = await enginesFor(config, progress, closing)
    await progress.step('Preparing the databases', () => migrate(engines))
    await fill({ config, engines, manifest, from, progress }, closing)
  } finally {
    await closeAll(closing)
  }
  progress.line(`  state hash: ${manifest.state.hash}, the same as when the backup was made`)
  progress.line(`  Everything is as it was at ${manifest.takenAt}. Start with npm start.`)
}

type Filling = {
  config: Config
  engines: Pick<Engines, 'postgresUrl' | 'clickhouse'>
  manifest: Manifest
  from: string
  progress: Progress
}

async function fill({ config, engines, manifest, from, progress }: Filling, closing: Closing) {
  const target = await openTransaction(engines.postgresUrl, 'READ COMMITTED')
  closing.push(() => target.close())
  const { sql } = target
  await assertNew(sql, manifest)
  const history = openHistory(engines.clickhouse)
  closing.push(() => history.close())
  await progress.step('Filling PostgreSQL', () => importTables(target, from, manifest.tables))
  await progress.step('Comparing the state', () => assertSame(sql, manifest))
  await progress.step('Filling ClickHouse', async () => {
    await history.import(from, manifest.history)
    const clickhouse = openClickHouse({ ...engines.clickhouse, timeoutMs: CLICKHOUSE_TIMEOUT_MS })
    // Copies of state are made of the restored state, so that they cannot be ahead of it.
    await copyEverything(sql, clickhouse).finally(() => clickhouse.close())
  })
  await progress.step('Copying the archive of the log', () => putFiles(config, manifest, from))
  // Last: until now, all of it can be begun again.
  await sql.query('COMMIT')
}

async function assertNew(sql: Sql, manifest: Manifest): Promise<void> {
  const [workspace] = await sql.query('SELECT 1 FROM workspace LIMIT 1')
  if (workspace) {
    throw new Error(
      'This database is in use already, and nothing is written over. ' +
        'Name a new directory with DATA_DIR, or an empty database with DATABASE_URL.',
    )
  }
  const own = await sql.query('SELECT number, name FROM schema_migrations ORDER BY number')
  if (JSON.stringify(own) === JSON.stringify(manifest.migrations)) return
  throw new Error(
    `The backup was made by a version with ${manifest.migrations.length} migrations; this one has ` +
      `${own.length}. Restore it with that version, then start this one: it will migrate.`,
  )
}

async function assertSame(sql: Sql, { state }: Manifest): Promise<void> {
  const hash = await stateHash(sql, state.at)
  if (hash === state.hash) return
  throw new Error(
    `The restored state has the hash ${hash}, the backup had ${state.hash}. ` +
      'Nothing was kept. Please report this, with both numbers.',
  )
}

async function putFiles(config: Config, manifest: Manifest, from: string): Promise<void> {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o755 })
  const archive = join(config.dataDir, 'archive')
  for (const { path } of manifest.archive) {
    const name = path.slice('archive/'.length)
    await copyKept({ from: join(from, 'archive'), path: name, folder: archive, under: '' })
  }
  if (!manifest.secret) return
  await copyKept({ from, path: 'secret', folder: config.dataDir, under: '' })
}

const progress = openProgress(process.stdout, () => performance.now())
try {
  const { values } = parseArgs({
    options: { from: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help || !values.from) process.stdout.write(USAGE)
  else await restore(readConfig(), resolve(values.from), progress)
  process.exitCode = values.help || values.from ? 0 : 2
} catch (error) {
  for (const sentence of sentencesOf(error)) progress.line(`✗ ${sentence}`)
  process.exitCode = 1
}
