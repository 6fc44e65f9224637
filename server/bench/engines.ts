import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startClickHouse } from '../src/platform/engines/clickhouse.ts'
import { ensureDatabase, startPostgres } from '../src/platform/engines/postgres.ts'
import { findServiceUser } from '../src/platform/engines/serviceUser.ts'

/** PostgreSQL and ClickHouse with their real settings, in a directory of their own. */
export type Engines = {
  /** Directory of this run; gone after `stop`. */
  home: string
  postgresLog: string
  /** Address of a database of PostgreSQL, which is made when it is not there. */
  postgresUrl(database: string): Promise<string>
  clickhouse: { url: string; username: string; password: string }
  pids(): { postgres: number; clickhouse: number }
  stop(): Promise<void>
}

/**
 * Starts both. They are this process's children, beside the program and not below it, so that
 * their databases can be looked into and the program can be started anew beside them.
 */
export async function startBenchEngines(): Promise<Engines> {
  const home = mkdtempSync(join(tmpdir(), 'clientele-bench-'))
  // Run as root, the engines have a user of their own, who must be able to enter.
  chmodSync(home, 0o755)
  const user = findServiceUser()
  const onCrash = (detail: string) => {
    process.stderr.write(`An engine has ended by itself: ${detail}\n`)
  }
  const [postgres, clickhouse] = await Promise.all([
    startPostgres({
      dataDir: join(home, 'postgres'),
      logFile: join(home, 'postgres.log'),
      user,
      onCrash,
    }),
    startClickHouse({
      dataDir: join(home, 'clickhouse'),
      logFile: join(home, 'clickhouse.log'),
      user,
      onCrash,
    }),
  ])
  const { url, username, password } = clickhouse
  return {
    home,
    postgresLog: join(home, 'postgres.log'),
    postgresUrl: async (database) => {
      await ensureDatabase(postgres.url('postgres'), database)
      return postgres.url(database)
    },
    clickhouse: { url, username, password },
    pids: () => ({ postgres: postgres.pid() ?? 0, clickhouse: clickhouse.pid() ?? 0 }),
    stop: async () => {
      await Promise.all([postgres.stop(), clickhouse.stop()])
      rmSync(home, { recursive: true, force: true })
    },
  }
}
