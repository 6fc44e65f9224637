import type { Logger } from 'pino'
import type { Clock } from '../platform/clock.ts'
import { DAY_MS } from '../platform/durations.ts'
import { describeError } from '../platform/httpErrors.ts'
import type { Log, ShardName } from '../platform/log/log.ts'
import type { Postgres } from '../platform/postgres.ts'

/** The log is a buffer of days: blocks older than this belong into the archive. */
export const LOG_DAYS = 7
const EVERY_MS = 10 * 60 * 1000

export type TrimDeps = { postgres: Postgres; log: Log; clock: Clock; logger: Logger }

/** `isLeader`: of several processes one moves the blocks. */
export type TrimmerDeps = TrimDeps & { isLeader(): boolean }

export type Trimmer = { stop(): Promise<void> }

/** Moves old blocks to the archive every few minutes, until it is stopped. */
export function startTrimmer(deps: TrimmerDeps): Trimmer {
  let running: Promise<void> = Promise.resolve()
  const round = async () => {
    if (!deps.isLeader()) return
    try {
      await trimLog(deps)
    } catch (error) {
      // A block leaves the log only when the archive has it: the next round goes on from here.
      deps.logger.warn(
        describeError(error),
        'Old blocks of the log could not be archived for now; they are kept and tried again',
      )
    }
  }
  const timer = setInterval(() => {
    running = running.then(round)
  }, EVERY_MS)
  timer.unref()
  return {
    stop: async () => {
      clearInterval(timer)
      await running
    },
  }
}

/**
 * Archives blocks that are older than `LOG_DAYS` and that flow and sink have both passed, and
 * deletes verdicts as old that the sink has followed.
 */
export async function trimLog({ postgres, log, clock }: TrimDeps): Promise<void> {
  const before = new Date(clock.now() - LOG_DAYS * DAY_MS)
  const shards = await postgres.query<ShardName & { passed: number }>(
    `SELECT lane, shard, least(f.position, s.position) AS passed
     FROM flow_cursor f JOIN sink_cursor s USING (lane, shard)`,
  )
  for (const { lane, shard, passed } of shards) {
    if (passed > 0) await log.trim({ lane, shard }, passed, before)
  }
  await postgres.query(
    `DELETE FROM verdict USING sink_cursor s
     WHERE verdict.lane = s.lane AND verdict.shard = s.shard
       AND verdict.first + verdict.count - 1 <= s.position AND verdict.committed_at < $1`,
    [before],
  )
  await dropOldPartitions(postgres, clock.now())
}

/**
 * Drops the partitions of dedup in which no message can be found any more. A day's own messages
 * arrive within 28 days and are remembered for 28 more; a week of arrivals is asked for four weeks.
 */
async function dropOldPartitions(postgres: Postgres, now: number): Promise<void> {
  const rows = await postgres.query<{ name: string; parent: string }>(
    `SELECT child.relname AS name, parent.relname AS parent
     FROM pg_inherits
     JOIN pg_class child ON child.oid = inhrelid
     JOIN pg_class parent ON parent.oid = inhparent
     WHERE parent.relname IN ('dedup', 'dedup_arrival') AND child.relnamespace = parent.relnamespace
       AND pg_table_is_visible(child.oid)`,
  )
  for (const { name, parent } of rows) {
    const [, year, month, day] = /_(\d{4})(\d{2})(\d{2})$/.exec(name) ?? []
    const age = now - Date.UTC(Number(year), Number(month) - 1, Number(day))
    // The name matched the pattern of the partitions that the flow makes, and nothing else does.
    if (age > DEDUP_DAYS[parent as keyof typeof DEDUP_DAYS] * DAY_MS) {
      await dropUnlessRead(postgres, name)
    }
  }
}

/**
 * Dropping waits for whoever reads the table, such as a backup, and everybody else waits behind it:
 * it gives up after a moment, and is tried again the next time.
 */
async function dropUnlessRead(postgres: Postgres, name: string): Promise<void> {
  try {
    await postgres.transaction(async (sql) => {
      await sql.query("SET LOCAL lock_timeout = '1s'")
      await sql.query(`DROP TABLE ${name}`)
    })
  } catch (error) {
    if ((error as { code?: unknown }).code !== LOCK_NOT_AVAILABLE) throw error
  }
}

const LOCK_NOT_AVAILABLE = '55P03'

/** Days after which a partition is dropped. */
const DEDUP_DAYS = { dedup: 28 + 28 + 2, dedup_arrival: 5 * 7 + 7 }
