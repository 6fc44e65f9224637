import { type EventType, type JsonObject, objectsOf } from '../collect/index.ts'
import type { ClickHouse } from '../platform/clickhouse.ts'
import { type EventPlace, objectRows } from './rows.ts'

/**
 * Events from before objects were read have no rows of what they say of objects. A rebuild, which
 * reads the log anew, gives people the objects of those events too: this gives them to ClickHouse,
 * from the events that it has, by the same reading. What has its rows is left as it is, so that it
 * may be cut short and run again. No sink may be at work.
 */
export async function tellOldObjects(clickhouse: ClickHouse): Promise<number> {
  let told = 0
  for (let after = BEGINNING; ; ) {
    const rows = await silentAfter(clickhouse, after)
    const last = rows.at(-1)
    if (!last) return told
    const said = rows.flatMap(({ type, properties, ...place }) =>
      objectRows(place, objectsOf(type, JSON.parse(properties) as JsonObject, new Set())),
    )
    await clickhouse.insert('object_said', said)
    told += said.length
    after = last
  }
}

type Place = Pick<EventPlace, 'lane' | 'shard' | 'position'>

/** Before the first position of the first lane. */
const BEGINNING: Place = { lane: 'bulk', shard: 0, position: 0 }
/** Events whose bodies are read at once. */
const PAGE = 5_000

type Silent = EventPlace & { type: EventType; properties: string }

/** Counted events that name an object, in the order of the log, of which no row tells one. */
async function silentAfter(clickhouse: ClickHouse, after: Place): Promise<Silent[]> {
  const { lane, shard, position } = after
  return clickhouse.query<Silent>(
    `SELECT e.workspace AS workspace, toString(e.lane) AS lane, e.shard AS shard,
       e.position AS position, toString(e.anchor) AS anchor, e.hash AS hash,
       toUnixTimestamp64Milli(e.time) AS time, toString(e.type) AS type,
       JSONExtractRaw(e.body, 'properties') AS properties
     FROM event AS e
     WHERE e.counted AND e.body LIKE '%"object":%' AND JSONHas(e.body, 'properties', 'object')
       AND (toString(e.lane), e.shard, e.position)
         > ({lane:String}, {shard:UInt8}, {position:UInt64})
       AND (toString(e.lane), e.shard, e.position)
         NOT IN (SELECT toString(lane), shard, position FROM object_said)
     ORDER BY toString(e.lane), e.shard, e.position LIMIT ${PAGE}`,
    { lane, shard, position },
    { lane: 'heavy' },
  )
}
