/** The checks that kinds of condition share when a rule is read: each throws where it is wrong. */
import {
  CALENDAR_UNITS,
  DAY_KINDS,
  type Events,
  type Filter,
  OPS,
  PARTIES,
  TIMES_OPS,
  type Within,
} from '../language.ts'

export type Raw = Record<string, unknown>
export type Problem = 'json' | 'shape' | 'operator' | 'deep'

export class Refused extends Error {
  readonly at: string
  readonly problem: Problem
  constructor(at: string, problem: Problem) {
    super(`${problem} at ${at}`)
    this.at = at
    this.problem = problem
  }
}

export function readEvents(raw: unknown, at: string): Events {
  const object = asObject(raw, at)
  if (object.did !== null) readText(object.did, `${at}/did`)
  checkWhere(object.where, `${at}/where`)
  checkWhen(object.when, `${at}/when`)
  checkParty(object.party, `${at}/party`)
  return object as Events
}

/** One party or more; left out, what comes from anywhere counts. */
export function checkParty(raw: unknown, at: string): void {
  if (raw === undefined) return
  if (!Array.isArray(raw) || raw.length === 0) throw new Refused(at, 'shape')
  raw.forEach((each, index) => {
    checkOneOf(PARTIES, each, `${at}/${index}`)
  })
}

/** A moment of the day or the week. */
export function checkWhen(raw: unknown, at: string): void {
  if (raw === undefined) return
  const { weekdays, hours, day } = asObject(raw, at)
  if (weekdays !== undefined) {
    if (!Array.isArray(weekdays)) throw new Refused(`${at}/weekdays`, 'shape')
    weekdays.forEach((each, index) => {
      readNumber(each, `${at}/weekdays/${index}`)
    })
  }
  if (hours !== undefined) {
    const { from, to } = asObject(hours, `${at}/hours`)
    readNumber(from, `${at}/hours/from`)
    readNumber(to, `${at}/hours/to`)
  }
  if (day !== undefined) checkOneOf(DAY_KINDS, day, `${at}/day`)
}

export function checkWhere(raw: unknown, at: string): void {
  if (raw === undefined) return
  if (!Array.isArray(raw)) throw new Refused(at, 'shape')
  raw.forEach((each, index) => {
    const object = asObject(each, `${at}/${index}`) as Raw & Partial<Filter>
    readText(object.property, `${at}/${index}/property`)
    checkComparison(object, `${at}/${index}`)
  })
}

export function checkComparison(object: Raw, at: string): Raw {
  if (!OPS.some((op) => op === object.op)) throw new Refused(`${at}/op`, 'operator')
  return object
}

export function checkTimes(raw: unknown, at: string): void {
  const { op, count } = asObject(raw, at)
  if (!TIMES_OPS.some((each) => each === op)) throw new Refused(`${at}/op`, 'operator')
  readNumber(count, `${at}/count`)
}

/** A rolling window, a part of the calendar, fixed dates, or null for ever. */
export function checkPeriod(raw: unknown, at: string): Within {
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

export function checkWindow(object: Raw, at: string): void {
  const known = ['minutes', 'hours', 'days'].some((unit) => typeof object[unit] === 'number')
  if (!known) throw new Refused(at, 'shape')
}

export function checkOneOf(known: readonly string[], raw: unknown, at: string): void {
  if (!known.some((each) => each === raw)) throw new Refused(at, 'shape')
}

export function readText(raw: unknown, at: string): string {
  if (typeof raw !== 'string') throw new Refused(at, 'shape')
  return raw
}

export function readNumber(raw: unknown, at: string): number {
  if (typeof raw !== 'number') throw new Refused(at, 'shape')
  return raw
}

export function asObject(raw: unknown, at: string): Raw {
  if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) return raw as Raw
  throw new Refused(at, 'shape')
}
