import { join } from 'node:path'
import pg from 'pg'
import { openClickHouse } from '../src/platform/clickhouse.ts'
import { startClickHouse } from '../src/platform/engines/clickhouse.ts'
import { ensureDatabase, startPostgres } from '../src/platform/engines/postgres.ts'
import { lockInstance } from '../src/platform/engines/processes.ts'
import { findServiceUser } from '../src/platform/engines/serviceUser.ts'

// A program for the tests of recovery: holds both engines on the directory it is given, adds one
// row to each, and prints their process numbers and rows. Again at SIGUSR2; stops at SIGTERM.
const dataDir = process.argv[2] ?? ''
const unlock = lockInstance(dataDir)
const user = findServiceUser()
const place = (name: string) => ({
  dataDir: join(dataDir, name),
  logFile: join(dataDir, 'log', `${name}.log`),
  user,
})
const [postgres, clickhouse] = await Promise.all([
  startPostgres(place('postgres')),
  startClickHouse(place('clickhouse')),
])
await ensureDatabase(postgres.url('postgres'), 'clientele')

async function retry<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (attempt > 100) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

async function rowInPostgres(): Promise<number> {
  const client = new pg.Client({ connectionString: postgres.url('clientele') })
  client.on('error', () => {})
  await client.connect()
  await client.query('CREATE TABLE IF NOT EXISTS mark (at timestamptz DEFAULT now())')
  await client.query('INSERT INTO mark DEFAULT VALUES')
  const { rows } = await client.query<{ n: number }>('SELECT count(*)::int AS n FROM mark')
  await client.end()
  return rows[0]?.n ?? 0
}

async function rowInClickHouse(): Promise<number> {
  const { url, username, password } = clickhouse
  const options = { url, username, password, timeoutMs: 10_000 }
  const root = openClickHouse({ ...options, database: 'default' })
  await root.command('CREATE DATABASE IF NOT EXISTS marks ENGINE = Atomic')
  await root.close()
  const client = openClickHouse({ ...options, database: 'marks' })
  await client.command('CREATE TABLE IF NOT EXISTS mark (n UInt8) ENGINE = MergeTree ORDER BY n')
  await client.insert('mark', [{ n: 1 }])
  const [row] = await client.query<{ n: number }>('SELECT count() AS n FROM mark')
  await client.close()
  return row?.n ?? 0
}

async function report(): Promise<void> {
  const rows = (await retry(rowInPostgres)) + (await retry(rowInClickHouse))
  const said = { postgres: postgres.pid(), clickhouse: clickhouse.pid(), rows }
  process.stdout.write(`${JSON.stringify(said)}\n`)
}

process.on('SIGUSR2', () => void report())
process.once('SIGTERM', async () => {
  await Promise.all([postgres.stop(), clickhouse.stop()])
  unlock()
  process.exit(0)
})
await report()
