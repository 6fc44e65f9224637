import type { Deps } from '../platform/deps.ts'
import { Problem } from '../platform/errors.ts'
import { type Log, LogOverloaded } from '../platform/log/log.ts'
import type { Sql } from '../platform/postgres.ts'
import type { JsonValue } from './event.ts'
import { reserved } from './reserved.ts'

/**
 * How the program itself tells of people: as events of its own, on the bulk lane, so that identity,
 * history, segments and rebuilds work as for everything that was told. See ADR 8.
 */

/** What is told at once, under an id that no other telling has. */
export type Telling = {
  id: string
  workspace: number
  /** Event time, epoch ms. */
  at: number
  /** Number of the source that tells it; see `ownSource`. */
  source: number
}

/** One of somebody's identifiers, and what his reserved traits are from now on. */
export type OwnEvent = {
  identifier: { namespace: string; value: string }
  traits: Record<string, JsonValue>
}

const BATCH_EVENTS = 500
/** A log that is full is asked again so often, a second apart, before the caller is told. */
const FULL_RETRIES = 30

type Store = Pick<Deps, 'postgres' | 'clock' | 'newId'>

/** The source of what the program itself tells: one a workspace, whose key opens nothing. */
export async function ownSource(
  sql: Sql,
  workspace: number,
  { clock, newId }: Store,
): Promise<number> {
  const id = newId()
  await sql.query(
    `INSERT INTO source (workspace, public_id, name, kind, write_key, created_at)
     VALUES ($1, $2, 'Lists', 'list', $3, $4)
     ON CONFLICT (workspace) WHERE kind = 'list' DO NOTHING`,
    [workspace, id, `none-${id}`, new Date(clock.now())],
  )
  const [row] = await sql.query<{ id: number }>(
    `SELECT id FROM source WHERE workspace = $1 AND kind = 'list'`,
    [workspace],
  )
  if (!row) throw new Error('The source of what the program tells was not made.')
  return row.id
}

/** Tells the log of people; `onTold` hears how many of them are durable, again and again. */
export async function tellOwn(
  { deps, log }: { deps: Pick<Deps, 'clock'>; log: Pick<Log, 'append'> },
  telling: Telling,
  events: AsyncIterable<OwnEvent> | Iterable<OwnEvent>,
  onTold: (count: number) => void,
): Promise<void> {
  let told = 0
  let batch: object[] = []
  const flush = async () => {
    if (batch.length === 0) return
    await append(log, { telling, batch, receivedAt: deps.clock.now() })
    told += batch.length
    batch = []
    onTold(told)
  }
  try {
    for await (const event of events) {
      batch.push(messageOf(event, telling, told + batch.length))
      if (batch.length === BATCH_EVENTS) await flush()
    }
  } finally {
    // Of a list that breaks off, what came before is taken.
    await flush()
  }
}

function messageOf({ identifier, traits }: OwnEvent, telling: Telling, index: number): object {
  const { namespace, value } = identifier
  return {
    type: 'identify',
    messageId: `list-${telling.id}-${index}`,
    timestamp: new Date(telling.at).toISOString(),
    traits,
    context: {
      externalIds: [{ id: value, type: namespace, collection: 'users', encoding: 'none' }],
    },
  }
}

async function append(
  log: Pick<Log, 'append'>,
  told: { telling: Telling; batch: readonly object[]; receivedAt: number },
): Promise<void> {
  const { telling, batch, receivedAt } = told
  const { workspace, source, id } = telling
  const facts = { ...reserved.OWN, lane: 'bulk' }
  const header = { workspace, kind: 'request' as const, source, receivedAt, count: batch.length }
  const body = Buffer.from(JSON.stringify({ batch }))
  const request = { lane: 'bulk' as const, shardKey: `${workspace}:${id}` }
  for (let attempt = 0; ; attempt += 1) {
    try {
      await log.append({ ...request, entry: { header: { ...header, facts }, body } })
      return
    } catch (error) {
      if (!(error instanceof LogOverloaded)) throw error
      if (attempt === FULL_RETRIES) {
        const detail = `${error.message} What was taken stays; the same again adds the rest.`
        throw new Problem(429, { code: 'overloaded', detail, cause: error })
      }
      await new Promise((resolve) => setTimeout(resolve, error.retryAfterSeconds * 1_000))
    }
  }
}
