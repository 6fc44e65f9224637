import { Type } from 'typebox'
import { columnsAt, compareSql, operations } from '../comparison.ts'
import { type DidRule, limits, type PropertyFilter, windowMs } from '../rule.ts'
import { comparisonSchema, windowSchema } from '../schema.ts'
import type { SqlBuilder } from '../sqlBuilder.ts'
import { operandText, windowText } from '../words.ts'
import type { Answer, Kind, Names, StreamNeed } from './kind.ts'

const filterSchema = Type.Object(
  { property: Type.String({ minLength: 1, maxLength: limits.text }), ...comparisonSchema },
  { additionalProperties: false },
)

/** Did an event a number of times within a rolling window, or ever. */
export const didKind: Kind<DidRule> = {
  is: (rule): rule is DidRule => 'did' in rule,
  schema: Type.Object(
    {
      did: Type.String({ minLength: 1, maxLength: limits.text }),
      where: Type.Optional(Type.Array(filterSchema, { maxItems: 20 })),
      times: Type.Object(
        {
          op: Type.Union([
            Type.Literal('atLeast'),
            Type.Literal('atMost'),
            Type.Literal('exactly'),
          ]),
          count: Type.Integer({ minimum: 0, maximum: limits.times }),
        },
        { additionalProperties: false },
      ),
      within: Type.Union([windowSchema, Type.Null()]),
    },
    { additionalProperties: false },
  ),
  children: () => [],
  needs: (rule) => ({ traits: [], streams: [streamNeed(rule)] }),
  prepare: (rule, { streamOf }) => {
    const stream = streamOf(streamKey(rule))
    if (stream === undefined) return ({ now }) => answerFor(rule, [], now)
    return ({ facts, now }) => answerFor(rule, facts.stream(stream), now)
  },
  toSql: (rule, builder) => {
    // A count of nothing has no row, so what may be 0 is asked as "not more than".
    const { op, count } = rule.times
    if (op === 'atLeast') {
      return count === 0 ? 'true' : profilesWith(rule, `count() >= ${count}`, builder)
    }
    if (op === 'atMost') return `(NOT ${profilesWith(rule, `count() > ${count}`, builder)})`
    return count === 0
      ? `(NOT ${profilesWith(rule, 'count() > 0', builder)})`
      : profilesWith(rule, `count() = ${count}`, builder)
  },
  describe: (rule, names) => ({ fr: sayFrench(rule, names), en: sayEnglish(rule, names) }),
}

/** Names the stream that a rule reads: the same event and filter give the same stream. */
export function streamKey(rule: Pick<DidRule, 'did' | 'where'>): string {
  const where = (rule.where ?? []).map(({ property, op, value }) => [property, op, value ?? null])
  where.sort((x, y) => (JSON.stringify(x) < JSON.stringify(y) ? -1 : 1))
  return JSON.stringify({ event: rule.did, where })
}

function streamNeed(rule: DidRule): StreamNeed {
  return {
    key: streamKey(rule),
    event: rule.did,
    // Whether a count is above n is known from the newest n + 1.
    newest: rule.times.count + 1,
    ms: rule.within === null ? null : windowMs(rule.within),
  }
}

function fulfils(times: DidRule['times'], count: number): boolean {
  if (times.op === 'atLeast') return count >= times.count
  return times.op === 'atMost' ? count <= times.count : count === times.count
}

function answerFor(rule: DidRule, entries: readonly { at: number }[], now: number): Answer {
  if (rule.within === null) {
    return { holds: fulfils(rule.times, entries.length), nextChangeAt: null }
  }
  const ms = windowMs(rule.within)
  let count = 0
  for (const entry of entries) {
    if (entry.at <= now - ms) break
    count += 1
  }
  const holds = fulfils(rule.times, count)
  // Entries leave oldest first; find the one whose leaving turns the answer.
  for (let left = Math.min(count, rule.times.count + 1); left > 0; left -= 1) {
    const leaving = entries[left - 1]
    if (leaving && fulfils(rule.times, left - 1) !== holds) {
      return { holds, nextChangeAt: leaving.at + ms }
    }
  }
  return { holds, nextChangeAt: null }
}

function profilesWith(rule: DidRule, having: string, builder: SqlBuilder): string {
  const parts = [
    `e.workspace = ${builder.bind('UInt32', builder.workspace)}`,
    `e.event = ${builder.text(rule.did)}`,
    'e.counted',
    ...(rule.within ? [`e.time > ${builder.instant(builder.now - windowMs(rule.within))}`] : []),
    ...(rule.where ?? []).map((filter) =>
      compareSql(columnsAt('e', filter.property, builder), filter, builder),
    ),
  ]
  return (
    `(p.profile IN (SELECT profile FROM event_of_profile AS e WHERE ${parts.join(' AND ')} ` +
    `GROUP BY profile HAVING ${having}))`
  )
}

function filterWords(filters: readonly PropertyFilter[], names: Names, language: 'fr' | 'en') {
  const parts = filters.map((filter) => {
    const name = names.of('property', filter.property)[language]
    if (filter.op === 'notExists') return `${name} ${language === 'fr' ? 'manque' : 'is missing'}`
    const operand = operandText(filter.value, language)
    return `${name} ${operations[filter.op].describe(operand)[language]}`
  })
  if (parts.length === 0) return ''
  return language === 'fr' ? ` où ${parts.join(' et ')}` : ` where ${parts.join(' and ')}`
}

function sayFrench(rule: DidRule, names: Names): string {
  const { op, count } = rule.times
  const what = `« ${names.of('event', rule.did).fr} »${filterWords(rule.where ?? [], names, 'fr')}`
  const when = rule.within ? ` sur ${windowText(rule.within, 'fr')}` : ''
  if (op === 'atMost' && count === 0) return `n’a pas fait ${what}${when}`
  const times = { atLeast: 'au moins', atMost: 'au plus', exactly: 'exactement' }[op]
  return `a fait ${what} ${times} ${count} fois${when}`
}

function sayEnglish(rule: DidRule, names: Names): string {
  const { op, count } = rule.times
  const what = `“${names.of('event', rule.did).en}”${filterWords(rule.where ?? [], names, 'en')}`
  const when = rule.within ? ` within ${windowText(rule.within, 'en')}` : ''
  if (op === 'atMost' && count === 0) return `did not do ${what}${when}`
  const times = { atLeast: 'at least', atMost: 'at most', exactly: 'exactly' }[op]
  return `did ${what} ${times} ${count} ${count === 1 ? 'time' : 'times'}${when}`
}
