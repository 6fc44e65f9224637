import { opsFor } from './ops.ts'
import type { EventCondition, Filter, Op, Rule, TraitCondition, Value, Within } from './rule.ts'

export type Parsed = { rule: Rule; error: null } | { rule: null; error: ParseError }
export type ParseError = { at: string; problem: 'json' | 'shape' | 'operator' | 'deep' }

const ALL_OPS = new Set<string>(
  (['string', 'number', 'boolean', 'date', 'list'] as const).flatMap((kind) => [...opsFor(kind)]),
)
/** The server refuses deeper rules; the builder refuses them earlier, with the place. */
const MAX_DEPTH = 8

class Refused extends Error {
  readonly at: string
  readonly problem: ParseError['problem']
  constructor(at: string, problem: ParseError['problem']) {
    super(`${problem} at ${at}`)
    this.at = at
    this.problem = problem
  }
}

/** Reads the JSON view: a rule, or where it is wrong and what kind of wrong. */
export function parseRule(text: string): Parsed {
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch {
    return { rule: null, error: { at: '', problem: 'json' } }
  }
  try {
    return { rule: readRule(raw, '', 0), error: null }
  } catch (error) {
    if (error instanceof Refused)
      return { rule: null, error: { at: error.at, problem: error.problem } }
    throw error
  }
}

function readRule(raw: unknown, at: string, depth: number): Rule {
  if (depth > MAX_DEPTH) throw new Refused(at, 'deep')
  const object = asObject(raw, at)
  if ('all' in object) return { all: readList(object.all, `${at}/all`, depth) }
  if ('any' in object) return { any: readList(object.any, `${at}/any`, depth) }
  if ('not' in object) return { not: readRule(object.not, `${at}/not`, depth + 1) }
  if ('trait' in object) return readTrait(object, at)
  if ('did' in object) return readEvent(object, at)
  throw new Refused(at, 'shape')
}

function readList(raw: unknown, at: string, depth: number): Rule[] {
  if (!Array.isArray(raw)) throw new Refused(at, 'shape')
  return raw.map((each, index) => readRule(each, `${at}/${index}`, depth + 1))
}

function readTrait(object: Record<string, unknown>, at: string): TraitCondition {
  if (typeof object.trait !== 'string') throw new Refused(`${at}/trait`, 'shape')
  return { trait: object.trait, ...readComparison(object, at) }
}

function readComparison(object: Record<string, unknown>, at: string): { op: Op; value?: Value } {
  const { op, value } = object
  if (typeof op !== 'string' || !ALL_OPS.has(op)) throw new Refused(`${at}/op`, 'operator')
  return value === undefined ? { op: op as Op } : { op: op as Op, value: value as Value }
}

function readEvent(object: Record<string, unknown>, at: string): EventCondition {
  if (typeof object.did !== 'string') throw new Refused(`${at}/did`, 'shape')
  const { did, where, times, within } = object
  // The server wants both said; left out, they mean at least once, ever.
  return {
    did,
    ...(where === undefined ? {} : { where: readWhere(where, `${at}/where`) }),
    times: times === undefined ? { op: 'atLeast', count: 1 } : readTimes(times, `${at}/times`),
    within: within === undefined ? null : readWithin(within, `${at}/within`),
  }
}

function readWhere(raw: unknown, at: string): Filter[] {
  if (!Array.isArray(raw)) throw new Refused(at, 'shape')
  return raw.map((each, index) => {
    const object = asObject(each, `${at}/${index}`)
    if (typeof object.property !== 'string') throw new Refused(`${at}/${index}/property`, 'shape')
    return { property: object.property, ...readComparison(object, `${at}/${index}`) }
  })
}

function readTimes(raw: unknown, at: string): NonNullable<EventCondition['times']> {
  const { op, count } = asObject(raw, at)
  if (op !== 'atLeast' && op !== 'atMost' && op !== 'exactly')
    throw new Refused(`${at}/op`, 'operator')
  if (typeof count !== 'number') throw new Refused(`${at}/count`, 'shape')
  return { op, count }
}

function readWithin(raw: unknown, at: string): Within {
  if (raw === null) return null
  const object = asObject(raw, at)
  if (typeof object.days === 'number') return { days: object.days }
  if (typeof object.hours === 'number') return { hours: object.hours }
  if (typeof object.minutes === 'number') return { minutes: object.minutes }
  throw new Refused(at, 'shape')
}

function asObject(raw: unknown, at: string): Record<string, unknown> {
  if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) {
    return raw as Record<string, unknown>
  }
  throw new Refused(at, 'shape')
}
