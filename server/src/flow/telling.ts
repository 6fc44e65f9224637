import type { ShardName } from '../platform/log/log.ts'
import type { Sql } from '../platform/postgres.ts'
import type { ToldConsent } from './consented.ts'
import { advanceCursor, lockCursor, type Position } from './cursor.ts'
import { insertVerdict, OUTCOMES, type StoredFacts } from './verdict.ts'
import type { FlowWorld } from './world.ts'

/** Looking for what is to be told takes at most this share of the time. */
const REST_TIMES = 20
const REST_MS_MIN = 1_000

/** Tells history something, if there is something; true when it did. */
export type Teller = (lease: ShardName & Position, limit: number) => Promise<boolean>

/**
 * Tells history what no event says: consents whose identifier somebody has by now, and people whose
 * copies are to be made anew. Each step is a batch of the lane `inner`, like timers, so that the
 * sink follows it in the same way. When there is nothing it looks again only after a while.
 */
export function openTelling(world: FlowWorld): Teller {
  let nextAt = 0
  return async (lease, limit) => {
    const startedAt = performance.now()
    if (startedAt < nextAt) return false
    if (await tell(world, lease, limit)) return true
    const endedAt = performance.now()
    nextAt = endedAt + Math.max(REST_MS_MIN, REST_TIMES * (endedAt - startedAt))
    return false
  }
}

async function tell(
  world: FlowWorld,
  lease: ShardName & Position,
  limit: number,
): Promise<boolean> {
  if (!(await hasNews(world.postgres))) return false
  const position = lease.position + 1
  await world.postgres.transaction(async (sql) => {
    await lockCursor(sql, lease, lease)
    const facts = [...(await takeConsents(sql, limit)), ...(await takeCopies(sql, limit))]
    const outcomes = Buffer.of(OUTCOMES.indexOf('applied'))
    await insertVerdict(sql, { ...lease, first: position, outcomes, facts }, world.clock.now())
    await advanceCursor(sql, lease, position)
  })
  lease.position = position
  return true
}

/** Consents that were said ahead, with the identifier that somebody has by now. */
const HEARD = `consent_ahead AS c JOIN identifier AS i ON i.workspace = c.workspace
       AND i.namespace = split_part(c.identifier, ':', 1)
       AND i.value = substr(c.identifier, strpos(c.identifier, ':') + 1)`

async function hasNews(sql: Sql): Promise<boolean> {
  const [row] = await sql.query<{ any: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM copy_again) OR EXISTS (SELECT 1 FROM ${HEARD}) AS any`,
  )
  return row?.any ?? false
}

const NOTHING = { anchors: [], traits: [], memberships: [], moved: [], devices: [] }

async function takeConsents(sql: Sql, limit: number): Promise<StoredFacts[]> {
  const rows = await sql.query<Omit<ToldConsent, 'at'> & { workspace: number; at: Date }>(
    `WITH heard AS (
       SELECT c.ctid AS place, i.id AS anchor FROM ${HEARD} LIMIT $1 FOR UPDATE OF c)
     DELETE FROM consent_ahead AS c USING heard WHERE c.ctid = heard.place
     RETURNING c.workspace, heard.anchor, c.purpose, c.channel, c.granted, c.at, c.source`,
    [limit],
  )
  return [...Map.groupBy(rows, (row) => row.workspace)].map(([workspace, own]) => {
    const consents = own.map(({ workspace: _, at, ...said }) => ({ ...said, at: at.getTime() }))
    return { ...NOTHING, workspace, consents, profiles: [] }
  })
}

/** The next people of a workspace whose copies are to be made anew. */
async function takeCopies(sql: Sql, limit: number): Promise<StoredFacts[]> {
  const [work] = await sql.query<{ workspace: number; after: string | null }>(
    'SELECT workspace, after FROM copy_again ORDER BY workspace LIMIT 1 FOR UPDATE',
  )
  if (!work) return []
  const { workspace, after } = work
  const rows = await sql.query<{ id: string }>(
    `SELECT id FROM profile WHERE workspace = $1 AND ($2::uuid IS NULL OR id > $2)
     ORDER BY id LIMIT $3`,
    [workspace, after, limit],
  )
  const profiles = rows.map(({ id }) => id)
  const last = profiles.at(-1)
  if (last === undefined) {
    await sql.query('DELETE FROM copy_again WHERE workspace = $1', [workspace])
    return []
  }
  await sql.query('UPDATE copy_again SET after = $2 WHERE workspace = $1', [workspace, last])
  return [{ ...NOTHING, workspace, profiles }]
}
