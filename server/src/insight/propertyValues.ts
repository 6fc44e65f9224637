import { folded } from '../profile/index.ts'
import type { TraitValues } from './eventSchema.ts'
import type { AskHistory } from './history.ts'
import { isPersonalPath, maskPath } from './masking.ts'

const VALUES_MAX = 50
/** The newest events of a name are looked at: what is usual now is in them. */
const EVENTS_MAX = 20_000

/**
 * The usual values of a property in the newest events of a name, the most frequent first, each with
 * the number of these events; of lists their items, and with `[]` in the path what the items say.
 * `q`: the beginning of a value. Who sees personal properties masked is told nothing of them.
 */
export async function readPropertyValues(
  ask: AskHistory,
  question: { workspace: number; event: string; path: string; q: string; reveals: boolean },
): Promise<TraitValues> {
  const { workspace, event, path, q, reveals } = question
  if (!reveals && isPersonalPath(path)) return []
  const [list = '', key] = path.split('[].')
  const params = { workspace, event, list: list.split('.'), key: key ?? '' }
  const rows = await ask<{ item: string; n: number }>(
    `SELECT item, count() AS n FROM (
       SELECT JSONExtractRaw(body, if(type IN ('identify', 'group'), 'traits', 'properties'))
           AS said,
         arrayFold((json, name) -> JSONExtractRaw(json, name), {list:Array(String)}, said) AS whole,
         if(startsWith(whole, '['), JSONExtractArrayRaw(whole), [whole]) AS parts,
         if({key:String} = '', parts,
           arrayMap(part -> JSONExtractRaw(part, {key:String}), parts)) AS items
       FROM (SELECT type, body FROM event
         WHERE workspace = {workspace:UInt32} AND event = {event:String} AND counted
         ORDER BY time DESC LIMIT {events:UInt32}))
     ARRAY JOIN arrayDistinct(items) AS item
     WHERE item NOT IN ('', 'null')
       AND ({q:String} = '' OR startsWith(lowerUTF8(trim(BOTH '"' FROM item)), {lower:String})
         OR startsWith(replaceRegexpAll(
              lowerUTF8(normalizeUTF8NFKD(trim(BOTH '"' FROM item))), '\\\\p{M}+', ''), {q:String}))
     GROUP BY item ORDER BY n DESC, item LIMIT {rows:UInt32}`,
    { ...params, q: folded(q), lower: q.toLowerCase(), rows: VALUES_MAX, events: EVENTS_MAX },
  )
  return rows.flatMap(({ item, n }) => {
    const parsed: unknown = JSON.parse(item)
    const value = reveals ? parsed : maskPath(path, parsed)
    const isScalar = typeof value !== 'object' && value !== ''
    return isScalar ? [{ value: String(value), count: n }] : []
  })
}
