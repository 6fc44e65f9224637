import { ownSource, reserved, type Telling, tellOwn } from '../collect/index.ts'
import type { Deps } from '../platform/deps.ts'
import type { Log } from '../platform/log/log.ts'
import type { Identifier } from '../resolve/index.ts'
import type { ListRow } from './lists.ts'

/** How a change of a list enters the log: as events of the program's own, on the bulk lane. */

export type Change = Telling & { list: ListRow; kind: 'added' | 'removed' }

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
  const source = await ownSource(deps.postgres, workspace, deps)
  return { id: deps.newId(), workspace, list, kind, at, source }
}

/** Tells the log of people; `onTold` hears how many of them are durable, again and again. */
export async function tell(
  tools: { deps: Pick<Deps, 'clock'>; log: Pick<Log, 'append'> },
  change: Change,
  identifiers: AsyncIterable<Identifier> | Iterable<Identifier>,
  onTold: (count: number) => void,
): Promise<void> {
  const traits = {
    [reserved.listTrait(change.list.public_id)]: change.kind === 'added' ? true : null,
  }
  const events = async function* () {
    for await (const identifier of identifiers) yield { identifier, traits }
  }
  await tellOwn(tools, change, events(), onTold)
}
