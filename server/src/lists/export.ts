import { reserved } from '../collect/index.ts'
import type { Actor } from '../platform/api.ts'
import { csvLine } from '../platform/csv.ts'
import type { Deps } from '../platform/deps.ts'
import { maskIdentifier, may } from '../workspace/index.ts'

const PAGE = 5_000
const FIRST = '00000000-0000-0000-0000-000000000000'
const NAMESPACES = ['user_id', 'email', 'phone']

/** The people on a list as lines of a CSV file, their identifiers masked for who must not see. */
export async function* listLines(
  { clickhouse }: Pick<Deps, 'clickhouse'>,
  actor: Actor,
  list: string,
): AsyncGenerator<string> {
  yield csvLine(['profile', ...NAMESPACES, 'other'])
  const reveals = may(actor, 'profiles:reveal')
  const params = { workspace: actor.workspace, trait: reserved.listTrait(list), rows: PAGE }
  for (let after = FIRST; ; ) {
    const rows = await clickhouse.query<{ id: string; identifiers: string[] }>(
      `SELECT profile AS id, identifiers FROM profile_current FINAL
       WHERE workspace = {workspace:UInt32} AND kind = 'person' AND boolean[{trait:String}]
         AND profile > {after:UUID} ORDER BY profile LIMIT {rows:UInt32}`,
      { ...params, after },
    )
    for (const { id, identifiers } of rows) yield csvLine([id, ...cellsOf(identifiers, reveals)])
    const last = rows.at(-1)
    if (!last || rows.length < PAGE) return
    after = last.id
  }
}

function cellsOf(identifiers: readonly string[], reveals: boolean): string[] {
  const parts = identifiers.map((text) => {
    const colon = text.indexOf(':')
    const [namespace, value] = [text.slice(0, colon), text.slice(colon + 1)]
    return { namespace, value: reveals ? value : maskIdentifier(namespace, value) }
  })
  const values = (namespace: string) =>
    parts.flatMap((one) => (one.namespace === namespace ? [one.value] : []))
  const others = parts.filter(({ namespace }) => !NAMESPACES.includes(namespace))
  return [
    ...NAMESPACES.map((namespace) => values(namespace).join(' ')),
    others.map(({ namespace, value }) => `${namespace}:${value}`).join(' '),
  ]
}
