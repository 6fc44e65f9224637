import { countedConditions, eventConditions, spanConditions } from './eventStreams.ts'
import { valuesSql } from './operators/values.ts'
import { spanOf, windowMs } from './period.ts'
import type { SequenceRule } from './rule.ts'
import type { Part } from './sequence.ts'
import type { SqlBuilder } from './sqlBuilder.ts'

/** Later than any event: what stands for "never" among moments; later still for each step. */
const NEVER = 9_000_000_000_000_000
const ONE_VALUE = "tuple(toUInt8(0), '', toDecimal128(0, 6))"

/**
 * The people who fulfil a sequence. Each event becomes a row for each part it plays and each value
 * it has there; of one person and value the moments of each part are gathered in order, and the
 * chain is asked of every begin, as `followChain` does.
 */
export function sequenceSql(
  rule: SequenceRule,
  parts: readonly Part[],
  builder: SqlBuilder,
): string {
  const conditions = parts.map((part, index) => {
    const span = index === 0 ? spanOf(rule.begun, builder.now, builder.calendar) : null
    const times = span ? spanConditions(span, builder) : []
    return `(${[...eventConditions(part.events, builder), ...times, 'true'].join(' AND ')})`
  })
  const roles = parts.map(
    (part, index) =>
      `if(${conditions[index]}, arrayMap(v -> tuple(${index}, v), ${partValues(part, builder)}), ` +
      `[])`,
  )
  const moments = parts.map(
    (_part, index) =>
      `arrayPushBack(arraySort(groupArrayIf(at, role.1 = ${index})), ${NEVER + index}) AS s${index}`,
  )
  return (
    `(p.profile IN (SELECT profile FROM (` +
    `SELECT profile, ${moments.join(', ')} FROM (` +
    `SELECT profile, toUnixTimestamp64Milli(e.time) AS at, ` +
    `arrayJoin(arrayConcat(${roles.join(', ')})) AS role ` +
    `FROM event_of_profile AS e ` +
    `WHERE ${countedConditions(builder).join(' AND ')} AND (${conditions.join(' OR ')})) ` +
    `GROUP BY profile, role.2) WHERE ${chainSql(rule, builder)}))`
  )
}

const partValues = ({ value }: Part, builder: SqlBuilder): string =>
  value === undefined ? `[${ONE_VALUE}]` : valuesSql(value, builder)

/** The chain over the sorted moments `s0`, `s1` …, each of which ends with its own "never". */
function chainSql(rule: SequenceRule, builder: SqlBuilder): string {
  const steps = rule.sequence.length
  const followed = rule.missing ? steps - 1 : steps
  let reached = 'a'
  for (let step = 1; step < followed; step += 1) {
    reached = `arrayFirst(x${step} -> x${step} > ${reached}, s${step})`
  }
  const end = `(a + ${windowMs(rule.within)})`
  const tests = [`a < ${NEVER}`, `${reached} <= ${end}`]
  if (rule.without) {
    const until = rule.missing ? `d <= ${end}` : `d < ${reached}`
    tests.push(`NOT arrayExists(d -> d > a AND ${until}, s${steps})`)
  }
  if (rule.missing) {
    tests.push(`NOT arrayExists(y -> y > ${reached} AND y <= ${end}, s${steps - 1})`)
    tests.push(`${end} <= ${builder.bind('Int64', builder.now)}`)
  }
  return `arrayExists(a -> ${tests.join(' AND ')}, s0)`
}
