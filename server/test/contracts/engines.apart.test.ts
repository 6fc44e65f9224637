/**
 * Engines that somebody else runs, reached by their addresses only. PostgreSQL is Debian's where
 * there is one, 15 at the least; else the one of npm. The project's own ClickHouse server stands in
 * for a cluster: one engine, but reached over HTTP as a cluster is; that the schema is fit for
 * replicated and distributed tables is shown in `clickhouseDdl.test.ts`.
 */
import { describe } from 'vitest'
import { openClickHouse } from '../../src/platform/clickhouse.ts'
import { startClickHouse } from '../../src/platform/engines/clickhouse.ts'
import { ensureDatabase, startPostgres } from '../../src/platform/engines/postgres.ts'
import { findServiceUser } from '../../src/platform/engines/serviceUser.ts'
import { parseClickHouseUrl } from '../../src/platform/engines/start.ts'
import { openPostgres } from '../../src/platform/postgres.ts'
import { makeHome } from '../failures/place.ts'
import { debianPostgres, startDebianPostgres } from './debianPostgres.ts'
import { type EnginesPlace, enginesContract } from './enginesContract.ts'

async function openApart(): Promise<EnginesPlace> {
  const { home, remove } = makeHome()
  const user = findServiceUser()
  const place = (name: string) => ({ dataDir: `${home}/${name}`, logFile: `${home}/${name}.log` })
  const postgres = debianPostgres
    ? await startDebianPostgres({ ...place('postgres'), user })
    : await startPostgres({ ...place('postgres'), user, durable: false })
  const clickhouse = await startClickHouse({ ...place('clickhouse'), user })
  await ensureDatabase(postgres.url('postgres'), 'elsewhere')
  const history = new URL(clickhouse.url)
  history.username = clickhouse.username
  history.password = clickhouse.password
  history.pathname = '/elsewhere'
  const addresses = {
    postgresUrl: postgres.url('elsewhere'),
    clickhouse: parseClickHouseUrl(history.href),
  }
  return {
    env: { DATABASE_URL: addresses.postgresUrl, CLICKHOUSE_URL: history.href },
    addresses: () => addresses,
    // They are not the program's to stop.
    areAsExpectedAfterStop: async () => {
      const sql = openPostgres({ url: addresses.postgresUrl, connectionsMax: 1 })
      const outside = openClickHouse({ ...addresses.clickhouse, timeoutMs: 10_000 })
      const rows = [...(await sql.query('SELECT 1')), ...(await outside.query('SELECT 1'))]
      await Promise.all([sql.close(), outside.close()])
      return rows.length === 2
    },
    close: async () => {
      await Promise.all([postgres.stop(), clickhouse.stop()])
      remove()
    },
  }
}

const version = debianPostgres?.version ?? 'of npm, for want of one by Debian'

describe(`the program on engines that others run (PostgreSQL ${version})`, () => {
  enginesContract(openApart)
})
