import { isAround, isWindow, operandOf } from './ops.ts'
import {
  type ActiveCondition,
  type Comparison,
  childrenOf,
  type Events,
  isActive,
  isEvent,
  isGroup,
  isMeasure,
  isNear,
  isSequence,
  isSome,
  isTrait,
  type Measure,
  type MeasureCondition,
  type NearCondition,
  type Path,
  type Rule,
  type SequenceCondition,
  type Times,
  type Within,
} from './rule.ts'

/** What a line still lacks before the rule can be counted. */
export type Missing = 'field' | 'value' | 'number' | 'condition' | 'date'
export type Issue = { path: Path; missing: Missing }

/** Every line that cannot be counted yet, in reading order; none means that the rule is whole. */
export function issuesOf(rule: Rule, path: Path = []): Issue[] {
  const missing = missingIn(rule)
  if (missing) return [{ path, missing }]
  return childrenOf(rule).flatMap((child, index) => issuesOf(child, [...path, index]))
}

function missingIn(rule: Rule): Missing | null {
  if (isTrait(rule)) return comparisonLacks(rule.trait, rule)
  if (isNear(rule)) return nearLacks(rule)
  if (isEvent(rule)) {
    return eventsLack(rule) ?? timesLack(rule.times) ?? periodLacks(rule.within)
  }
  if (isMeasure(rule)) return measureLineLacks(rule)
  if (isSequence(rule)) return sequenceLacks(rule)
  if (isActive(rule)) return activeLacks(rule)
  if (isGroup(rule) && childrenOf(rule).length === 0) return 'condition'
  return isSome(rule) && !isCount(rule.atLeast) ? 'number' : null
}

/** The first that is missing, in the order given. */
function first(...parts: (Missing | null)[]): Missing | null {
  return parts.find((part) => part !== null) ?? null
}

const isCount = (value: number | undefined): boolean => Number.isInteger(value) && Number(value) > 0

function eventsLack({ did, where = [] }: Events): Missing | null {
  if (did === '') return 'field'
  return first(...where.map((filter) => comparisonLacks(filter.property, filter)))
}

function timesLack(times: Times | undefined): Missing | null {
  if (times === undefined) return null
  return Number.isInteger(times.count) && times.count >= 0 ? null : 'number'
}

function periodLacks(period: Within | undefined): Missing | null {
  if (!period || 'this' in period) return null
  if ('previous' in period) {
    return period.count === undefined || isCount(period.count) ? null : 'number'
  }
  if ('from' in period || 'to' in period) {
    return period.from || period.to ? null : 'date'
  }
  return isCount(Object.values(period)[0]) ? null : 'number'
}

function nearLacks({ near, latitude, longitude, km }: NearCondition): Missing | null {
  if (!near) return 'field'
  return [latitude, longitude, km].every((each) => each !== undefined) ? null : 'number'
}

function measureLacks({ measure, of, property, less, within }: Measure): Missing | null {
  const counts = measure === 'count'
  return first(
    counts || property ? null : 'field',
    eventsLack(of),
    less ? eventsLack(less.of) : null,
    periodLacks(within),
  )
}

function measureLineLacks(rule: MeasureCondition): Missing | null {
  return measureLacks(rule) ?? (rule.than ? measureLacks(rule.than) : comparisonLacks('-', rule))
}

function sequenceLacks(rule: SequenceCondition): Missing | null {
  return first(
    ...rule.sequence.map(eventsLack),
    rule.without ? eventsLack(rule.without) : null,
    rule.same?.some((path) => path === '') ? 'field' : null,
    periodLacks(rule.within),
    periodLacks(rule.begun),
  )
}

function activeLacks(rule: ActiveCondition): Missing | null {
  return first(eventsLack(rule.active), timesLack(rule.times), isCount(rule.last) ? null : 'number')
}

function comparisonLacks(key: string, { op, value }: Comparison): Missing | null {
  if (!key) return 'field'
  switch (operandOf(op)) {
    case 'none':
      return null
    case 'many':
    case 'texts':
      return Array.isArray(value) && value.length > 0 ? null : 'value'
    case 'pair':
      return Array.isArray(value) && value.length === 2 && value.every(Number.isFinite)
        ? null
        : 'number'
    case 'window':
      return isWindow(value) ? periodLacks(value) : 'number'
    case 'around':
      return isAround(value) && value.before >= 0 && value.after >= 0 ? null : 'number'
    case 'number':
      return typeof value === 'number' ? null : 'number'
    default:
      return value === undefined || value === '' ? 'value' : null
  }
}
