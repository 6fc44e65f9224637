import type { Sql } from '../platform/postgres.ts'
import { propertiesIn } from './eventNames.ts'
import type { AskHistory } from './history.ts'
import { labelNames } from './names.ts'
import type { ObjectTypes } from './objectSchema.ts'

const TYPES_MAX = 100
/** What was said last of each type is read to learn its attributes. */
const SAMPLES = 50

/** The types of objects that have been named, the most frequent first, with their attributes. */
export async function readObjectTypes(
  { sql, ask }: { sql: Sql; ask: AskHistory },
  question: { workspace: number; reveals: boolean },
): Promise<ObjectTypes> {
  const { workspace, reveals } = question
  const [labels, types, samples] = await Promise.all([
    labelNames(sql, workspace),
    ask<{ type: string; objects: number }>(
      `SELECT type, uniq(id) AS objects FROM object_said WHERE workspace = {workspace:UInt32}
       GROUP BY type ORDER BY objects DESC, type LIMIT {types:UInt32}`,
      { workspace, types: TYPES_MAX },
    ),
    ask<{ type: string; raw: Record<string, string> }>(
      `SELECT type, raw FROM object_said WHERE workspace = {workspace:UInt32}
       ORDER BY time DESC LIMIT {samples:UInt32} BY type`,
      { workspace, samples: SAMPLES },
    ),
  ])
  const said = Map.groupBy(samples, (row) => row.type)
  return types.map(({ type, objects }) => {
    const told = (said.get(type) ?? []).map(({ raw }) => {
      return Object.fromEntries(Object.entries(raw).map(([path, json]) => [path, JSON.parse(json)]))
    })
    const attributes = propertiesIn(told, reveals).map((one) => ({
      ...one,
      displayName: labels('property', one.path),
    }))
    return { type, displayName: labels('object', type), objects, attributes }
  })
}
