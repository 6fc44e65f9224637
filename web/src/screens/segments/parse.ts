import {
  ACTIVE_UNITS,
  CALENDAR_UNITS,
  type Events,
  type Filter,
  MEASURES,
  OPS,
  type Rule,
  TIMES_OPS,
  type Within,
} from './rule.ts'

/**
 * Reads a rule as the builder takes it. Every part stays as it was written: whatever the server
 * accepts goes in and comes out unchanged, and the server has the last word on the rest.
 */

export type Parsed = { rule: Rule; error: null } | { rule: null; error: ParseError }
export type ParseError = { at: string; problem: 'json' | 'shape' | 'operator' | 'deep' }

type Raw = Record<string, unknown>

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
  if ('none' in object) return { none: readList(object.none, `${at}/none`, depth) }
  if ('atLeast' in object) {
    const atLeast = readNumber(object.atLeast, `${at}/atLeast`)
    return { atLeast, of: readList(object.of, `${at}/of`, depth) }
  }
  if ('not' in object) return { not: readRule(object.not, `${at}/not`, depth + 1) }
  for (const [kind, read] of Object.entries(CONDITIONS)) {
    if (kind in object) return read(object, at) as Rule
  }
  throw new Refused(at, 'shape')
}

/** Each kind of condition by the key that tells it, checked and otherwise left as it is. */
const CONDITIONS: Record<string, (object: Raw, at: string) => Raw> = {
  trait: (object, at) => {
    readText(object.trait, `${at}/trait`)
    return checkComparison(object, at)
  },
  near: (object, at) => {
    readText(object.near, `${at}/near`)
    for (const key of ['latitude', 'longitude', 'km']) {
      if (object[key] !== undefined) readNumber(object[key], `${at}/${key}`)
    }
    return object
  },
  did: (object, at) => {
    readText(object.did, `${at}/did`)
    checkWhere(object.where, `${at}/where`)
    // The server wants both said; left out, they mean at least once, ever.
    const { times = { op: 'atLeast', count: 1 }, within = null } = object
    checkTimes(times, `${at}/times`)
    checkPeriod(within, `${at}/within`)
    return { ...object, times, within }
  },
  measure: (object, at) => {
    checkComparison(object, at)
    if (object.than !== undefined) {
      const than = checkMeasure(asObject(object.than, `${at}/than`), `${at}/than`)
      return { ...checkMeasure(object, at), than }
    }
    return checkMeasure(object, at)
  },
  sequence: checkSequence,
  active: (object, at) => {
    readEvents(object.active, `${at}/active`)
    checkOneOf(ACTIVE_UNITS, object.unit, `${at}/unit`)
    checkTimes(object.times, `${at}/times`)
    readNumber(object.last, `${at}/last`)
    return object
  },
}

function checkMeasure(object: Raw, at: string): Raw {
  checkOneOf(MEASURES, object.measure, `${at}/measure`)
  readEvents(object.of, `${at}/of`)
  if (object.property !== undefined) readText(object.property, `${at}/property`)
  if (object.less !== undefined) {
    const less = asObject(object.less, `${at}/less`)
    readEvents(less.of, `${at}/less/of`)
    if (less.property !== undefined) readText(less.property, `${at}/less/property`)
  }
  const { within = null } = object
  checkPeriod(within, `${at}/within`)
  return { ...object, within }
}

function checkSequence(object: Raw, at: string): Raw {
  const { sequence, same, begun = null } = object
  if (!Array.isArray(sequence)) throw new Refused(`${at}/sequence`, 'shape')
  sequence.forEach((events, index) => {
    readEvents(events, `${at}/sequence/${index}`)
  })
  if (object.without !== undefined) readEvents(object.without, `${at}/without`)
  if (same !== undefined) {
    if (!Array.isArray(same)) throw new Refused(`${at}/same`, 'shape')
    same.forEach((path, index) => {
      readText(path, `${at}/same/${index}`)
    })
  }
  checkWindow(asObject(object.within, `${at}/within`), `${at}/within`)
  checkPeriod(begun, `${at}/begun`)
  return { ...object, begun }
}

function readList(raw: unknown, at: string, depth: number): Rule[] {
  if (!Array.isArray(raw)) throw new Refused(at, 'shape')
  return raw.map((each, index) => readRule(each, `${at}/${index}`, depth + 1))
}

function readEvents(raw: unknown, at: string): Events {
  const object = asObject(raw, at)
  if (object.did !== null) readText(object.did, `${at}/did`)
  checkWhere(object.where, `${at}/where`)
  return object as Events
}

function checkWhere(raw: unknown, at: string): void {
  if (raw === undefined) return
  if (!Array.isArray(raw)) throw new Refused(at, 'shape')
  raw.forEach((each, index) => {
    const object = asObject(each, `${at}/${index}`) as Raw & Partial<Filter>
    readText(object.property, `${at}/${index}/property`)
    checkComparison(object, `${at}/${index}`)
  })
}

function checkComparison(object: Raw, at: string): Raw {
  if (!OPS.some((op) => op === object.op)) throw new Refused(`${at}/op`, 'operator')
  return object
}

function checkTimes(raw: unknown, at: string): void {
  const { op, count } = asObject(raw, at)
  if (!TIMES_OPS.some((each) => each === op)) throw new Refused(`${at}/op`, 'operator')
  readNumber(count, `${at}/count`)
}

/** A rolling window, a part of the calendar, fixed dates, or null for ever. */
function checkPeriod(raw: unknown, at: string): Within {
  if (raw === null) return null
  const object = asObject(raw, at)
  if ('this' in object) checkOneOf(CALENDAR_UNITS, object.this, `${at}/this`)
  else if ('previous' in object) {
    checkOneOf(CALENDAR_UNITS, object.previous, `${at}/previous`)
    if (object.count !== undefined) readNumber(object.count, `${at}/count`)
  } else if ('from' in object || 'to' in object) {
    if (object.from !== undefined) readText(object.from, `${at}/from`)
    if (object.to !== undefined) readText(object.to, `${at}/to`)
  } else checkWindow(object, at)
  return object as Within
}

function checkWindow(object: Raw, at: string): void {
  const known = ['minutes', 'hours', 'days'].some((unit) => typeof object[unit] === 'number')
  if (!known) throw new Refused(at, 'shape')
}

function checkOneOf(known: readonly string[], raw: unknown, at: string): void {
  if (!known.some((each) => each === raw)) throw new Refused(at, 'shape')
}

function readText(raw: unknown, at: string): string {
  if (typeof raw !== 'string') throw new Refused(at, 'shape')
  return raw
}

function readNumber(raw: unknown, at: string): number {
  if (typeof raw !== 'number') throw new Refused(at, 'shape')
  return raw
}

function asObject(raw: unknown, at: string): Raw {
  if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) return raw as Raw
  throw new Refused(at, 'shape')
}
