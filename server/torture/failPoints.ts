/**
 * Places at which the program kills itself, wrapped around what it opens: the product knows nothing
 * of them. A statement is known by its text; a point is a statement and a moment beside it.
 */
import type { ClickHouse } from '../src/platform/clickhouse.ts'
import type { Log } from '../src/platform/log/log.ts'
import type { Postgres, Sql } from '../src/platform/postgres.ts'
import type { Around } from '../src/program.ts'

/** Statements that are watched; the first that fits counts. */
const STATEMENTS: Record<string, (text: string, values: unknown[]) => boolean> = {
  append: (text) => text.includes('INSERT INTO log_block'),
  flow: (text, values) => text.includes('flow_cursor SET position') && values[0] !== 'inner',
  timers: (text, values) => text.includes('flow_cursor SET position') && values[0] === 'inner',
  promise: (text) => text.includes('sink_cursor SET pending_to ='),
  sunk: (text) => text.includes('sink_cursor SET position'),
  fanOut: (text) => text.includes('INSERT INTO delivery ('),
  claim: (text) => text.includes('UPDATE delivery SET attempts'),
  record: (text) => text.includes('INSERT INTO delivery_attempt'),
  presence: (text) => text.includes('INSERT INTO process'),
  lease: (text) => text.includes('flow_cursor SET epoch'),
}

/** A named point. */
export type FailPoint = {
  name: string
  /** What is interrupted there. */
  says: string
  /** The processes that come by it: each with a flow, or only the one at the front. */
  role: 'flow' | 'front'
  /** Times that it may pass by before it kills. */
  hitsMax: number
  /** Come by only while a process starts. */
  atStart?: true
}

const point = (name: string, says: string, more: Partial<FailPoint> = {}): FailPoint => ({
  name,
  says,
  role: 'flow',
  hitsMax: 4,
  ...more,
})

const front = { role: 'front' } as const
const seldom = { hitsMax: 2 }

/** The named points. */
export const FAIL_POINTS: readonly FailPoint[] = [
  point('append:before', 'requests wait for a block that is not written', front),
  point('append:under-way', 'a block is on its way to PostgreSQL, its answer lost', front),
  point('append:before-answer', 'a block is durable, its senders are not answered', front),
  point('flow:before', 'a batch is applied, its position not moved'),
  point('flow:after', 'the position is moved, the batch not committed'),
  point('flow:during-commit', 'the commit of a batch is sent, its answer lost'),
  point('flow:after-commit', 'a batch is committed, the worker does not know'),
  point('timers:after', 'timers have fired, not committed', seldom),
  point('timers:after-commit', 'timers have fired and are committed', seldom),
  point('promise:after', 'the sink has promised a range, and written nothing', seldom),
  point('history:during-insert', 'rows are on their way to ClickHouse', seldom),
  point('history:after-insert', 'some rows are in ClickHouse', seldom),
  point('sunk:before', 'all rows are in ClickHouse, the position not moved', seldom),
  point('sunk:after', 'the sink has moved its position', seldom),
  point('fanOut:before-commit', 'deliveries are made, not committed', { ...front, hitsMax: 3 }),
  point('claim:after-commit', 'a delivery is claimed, not sent', { ...front, hitsMax: 3 }),
  point('record:before', 'a message is sent, not recorded', { ...front, hitsMax: 5 }),
  point('record:after', 'a message is sent and recorded', { ...front, hitsMax: 5 }),
  point('presence:after', 'a process has only just said that it is there', { hitsMax: 1 }),
  point('lease:after', 'a shard has been taken, and nothing done with it', {
    hitsMax: 3,
    atStart: true,
  }),
]

/** Not one of the list: it can be come by only while the databases are still empty. */
export const DURING_MIGRATION = 'migration:during'

export type Death = {
  /** Kills the process at the `hits`-th time from now that it comes by the point. */
  arm(name: string, hits: number): void
  around: Required<Around>
}

/** Watches every point; nothing happens at any before one is armed. */
export function openDeath(): Death {
  let armed: { name: string; left: number } | null = null
  const isReached = (moment: string) => {
    if (armed?.name !== moment) return false
    armed.left -= 1
    return armed.left === 0
  }
  const reach = (moment: string) => {
    if (isReached(moment)) die()
  }
  /** Once what was asked for is on its way. */
  const reachSoon = (moment: string) => {
    if (isReached(moment)) setImmediate(die)
  }
  const watched = (sql: Sql, seen: Set<string>): Sql => ({
    query: async <Row>(text: string, values: unknown[] = []) => {
      const found = Object.entries(STATEMENTS).find(([, fits]) => fits(text, values))?.[0]
      if (found === undefined) return sql.query<Row>(text, values)
      seen.add(found)
      reach(`${found}:before`)
      const asked = sql.query<Row>(text, values)
      reachSoon(`${found}:under-way`)
      const rows = await asked
      reach(`${found}:after`)
      return rows
    },
  })
  const dyingLog = (bare: Log): Log => ({
    ...bare,
    append: async (request) => {
      const place = await bare.append(request)
      reach('append:before-answer')
      return place
    },
  })
  return {
    arm: (name, hits) => {
      armed = { name, left: hits }
    },
    around: {
      postgres: (bare) => dyingPostgres(bare, { watched, reach, reachSoon }),
      clickhouse: (bare) => dyingClickHouse(bare, { reach, reachSoon }),
      log: dyingLog,
    },
  }
}

type Moments = { reach(moment: string): void; reachSoon(moment: string): void }

function dyingPostgres(
  bare: Postgres,
  { watched, reach, reachSoon }: Moments & { watched(sql: Sql, seen: Set<string>): Sql },
): Postgres {
  return {
    ...bare,
    query: watched(bare, new Set()).query,
    transaction: async (work) => {
      const seen = new Set<string>()
      const result = await bare.transaction(async (sql) => {
        const made = await work(watched(sql, seen))
        for (const found of seen) {
          reach(`${found}:before-commit`)
          reachSoon(`${found}:during-commit`)
        }
        return made
      })
      for (const found of seen) reach(`${found}:after-commit`)
      return result
    },
  }
}

function dyingClickHouse(bare: ClickHouse, { reach, reachSoon }: Moments): ClickHouse {
  return {
    ...bare,
    insert: async (table, rows, options) => {
      reachSoon('history:during-insert')
      await bare.insert(table, rows, options)
      reach('history:after-insert')
    },
  }
}

/** `kill -9` of this process: nothing after it runs. */
export function die(): never {
  for (;;) process.kill(process.pid, 'SIGKILL')
}
