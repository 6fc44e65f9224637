import { join } from 'node:path'

const MIGRATIONS = join(import.meta.dirname, '..', 'migrations')

export const POSTGRES_MIGRATIONS = join(MIGRATIONS, 'postgres')
export const CLICKHOUSE_MIGRATIONS = join(MIGRATIONS, 'clickhouse')
/** The migrated database that every test database is copied from. */
export const TEMPLATE_DATABASE = 'template_clientele'
