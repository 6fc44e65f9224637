import { type JsonObject, type JsonValue, reserved } from '../collect/index.ts'
import type { Sql } from '../platform/postgres.ts'
import { flatten, typed } from '../profile/index.ts'
import type { EventNames } from './eventSchema.ts'
import { type AskHistory, iso, millis } from './history.ts'
import { isPersonalPath, maskPath } from './masking.ts'
import { labelNames } from './names.ts'
import { eventBody } from './summary.ts'
import { typeName } from './typeName.ts'

const NAMES_MAX = 100
/** The newest events of each name are read to learn its properties. */
const SAMPLES = 50
const VALUES_MAX = 6
const VALUE_CHARACTERS_MAX = 80

type NameRow = { event: string; type: string; count: number; first: number; last: number }

/** The events that have been seen, the most frequent first, with their properties. */
export async function readEventNames(
  { sql, ask }: { sql: Sql; ask: AskHistory },
  question: { workspace: number; reveals: boolean },
): Promise<EventNames> {
  const { workspace, reveals } = question
  const [labels, names] = await Promise.all([
    labelNames(sql, workspace),
    ask<NameRow>(
      `SELECT event, any(type) AS type, count() AS count,
         ${millis('min(time)')} AS first, ${millis('max(time)')} AS last
       FROM event WHERE workspace = {workspace:UInt32} AND event != {own:String}
       GROUP BY event ORDER BY count DESC, event LIMIT {names:UInt32}`,
      { workspace, names: NAMES_MAX, own: reserved.LIST_EVENT },
    ),
  ])
  const samples = await sampleBodies(ask, workspace, names)
  return names.map((row) => ({
    name: row.event,
    type: row.type,
    displayName: labels('event', row.event),
    count: row.count,
    firstAt: iso(row.first),
    lastAt: iso(row.last),
    properties: propertiesIn((samples.get(row.event) ?? []).map(saidIn), reveals).map(
      (property) => ({
        ...property,
        displayName: labels('property', property.path),
      }),
    ),
  }))
}

/** One read in the table's order for each name: the newest few, whatever the table's size. */
async function sampleBodies(
  ask: AskHistory,
  workspace: number,
  names: readonly NameRow[],
): Promise<Map<string, string[]>> {
  if (names.length === 0) return new Map()
  const params: Record<string, unknown> = { workspace, samples: SAMPLES }
  const parts = names.map(({ event }, index) => {
    params[`event${index}`] = event
    return `SELECT * FROM (
      SELECT event, body FROM event
      WHERE workspace = {workspace:UInt32} AND event = {event${index}:String}
      ORDER BY time DESC LIMIT {samples:UInt32})`
  })
  const rows = await ask<{ event: string; body: string }>(parts.join(' UNION ALL '), params)
  const bodies = new Map<string, string[]>()
  for (const { event, body } of rows) bodies.set(event, [...(bodies.get(event) ?? []), body])
  return bodies
}

type Property = { path: string; types: string[]; sampleValues: (string | number | boolean)[] }

/** The properties of an event; of identify and group its traits. */
function saidIn(body: string): JsonObject {
  const { properties, traits } = eventBody(body)
  return Object.keys(properties).length > 0 ? properties : traits
}

/** What the properties of some events, or the attributes of some objects, are. */
export function propertiesIn(bags: readonly JsonObject[], reveals: boolean): Property[] {
  const found = new Map<string, { types: Set<string>; values: Map<JsonValue, number>; n: number }>()
  for (const said of bags) {
    for (const [path, value] of flatten(said)) {
      const read = typed(value)
      if (read === null) continue
      const held = found.get(path) ?? { types: new Set(), values: new Map(), n: 0 }
      found.set(path, held)
      held.n += 1
      held.types.add(typeName(read))
      for (const item of Array.isArray(value) ? value : [value]) {
        held.values.set(item, (held.values.get(item) ?? 0) + 1)
      }
    }
  }
  return [...found]
    .sort(([x, a], [y, b]) => b.n - a.n || (x < y ? -1 : 1))
    .map(([path, { types, values }]) => ({
      path,
      types: [...types],
      sampleValues: samplesOf(path, values, reveals),
    }))
}

function samplesOf(
  path: string,
  values: ReadonlyMap<JsonValue, number>,
  reveals: boolean,
): Property['sampleValues'] {
  if (!reveals && isPersonalPath(path)) return []
  return [...values]
    .sort(([, x], [, y]) => y - x)
    .flatMap(([value]) => scalarSample(reveals ? value : maskPath(path, value)))
    .slice(0, VALUES_MAX)
}

/** A value short enough to be an example; others are left out. */
export function scalarSample(value: unknown): (string | number | boolean)[] {
  if (typeof value === 'number' || typeof value === 'boolean') return [value]
  if (typeof value !== 'string' || value === '') return []
  return value.length > VALUE_CHARACTERS_MAX ? [] : [value]
}
