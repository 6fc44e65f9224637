import { reserved } from '../collect/index.ts'
import type { StreamNeed } from './answer.ts'
import { ENTRIES_MAX } from './measure.ts'
import { momentConditions } from './moment.ts'
import { comparePath, pathAt } from './operators/index.ts'
import { sourceSql, sourcesAsked } from './party.ts'
import { isFixed, type Period, type Span } from './period.ts'
import type { DidRule, Events, PropertyFilter, Times } from './rule.ts'
import type { SqlBuilder } from './sqlBuilder.ts'

/** How the kinds that speak of events find them: in documents a stream, in ClickHouse rows. */

/** What a stream keeps of its events. */
type Keeping = {
  /** Path of a property. */
  value?: string | undefined
  /** Of a period between fixed dates only what lies in it is kept: it will never be another. */
  period?: Period
}

/**
 * Names a stream: the same events and the same property give the same stream. At which moment they
 * took place is asked of what it keeps; see `atMoment`.
 */
export function streamKey(events: Events, { value, period = null }: Keeping = {}): string {
  const where = (events.where ?? []).map(({ property, op, value }) => [property, op, value ?? null])
  where.sort((x, y) => (JSON.stringify(x) < JSON.stringify(y) ? -1 : 1))
  // In this order: PostgreSQL keeps the keys of a rule in one of its own. What is undefined is left
  // out, so the names of streams that were there before values, dates and sources stay.
  const { from, to } = isFixed(period) ? period : {}
  const sources = sourcesAsked(events) ?? undefined
  return JSON.stringify({ event: events.did, where, value, from, to, sources })
}

/** The stream of these events, as far back as a period goes; `since`: by default that period. */
export function streamNeed(
  events: Events,
  reads: Keeping & { reachMs: number | null; newest?: number; since?: Period },
): StreamNeed {
  const { reachMs, newest = ENTRIES_MAX, since = reads.period ?? null } = reads
  const asked = newest < ENTRIES_MAX ? 'newest' : since
  return { key: streamKey(events, reads), newest, ms: reachMs, since: asked }
}

/** Entries enough for a count: the newest may lie after the period, or at other moments. */
export function newestFor({ times, within, when }: DidRule): number {
  const areCounted = !when && (within === null || !('previous' in within))
  return areCounted ? Math.min(times.count + 1, ENTRIES_MAX) : ENTRIES_MAX
}

/** Conditions on a row `e` that it counts for the people of the workspace. */
export function countedConditions(builder: SqlBuilder): string[] {
  return [
    `e.workspace = ${builder.bind('UInt32', builder.workspace)}`,
    'e.counted',
    ...(builder.isPast ? [`e.time <= ${builder.instant(builder.now)}`] : []),
  ]
}

/** Conditions on a row `e` of the events. */
export function eventConditions(events: Events, builder: SqlBuilder): string[] {
  // Of any name: what the program tells of lists is nobody's doing.
  const name =
    events.did === null
      ? `e.event != ${builder.text(reserved.LIST_EVENT)}`
      : `e.event = ${builder.text(events.did)}`
  const sources = sourcesAsked(events)
  const told = sources ? [sourceSql(sources, builder)] : []
  const filters = (events.where ?? []).map((filter) => filterSql(filter, builder))
  return [name, ...told, ...filters, ...momentConditions(events, builder)]
}

function filterSql(filter: PropertyFilter, builder: SqlBuilder): string {
  const { property } = filter
  return comparePath(property, filter, pathAt('e', property, builder), builder)
}

/** Conditions that the time of a row `e` lies in a stretch. */
export function spanConditions({ from, to }: Span, builder: SqlBuilder): string[] {
  return [
    ...(Number.isFinite(from) ? [`e.time >= ${builder.instant(from)}`] : []),
    ...(Number.isFinite(to) ? [`e.time < ${builder.instant(to)}`] : []),
  ]
}

/**
 * The people of the workspace as rows `p`, with `b`: what the compiled rule asks of their events.
 * All of it is one pass over the events and one look at whose they are, however many conditions
 * ask. To be called when everything that is asked has been compiled.
 * @param chosen only these people, by their ids
 */
export function peopleSql(builder: SqlBuilder, chosen: readonly string[] | null = null): string {
  const { questions } = builder
  const among = (alias: string) =>
    chosen ? ` AND ${alias}.profile IN ${builder.bind('Array(UUID)', chosen)}` : ''
  const workspace = builder.bind('UInt32', builder.workspace)
  const people = `p.workspace = ${workspace} AND p.kind = 'person'${among('p')}`
  if (questions.length === 0) return `FROM profile_current AS p FINAL WHERE ${people}`
  const answers = questions.map(({ sql }, index) => `${sql} AS t${index}`)
  const rows = [...new Set(questions.map((one) => one.rows))].join(' OR ')
  const conditions = [...countedConditions(builder), `(${rows})`].join(' AND ')
  return (
    `FROM profile_current AS p FINAL LEFT ANY JOIN (${namedRowsSql(builder)} ` +
    `SELECT profile, ${answers.join(', ')} ` +
    `FROM event_of_profile AS e WHERE ${conditions}${among('e')} GROUP BY profile) AS b ` +
    `ON b.profile = p.profile WHERE ${people}`
  )
}

/** The ids of the people of the workspace. */
export const peopleOnlySql = (builder: SqlBuilder): string =>
  `SELECT p.profile FROM profile_current AS p FINAL
   WHERE p.workspace = ${builder.bind('UInt32', builder.workspace)} AND p.kind = 'person'`

/** The conditions on rows `e` that were named, to stand before the SELECT that uses them. */
export function namedRowsSql({ rows }: SqlBuilder): string {
  const named = rows.map((condition, index) => `${condition} AS r${index}`)
  return named.length === 0 ? '' : `WITH ${named.join(', ')}`
}

/** A test of the events that fulfil conditions, for all profiles: also for those with none. */
export function profilesFulfilling(
  conditions: readonly string[],
  { test, holdsForNobody }: { test: string; holdsForNobody: boolean },
  builder: SqlBuilder,
): string {
  const rows = builder.nameRows(rowsSql(conditions))
  return holdsForNobody
    ? `(NOT ${builder.askEvents(rows, `NOT ${test}`)})`
    : builder.askEvents(rows, test)
}

/** All of the conditions on a row `e`. */
export const rowsSql = (conditions: readonly string[]) =>
  conditions.length === 0 ? 'true' : `(${conditions.join(' AND ')})`

/** The profiles of whose events a count fulfils `times`; `count` is told which rows are counted. */
export function profilesCounting(
  { times: { op, count: wanted }, count }: { times: Times; count: (rows: string) => string },
  conditions: readonly string[],
  builder: SqlBuilder,
): string {
  const rows = builder.nameRows(rowsSql(conditions))
  const asked = (test: string) => builder.askEvents(rows, `${count(rows)} ${test}`)
  // Who has no such event has no row, so what may be 0 is asked as "not more than".
  if (op === 'atLeast') return wanted === 0 ? 'true' : asked(`>= ${wanted}`)
  if (op === 'atMost') return `(NOT ${asked(`> ${wanted}`)})`
  return wanted === 0 ? `(NOT ${asked('> 0')})` : asked(`= ${wanted}`)
}
