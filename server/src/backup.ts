/** `npm run backup`: a consistent copy of everything, while the program runs or not. */
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { stateHash } from './flow/stateHash.ts'
import { type Closing, closeAll, enginesFor, sentencesOf, USES } from './platform/backup/command.ts'
import { copyKept } from './platform/backup/files.ts'
import { openHistory, type Reached } from './platform/backup/history.ts'
import { type Manifest, writeManifest } from './platform/backup/manifest.ts'
import { type Connection, exportTables, openTransaction } from './platform/backup/tables.ts'
import { systemClock } from './platform/clock.ts'
import { type Config, readConfig } from './platform/config.ts'
import { openProgress, type Progress } from './platform/progress.ts'

const USAGE = `Usage: npm run backup -- --to <folder>

  --to <folder>   where the backup goes; it must be new or empty
  --help          this text

Copies PostgreSQL as it is at one instant, then the history in ClickHouse up to that instant, the
archive of the log, and the secret. The program may run meanwhile: nothing waits for it. ${USES}
`

async function backup(config: Config, to: string, progress: Progress): Promise<void> {
  if (existsSync(to) && readdirSync(to).length > 0) {
    throw new Error(`${to} is not empty. Name a new folder: a backup never writes over anything.`)
  }
  mkdirSync(to, { recursive: true, mode: 0o700 })
  const closing: Closing = []
  try {
    const engines = await enginesFor(config, progress, closing)
    const snapshot = await openTransaction(engines.postgresUrl, 'REPEATABLE READ, READ ONLY')
    closing.push(() => snapshot.close())
    const history = openHistory(engines.clickhouse)
    closing.push(() => history.close())
    const { sql } = snapshot
    const at = await instantOf(snapshot)
    const tables = await progress.step('Copying PostgreSQL', (onProgress) =>
      exportTables(snapshot, to, onProgress),
    )
    const reached = await sql.query<Reached>('SELECT lane, shard, position FROM sink_cursor')
    const kept = await progress.step('Copying ClickHouse', () => history.export(to, reached))
    const archive = await progress.step('Copying the archive of the log', () =>
      copyArchive(snapshot, join(config.dataDir, 'archive'), to),
    )
    const hash = await progress.step('Reading the state', () => stateHash(sql, at))
    const manifest: Manifest = {
      format: 1,
      takenAt: new Date(at).toISOString(),
      state: { at, hash },
      migrations: await sql.query('SELECT number, name FROM schema_migrations ORDER BY number'),
      ...{ tables, history: kept, archive },
      secret: await copySecret(config, to),
    }
    writeManifest(to, manifest)
    tell(manifest, to, progress)
  } finally {
    await closeAll(closing)
  }
}

/** When the snapshot was taken, epoch ms: its first statement decides what it sees. */
async function instantOf({ sql }: Connection): Promise<number> {
  await sql.query('SELECT 1 FROM flow_cursor LIMIT 1')
  return systemClock.now()
}

/** Blocks that had been archived by then; they are whole, and hardly ever change. */
async function copyArchive(
  { sql }: Connection,
  archive: string,
  to: string,
): Promise<Manifest['archive']> {
  const rows = await sql.query<{ file: string }>('SELECT file FROM log_archive ORDER BY file')
  const kept: Manifest['archive'] = []
  for (const { file } of rows) {
    kept.push(await copyKept({ from: archive, path: file, folder: to, under: 'archive' }))
  }
  return kept
}

async function copySecret(config: Config, to: string): Promise<Manifest['secret']> {
  if (!existsSync(join(config.dataDir, 'secret'))) return null
  return copyKept({ from: config.dataDir, path: 'secret', folder: to, under: '' })
}

function tell({ state, secret }: Manifest, to: string, progress: Progress): void {
  progress.line(`  state hash: ${state.hash}`)
  progress.line(`  The backup is complete: ${to}`)
  progress.line(
    secret
      ? '  It holds the secret and personal data: keep it as you keep the database.'
      : '  The secret is the one in CLIENTELE_SECRET: keep it apart, the backup needs it.',
  )
}

const progress = openProgress(process.stdout, () => performance.now())
try {
  const { values } = parseArgs({
    options: { to: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help || !values.to) process.stdout.write(USAGE)
  else await backup(readConfig(), resolve(values.to), progress)
  process.exitCode = values.help || values.to ? 0 : 2
} catch (error) {
  for (const sentence of sentencesOf(error)) progress.line(`✗ ${sentence}`)
  process.exitCode = 1
}
