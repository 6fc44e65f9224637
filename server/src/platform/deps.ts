import type { Logger } from 'pino'
import type { ClickHouse } from './clickhouse.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { NewId } from './ids.ts'
import type { Postgres } from './postgres.ts'

/** What a room may reach outside itself, made once in `main.ts` and handed down. */
export type Deps = {
  postgres: Postgres
  clickhouse: ClickHouse
  clock: Clock
  newId: NewId
  log: Logger
  config: Config
}
