import type { House } from './house.ts'

const POLL_MS = 200
/** A lease on a delivery of a killed process ends after 30 s: nothing else waits for so long. */
const STANDSTILL_MS = 40_000
const PATIENCE_MS = 15 * 60_000

type Waiting = { what: string; n: number }

/**
 * Waits until everything that was acknowledged is applied, due timers have fired, messages are
 * delivered and the history has it all. What stands still instead is told in sentences.
 */
export async function settled(house: House): Promise<string[]> {
  const startedAt = performance.now()
  let last = ''
  let movedAt = startedAt
  for (;;) {
    const waiting = await readWaiting(house)
    if (waiting.length === 0) return []
    const text = JSON.stringify(waiting)
    const now = performance.now()
    if (text !== last) movedAt = now
    last = text
    if (now - movedAt > STANDSTILL_MS || now - startedAt > PATIENCE_MS) {
      return [
        ...waiting.map(({ what, n }) => `It came to a standstill: ${n} ${what}.`),
        ...(await readStanding(house)),
      ]
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

async function readWaiting({ postgres }: House): Promise<Waiting[]> {
  const rows = await postgres.query<Waiting>(
    `SELECT 'events of the log not applied (' || lane || ':' || shard || ')' AS what,
       next - 1 - position AS n
     FROM log_head JOIN flow_cursor USING (lane, shard)
     WHERE lane <> 'inner' AND position < next - 1
     UNION ALL
     SELECT 'positions not in the history (' || lane || ':' || shard || ')',
       f.position - s.position
     FROM flow_cursor f JOIN sink_cursor s USING (lane, shard) WHERE s.position < f.position
     UNION ALL
     SELECT 'timers overdue', count(*) FROM timer WHERE due < now() HAVING count(*) > 0
     UNION ALL
     SELECT 'transitions not fanned out', count(*) FROM outbox HAVING count(*) > 0
     UNION ALL
     SELECT 'deliveries not sent', count(*) FROM delivery
     WHERE state IN ('waiting', 'retrying') HAVING count(*) > 0`,
  )
  return rows
}

/** Who has the shards, and what the sessions of PostgreSQL are at: why nothing moves. */
async function readStanding({ postgres }: House): Promise<string[]> {
  const rows = await postgres.query<{ line: string }>(
    `SELECT format('%s:%s at %s, epoch %s, belongs to %s, seen %s s ago', lane, shard, position,
       epoch, coalesce(owner::text, 'nobody'),
       coalesce(round(extract(epoch FROM now() - seen_at), 1)::text, 'never')) AS line
     FROM flow_cursor LEFT JOIN process ON process.id = owner
     UNION ALL
     SELECT format('session %s, %s for %s s, waits for %s, blocked by %s: %s', pid, state,
       round(extract(epoch FROM now() - state_change), 1), coalesce(wait_event, 'nothing'),
       pg_blocking_pids(pid)::text, left(regexp_replace(query, '[[:space:]]+', ' ', 'g'), 120))
     FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'`,
  )
  return rows.map(({ line }) => line)
}
