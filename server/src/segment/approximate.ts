import type { ClickHouse } from '../platform/clickhouse.ts'
import { isItemPath, OBJECTS_MAX } from '../profile/index.ts'
import type { Names, StreamNeed } from './answer.ts'
import type { Calendar } from './calendar.ts'
import { eventConditions, peopleSql, rowsSql, spanConditions } from './eventStreams.ts'
import { kindOf, tree } from './kinds/index.ts'
import { ENTRIES_MAX } from './measure.ts'
import { pathAt } from './operators/index.ts'
import { spanOf } from './period.ts'
import type { Rule } from './rule.ts'
import { SqlBuilder } from './sqlBuilder.ts'
import { storedStream } from './streams.ts'

/**
 * Which conditions a person's document cannot answer exactly, because more took place than it
 * keeps. History has all of it, so history tells for how many people that is so.
 */

/** A condition, and for how many people its live answer is of what is kept alone. */
export type Approximate = { path: string; rule: Rule; keeps: Keeps; people: number }

type Keeps = 'events' | 'objects'

/** `sql`: that more took place than is kept, over a row `p`. */
type Capped = Omit<Approximate, 'people'> & { sql: string }

/** The most that is kept of each: the newest events, the objects that were named last. */
const KEPT: Record<Keeps, number> = { events: ENTRIES_MAX, objects: OBJECTS_MAX }

/**
 * The conditions of a rule that can be approximate. Where one asks by the time zone of each person,
 * the workspace's is taken here: this is about a thousand events, not about hours.
 */
export function cappedIn(rule: Rule, builder: SqlBuilder, path = ''): Capped[] {
  const children = kindOf(rule)?.children(rule) ?? []
  if (children.length > 0) {
    return children.flatMap((child) => {
      return cappedIn(child.rule as Rule, builder, `${path}/${child.path}`)
    })
  }
  const { streams, objects = [] } = tree.needs(rule)
  const events = streams.flatMap((need) => passesEvents(need, builder) ?? [])
  const types = objects.map((type) => passesObjects(type, builder))
  return [
    ...(events.length > 0
      ? [{ path, rule, keeps: 'events' as const, sql: `(${events.join(' OR ')})` }]
      : []),
    ...(types.length > 0
      ? [{ path, rule, keeps: 'objects' as const, sql: `(${types.join(' OR ')})` }]
      : []),
  ]
}

/** That more entries than are kept lie in what is asked of a stream; null: that is no matter. */
function passesEvents({ key, since }: StreamNeed, builder: SqlBuilder): string | null {
  if (since === 'newest') return null
  const { value, period, ...events } = storedStream(key)
  const { calendar, now } = builder
  const kept = spanOf(period, now, calendar)
  const from = Math.max(kept.from, spanOf(since, now, calendar).from)
  const span = spanConditions({ from, to: kept.to }, builder)
  const rows = builder.nameRows(rowsSql([...eventConditions(events, builder), ...span]))
  // The items of a list are entries of their own.
  const entries =
    value !== null && isItemPath(value)
      ? `sumIf(greatest(1, length(${pathAt('e', value, builder).items()})), ${rows})`
      : `countIf(${rows})`
  return builder.askEvents(rows, `${entries} > ${ENTRIES_MAX}`)
}

function passesObjects(type: string, builder: SqlBuilder): string {
  const rows = [
    `e.workspace = ${builder.bind('UInt32', builder.workspace)}`,
    `e.type = ${builder.text(type)}`,
  ]
  return (
    `(p.profile IN (SELECT profile FROM object_of_profile AS e WHERE ${rows.join(' AND ')} ` +
    `GROUP BY profile HAVING uniqExact(e.id) > ${OBJECTS_MAX}))`
  )
}

type Context = { workspace: number; now: number; calendar: Calendar; signal?: AbortSignal }

/** Asks for how many people the conditions of a rule are approximate; those for nobody are not. */
export async function readApproximate(
  clickhouse: ClickHouse,
  rule: Rule,
  { signal, ...context }: Context,
): Promise<Approximate[]> {
  const builder = new SqlBuilder(context)
  const capped = cappedIn(rule, builder)
  if (capped.length === 0) return []
  const named = capped.map(({ sql }, index) => `${sql} AS capped${index}`)
  const counts = capped.map((_, index) => `countIf(capped${index}) AS a${index}`)
  const [row] = await clickhouse.query<ApproximateRow>(
    `SELECT ${counts.join(', ')} FROM (SELECT ${named.join(', ')} ${peopleSql(builder)})`,
    builder.params,
    signal ? { signal } : {},
  )
  return approximateOf(capped, row)
}

export type ApproximateRow = Record<`a${number}`, number>

/** What the columns a0, a1 … of an answer say of the conditions, in their order. */
export function approximateOf(
  capped: readonly Capped[],
  row: ApproximateRow | undefined,
): Approximate[] {
  return capped.flatMap(({ path, rule, keeps }, index) => {
    const people = row?.[`a${index}`] ?? 0
    return people === 0 ? [] : [{ path, rule, keeps, people }]
  })
}

/** As the API shows them, in words. */
export const approximateViews = (found: readonly Approximate[], names: Names) =>
  found.map(({ path, rule, keeps, people }) => {
    return { path, sentence: tree.describe(rule, names), people, keeps, kept: KEPT[keeps] }
  })
