import pg from 'pg'

/**
 * Runs one statement; values are always bound, never written into the text. With a `name` the
 * server keeps its plan for the connection: the same name must always come with the same text.
 */
export type Sql = {
  query<Row = Record<string, unknown>>(
    text: string,
    values?: unknown[],
    name?: string,
  ): Promise<Row[]>
}

/** A statement that is run by itself or as a part of another. */
export type Statement = { name: string; text: string; values: unknown[] }

export type Postgres = Sql & {
  /** Runs `work` in one transaction: committed when it returns, rolled back when it throws. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>
  /** How busy its connections are; absent where there is no pool. */
  load?(): PoolLoad
  close(): Promise<void>
}

export type PoolLoad = {
  inUse: number
  idle: number
  /** Statements that wait for a connection. */
  waiting: number
}

const INT8 = 20
/** How values come back: shared by all connections. */
export const types = new pg.TypeOverrides()
// Counters and positions stay far below 2^53, so a number is exact and easier to work with.
types.setTypeParser(INT8, (text) => Number(text))

export type PostgresOptions = {
  url: string
  /** Most connections held at once. */
  connectionsMax: number
  applicationName?: string
}

/** Opens a pool on the server at `url`. A fault of an idle connection is reported, not thrown. */
export function openPostgres(
  options: PostgresOptions,
  onIdleError: (error: Error) => void = () => {},
): Postgres {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connectionsMax,
    application_name: options.applicationName ?? 'clientele',
    // A paused worker would otherwise hold its locks for ever.
    idle_in_transaction_session_timeout: 5_000,
    types,
  })
  let isClosing = false
  pool.on('error', (error) => {
    // A server that stops right after us still says so to the connections we are leaving.
    if (!isClosing) onIdleError(error)
  })
  return {
    query: async <Row>(text: string, values?: unknown[], name?: string) =>
      (await pool.query({ text, values, name })).rows as Row[],
    transaction: (work) => inTransaction(pool, work),
    load: () => ({
      inUse: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }),
    close: () => {
      isClosing = true
      return pool.end()
    },
  }
}

async function inTransaction<T>(pool: pg.Pool, work: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  // A server that goes away tells the connection too, not only the query under way: without a
  // listener that would end the process.
  const onError = (error: Error) => {
    broken = error
  }
  client.on('error', onError)
  try {
    await client.query('BEGIN')
    const result = await work({
      query: async <Row>(text: string, values?: unknown[], name?: string) =>
        (await client.query({ text, values, name })).rows as Row[],
    })
    await client.query('COMMIT')
    return result
  } catch (error) {
    // A connection that cannot roll back is thrown away with whatever it still held.
    await client.query('ROLLBACK').catch((rollbackError: Error) => {
      broken = rollbackError
    })
    throw error
  } finally {
    client.off('error', onError)
    client.release(broken)
  }
}

/** What was read has changed under a transaction: run it again. */
export class StaleRead extends Error {
  readonly code = '40001'
}

/** True for faults after which the same transaction may simply be run again. */
export function isRetryable(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return code === '40001' || code === '40P01'
}
