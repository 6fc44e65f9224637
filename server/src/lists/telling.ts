import { reserved } from '../collect/index.ts'
import type { Deps } from '../platform/deps.ts'
import { Problem } from '../platform/errors.ts'
import { type Log, LogOverloaded } from '../platform/log/log.ts'
import type { Sql } from '../platform/postgres.ts'
import type { Identifier } from '../resolve/index.ts'
import type { ListRow } from './lists.ts'

/** How a change of a list enters the log: as events of the program's own, on the bulk lane. */

export type Change = {
  id: string
  workspace: number
  list: ListRow
  kind: 'added' | 'removed'
  /** Event time, epoch ms. */
  at: number
  /** Number of the source that tells it. */
  source: number
}

const BATCH_EVENTS = 500
/** A log that is full is asked again so often, a second apart, before the caller is told. */
const FULL_RETRIES = 30

type Store = Pick<Deps, 'postgres' | 'clock' | 'newId'>

/** Begins a change: gives it a time later than that of every change of the list before. */
export async function beginChange(
  deps: Store,
  workspace: number,
  { list, kind }: Pick<Change, 'list' | 'kind'>,
): Promise<Change> {
  const [row] = await deps.postgres.query<{ changed_at: Date }>(
    `UPDATE list SET changed_at = greatest($2, changed_at + interval '1 millisecond')
     WHERE id = $1 RETURNING changed_at`,
    [list.id, new Date(deps.clock.now())],
  )
  const at = row?.changed_at.getTime() ?? deps.clock.now()
  const source = await sourceOf(deps.postgres, workspace, deps)
  return { id: deps.newId(), workspace, list, kind, at, source }
}

async function sourceOf(sql: Sql, workspace: number, { clock, newId }: Store): Promise<number> {
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
  if (!row) throw new Error('The source of lists was not made.')
  return row.id
}

/** Tells the log of people; `onTold` hears how many of them are durable, again and again. */
export async function tell(
  { deps, log }: { deps: Pick<Deps, 'clock'>; log: Pick<Log, 'append'> },
  change: Change,
  identifiers: AsyncIterable<Identifier> | Iterable<Identifier>,
  onTold: (count: number) => void,
): Promise<void> {
  let told = 0
  let batch: object[] = []
  const flush = async () => {
    if (batch.length === 0) return
    await append(log, { change, batch, receivedAt: deps.clock.now() })
    told += batch.length
    batch = []
    onTold(told)
  }
  try {
    for await (const identifier of identifiers) {
      batch.push(messageOf(identifier, change, told + batch.length))
      if (batch.length === BATCH_EVENTS) await flush()
    }
  } finally {
    // Of a file that breaks off, what came before is taken.
    await flush()
  }
}

function messageOf({ namespace, value }: Identifier, change: Change, index: number): object {
  return {
    type: 'identify',
    messageId: `list-${change.id}-${index}`,
    timestamp: new Date(change.at).toISOString(),
    traits: { [reserved.listTrait(change.list.public_id)]: change.kind === 'added' ? true : null },
    context: {
      externalIds: [{ id: value, type: namespace, collection: 'users', encoding: 'none' }],
    },
  }
}

async function append(
  log: Pick<Log, 'append'>,
  told: { change: Change; batch: readonly object[]; receivedAt: number },
): Promise<void> {
  const { change, batch, receivedAt } = told
  const { workspace, source, id } = change
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
        const detail = `${error.message} What was taken stays; the same file again adds the rest.`
        throw new Problem(429, { code: 'overloaded', detail, cause: error })
      }
      await new Promise((resolve) => setTimeout(resolve, error.retryAfterSeconds * 1_000))
    }
  }
}
