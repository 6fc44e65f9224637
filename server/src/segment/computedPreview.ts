import type { JsonValue } from '../collect/index.ts'
import type { ClickHouse } from '../platform/clickhouse.ts'
import { decimalFrom, decimalNumber } from '../profile/index.ts'
import type { Calendar } from './calendar.ts'
import { knownComputed } from './computed/index.ts'
import type { PersonSql } from './computed/kind.ts'
import { countedConditions, namedRowsSql, peopleOnlySql, peopleSql } from './eventStreams.ts'
import { columnsOfFormula, letSql, type TraitSql } from './formula/index.ts'
import type { Columns } from './operators/index.ts'
import type { QuerySample } from './query/ask.ts'
import { limits, type Spec, type StaffDefinition } from './rule.ts'
import { SqlBuilder } from './sqlBuilder.ts'

/** What a computed trait would be, from history: nothing of it has to be kept yet. */

export type PreviewedPerson = {
  id: string
  value: JsonValue | null
  /** Events that it is made of. */
  count: number
  /** The newest of them. */
  events: { id: string; name: string; at: string; told: JsonValue }[]
  /** The traits that a formula names. */
  inputs: { trait: string; value: JsonValue | null }[]
}

/** How many have a value, and a few of them; of a query also its test run. */
export type Previewed = {
  have: number
  people: PreviewedPerson[]
  run: (QuerySample & { ms: number }) | null
}

/** `staff`: who they are today. */
type Asked = {
  workspace: number
  now: number
  calendar: Calendar
  staff: StaffDefinition
  signal: AbortSignal
}

const PEOPLE = 5
const EVENTS = 10

/** The people it has a value for, and all that a few of them have; `profiles` chooses them. */
export async function previewComputed(
  clickhouse: ClickHouse,
  spec: Spec,
  asked: Asked & { profiles: readonly string[] | null },
): Promise<Previewed> {
  const whole = await recomputed(clickhouse, spec, asked)
  const [have, people] = await Promise.all([
    countHaving(clickhouse, whole, asked),
    samplePeople(clickhouse, whole, asked),
  ])
  return { have, people, run: null }
}

/** With what only a look at everybody can tell, where it needs that. */
async function recomputed(clickhouse: ClickHouse, spec: Spec, asked: Asked): Promise<Spec> {
  const { recompute } = knownComputed(spec)
  if (!recompute?.isNeeded(spec)) return spec
  const answer = await askEverybody(clickhouse, spec, asked)
  return answer === undefined ? spec : recompute.withAnswer(spec, answer)
}

/** The row that a definition's question about everybody is answered with. */
export async function askEverybody(
  clickhouse: ClickHouse,
  spec: Spec,
  asked: Omit<Asked, 'signal'> & { signal?: AbortSignal },
): Promise<JsonValue | undefined> {
  const builder = new SqlBuilder(asked)
  const question = knownComputed(spec).recompute?.question(spec, builder)
  if (question === undefined) return undefined
  const { signal } = asked
  const extra = { lane: 'heavy' as const, ...(signal ? { signal } : {}) }
  const [row] = await clickhouse.query<JsonValue>(question, builder.params, extra)
  return row
}

/** How many people it has a value for. */
async function countHaving(clickhouse: ClickHouse, spec: Spec, asked: Asked): Promise<number> {
  const builder = new SqlBuilder(asked)
  const { columns, rows } = knownComputed(spec).toSql(spec, builder)
  const having = `countIf(${columns.exists}) AS have`
  const question =
    rows === null
      ? `SELECT ${having} ${peopleSql(builder)}`
      : `SELECT countIf(has) AS have FROM (
           ${namedRowsSql(builder)}
           SELECT e.profile AS profile, ${columns.exists} AS has FROM event_of_profile AS e
           WHERE ${countedConditions(builder).join(' AND ')} GROUP BY profile
         ) WHERE profile IN (${peopleOnlySql(builder)})`
  const extra = { lane: 'heavy' as const, signal: asked.signal }
  const [row] = await clickhouse.query<{ have: number }>(question, builder.params, extra)
  return row?.have ?? 0
}

type PersonRow = Omit<PreviewedPerson, 'value' | 'events' | 'inputs'> & {
  value: ValueTuple
  events: [id: string, name: string, at: number, body: string][]
}
/** Which type it has, and the value of that type. */
type ValueTuple = [type: keyof typeof VALUES, text: string, list: string[]]

const VALUES = {
  none: () => null,
  text: (text) => text,
  number: (text) => decimalNumber(decimalFrom(text)),
  boolean: (text) => text === 'true',
  list: (_, list) => [...list],
} satisfies Record<string, (text: string, list: readonly string[]) => JsonValue>

function valueSql(columns: Columns): string {
  const type = `multiIf(${columns.hasText} OR ${columns.hasInstant}, 'text', ${columns.hasNumber}, 'number',
    ${columns.hasBoolean}, 'boolean', ${columns.hasList}, 'list', 'none')`
  const instant = `concat(replaceOne(toString(${columns.instant}), ' ', 'T'), 'Z')`
  const text = `multiIf(${columns.hasNumber}, toString(${columns.number}),
    ${columns.hasBoolean}, toString(${columns.boolean}), ${columns.hasText}, ${columns.text},
    ${instant})`
  return `tuple(${type}, ${text}, ${columns.list})`
}

/** The same beside the row `p` of a person; what is one expression is written once. */
export function shownSql({ columns, value }: TraitSql): string {
  if (!value) return valueSql(columns)
  return letSql({ own: value.sql }, valueSql(columnsOfFormula('own', value.type)))
}

type Chosen = Asked & { profiles: readonly string[] | null }

async function samplePeople(
  clickhouse: ClickHouse,
  spec: Spec,
  asked: Chosen,
): Promise<PreviewedPerson[]> {
  const builder = new SqlBuilder(asked)
  const made = knownComputed(spec).toSql(spec, builder)
  if (made.rows === null) return samplePersons(clickhouse, spec, { asked, builder, made })
  const { columns, rows } = made
  const looked = `(${rows.join(' OR ') || 'true'})`
  const chosen = asked.profiles
    ? `e.profile IN ${builder.bind('Array(UUID)', asked.profiles)}`
    : `${looked} AND e.profile IN (${peopleOnlySql(builder)})`
  const event = 'tuple(e.message_id, e.event, toUnixTimestamp64Milli(e.time), e.body)'
  const found = await clickhouse.query<PersonRow>(
    `${namedRowsSql(builder)}
     SELECT toString(e.profile) AS id, ${valueSql(columns)} AS value, countIf(${looked}) AS count,
       arraySlice(arrayReverseSort(x -> x.3, groupArrayIf(${event}, ${looked})), 1, ${EVENTS})
         AS events
     FROM event_of_profile AS e
     WHERE ${[...countedConditions(builder), chosen].join(' AND ')}
     GROUP BY e.profile ORDER BY cityHash64(e.profile) LIMIT ${PEOPLE}`,
    builder.params,
    { lane: 'heavy', signal: asked.signal },
  )
  return found.map(({ value, events, ...row }) => ({
    ...row,
    value: valueFrom(value),
    events: events.map(([id, name, at, body]) => {
      const { properties, traits } = JSON.parse(body) as Record<string, JsonValue>
      const told = name === 'Identified' ? traits : properties
      return { id, name, at: new Date(at).toISOString(), told: told ?? null }
    }),
    inputs: [],
  }))
}

const valueFrom = ([type, text, list]: ValueTuple): JsonValue | null =>
  VALUES[type](text, list.slice(0, limits.uniqueValues))

/** Of what is not made of events alone: the people who have a value, with what it is made of. */
async function samplePersons(
  clickhouse: ClickHouse,
  spec: Spec,
  { asked, builder, made }: { asked: Chosen; builder: SqlBuilder; made: PersonSql },
): Promise<PreviewedPerson[]> {
  const inputs = knownComputed(spec).inputs?.(spec, builder) ?? []
  const values = inputs.map(({ columns }) => valueSql(columns))
  const own = shownSql(made)
  const found = await clickhouse.query<{ id: string; value: ValueTuple; values: ValueTuple[] }>(
    `SELECT toString(p.profile) AS id, ${own} AS value, [${values.join(', ')}] AS values
     ${peopleSql(builder, asked.profiles)} ${asked.profiles ? '' : `AND ${made.columns.exists}`}
     ORDER BY cityHash64(p.profile) LIMIT ${PEOPLE}`,
    builder.params,
    { lane: 'heavy', signal: asked.signal },
  )
  return found.map(({ id, value, values: read }) => ({
    ...{ id, value: valueFrom(value), count: 0, events: [] },
    inputs: inputs.map(({ name }, index) => {
      return { trait: name, value: valueFrom(read[index] ?? ['none', '', []]) }
    }),
  }))
}
