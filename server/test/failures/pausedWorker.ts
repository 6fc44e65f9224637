/**
 * A flow process that is paused while it works, and wakes up when another has taken over. One test
 * of it, for as long a pause as is wanted. PostgreSQL has ended its transaction by then, so it has
 * nothing left to commit; that an old epoch writes nothing, wherever it was paused, is shown in
 * `test/leases.test.ts`.
 */
import { expect } from 'vitest'
import { openHouse } from '../childProgram.ts'
import { openTestDatabase } from '../engines.ts'
import {
  clickhouseOf,
  expectExactlyOnce,
  houseEnv,
  type Load,
  pause,
  startLoad,
  startOn,
  until,
} from './place.ts'

const SHARDS = 5

/** Two flow processes and a load; the one that works is stopped for `pauseMs` in a transaction. */
export async function pauseWorker(pauseMs: number): Promise<void> {
  const database = await openTestDatabase()
  const addresses = { postgresUrl: database.postgresUrl, clickhouse: clickhouseOf(database) }
  const env = { ...houseEnv(addresses), ROLES: 'flow' }
  const [first, second] = await Promise.all([openHouse(env), openHouse(env)])
  const door = await startOn({ addresses, env: { ROLES: 'collect,api' } })
  const { postgres } = database
  /** How many shards each process holds. */
  const owners = async () => {
    const rows = await postgres.query<{ owner: string; n: number }>(
      'SELECT owner, count(*) AS n FROM flow_cursor WHERE owner IS NOT NULL GROUP BY owner',
    )
    return new Map(rows.map((row) => [row.owner, row.n]))
  }
  /** How many positions of each live shard have a verdict. */
  const applied = async () => {
    const rows = await postgres.query<{ n: number }>(
      `SELECT coalesce(sum(v.count), 0)::bigint AS n FROM flow_cursor c
       LEFT JOIN verdict v USING (lane, shard) WHERE lane = 'live' GROUP BY shard ORDER BY shard`,
    )
    return rows.map(({ n }) => n)
  }
  let load: Load | null = null
  try {
    await first.start()
    await until(
      'the first has all shards',
      async () => [...(await owners()).values()][0] === SHARDS,
    )
    const [old] = [...(await owners()).keys()]
    load = startLoad(door.client, 'paused', { senders: 6 })
    await stopInTransaction(first, postgres)
    const pausedAt = performance.now()
    await second.start()
    await until('the second has taken over', async () => {
      const held = await owners()
      return !held.has(old ?? '') && [...held.values()][0] === SHARDS
    })
    const before = await applied()
    await until(
      'the second applies events of each shard, the one of that transaction too',
      async () => (await applied()).every((n, shard) => n > (before[shard] ?? 0) + 20),
    )
    while (performance.now() - pausedAt < pauseMs) await pause(100)
    const epochs = await postgres.query('SELECT lane, shard, epoch FROM flow_cursor ORDER BY 1, 2')
    first.signal('SIGCONT')
    await until('the first has its share again', async () => (await owners()).size === 2)
    await load.stop()
    await until('all is applied', async () => {
      const [row] = await postgres.query<{ behind: number }>(
        `SELECT sum(h.next - 1 - c.position)::bigint AS behind
         FROM log_head h JOIN flow_cursor c USING (lane, shard) WHERE lane = 'live'`,
      )
      return row?.behind === 0
    })
    // The transaction that it was in had been ended, and it works under new leases.
    const after = await postgres.query('SELECT lane, shard, epoch FROM flow_cursor ORDER BY 1, 2')
    expect(after).not.toEqual(epochs)
    expect(first.said()).toMatch(/no longer at the position|batch of the flow failed/)
    await expectExactlyOnce(postgres, load)
  } finally {
    await load?.abandon()
    first.signal('SIGCONT')
    await Promise.all([first.close(), second.close()])
    await door.close()
    await database.close()
  }
}

/** Stops the process at a moment at which it has a transaction open: in the middle of its work. */
async function stopInTransaction(
  house: Awaited<ReturnType<typeof openHouse>>,
  postgres: Awaited<ReturnType<typeof openTestDatabase>>['postgres'],
): Promise<void> {
  const isInside = async () => {
    const rows = await postgres.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database()
       AND state = 'idle in transaction' AND query LIKE '%flow_cursor%FOR UPDATE%'
       OR state = 'idle in transaction' AND query ~ 'dedup|identifier|profile|verdict'`,
    )
    return rows.length > 0
  }
  for (let attempt = 0; attempt < 300; attempt += 1) {
    house.signal('SIGSTOP')
    // The server has answered what it was asked; an open transaction now waits for the process.
    await pause(30)
    if (await isInside()) return
    house.signal('SIGCONT')
    await pause(7)
  }
  throw new Error('The flow was never met in the middle of a batch.')
}
