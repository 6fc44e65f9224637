import type { AskedRule } from '../../src/segment/references.ts'
import type {
  ActiveRule,
  Comparison,
  ComputedRule,
  ConsentRule,
  DidRule,
  MeasureRule,
  NearRule,
  ReachableRule,
  Rule,
  SequenceRule,
  Times,
} from '../../src/segment/rule.ts'
import { STAFF } from './around.ts'
import { inZone, isIn, lengthOf, unitNumber } from './naiveCalendar.ts'
import { compares, comparesAt } from './naiveComparison.ts'
import { naiveComputed } from './naiveComputed.ts'
import {
  latest,
  matching,
  measured,
  micros,
  type Told,
  type Value,
  valuesOf,
} from './naiveEvents.ts'
import { countObjects, measureObjects } from './naiveObjects.ts'

/**
 * A third implementation of the segment language, over a plain list of events, as naive as
 * possible and sharing no code with the two that it checks.
 */

type Question = {
  told: readonly Told[]
  now: number
  /** Of the segments that rules may refer to, by public id. */
  rules: ReadonlyMap<string, AskedRule>
}

/** Those of `told` who are in the segment at `now`. */
export function naiveMembers(segment: AskedRule, { told, now, rules }: Question): string[] {
  const seen = new Map(told.map((one) => [one.messageId, one]))
  const people = Map.groupBy(
    [...seen.values()].filter((one) => one.counted),
    (one) => one.who,
  )
  const asked = { now, rules }
  return [...people].filter(([, events]) => isMember(segment, events, asked)).map(([who]) => who)
}

type Asked = Omit<Question, 'told'>

const isMember = (
  { rule, includesStaff }: AskedRule,
  events: readonly Told[],
  asked: Asked,
): boolean => holds(rule, events, asked) && (includesStaff || !isStaff(events))

/** By the trait and the list that a world names; nobody here has an address of its domains. */
const isStaff = (events: readonly Told[]): boolean =>
  [STAFF.trait, `$list:${STAFF.list}`].some((name) => latest(name, events) === true)

function holds(rule: Rule, events: readonly Told[], asked: Asked): boolean {
  if (!('zone' in rule) || !rule.zone) return fulfilled(rule, events, asked)
  return inZone(latest('timezone', events), () => fulfilled(rule, events, asked))
}

function fulfilled(rule: Rule, events: readonly Told[], asked: Asked): boolean {
  const { now } = asked
  if ('all' in rule) return rule.all.every((one) => holds(one, events, asked))
  if ('any' in rule) return rule.any.some((one) => holds(one, events, asked))
  if ('none' in rule) return !rule.none.some((one) => holds(one, events, asked))
  if ('atLeast' in rule) {
    return rule.of.filter((one) => holds(one, events, asked)).length >= rule.atLeast
  }
  if ('not' in rule) return !holds(rule.not, events, asked)
  if ('identifier' in rule) return identifierOf(events) === rule.identifier
  if ('consent' in rule) return consentOf(rule, events) === rule.is
  if ('reachable' in rule) return isReachable(rule, events)
  if ('staff' in rule) return isStaff(events)
  if ('list' in rule) return latest(`$list:${rule.list}`, events) === true
  if ('segment' in rule) {
    const other = asked.rules.get(rule.segment)
    return other !== undefined && isMember(other, events, asked)
  }
  if ('object' in rule) {
    if (!('measure' in rule)) return fulfils(rule.times, countObjects(rule, events, now))
    const value = measureObjects(rule, events, now)
    return typeof value === 'bigint' ? comparesNumber(value, rule) : compares(value, rule, now)
  }
  if ('did' in rule) return did(rule, events, now)
  if ('measure' in rule) return measures(rule, events, now)
  if ('sequence' in rule) return follows(rule, events, now)
  if ('active' in rule) return isActive(rule, events, now)
  if ('near' in rule) return isNear(rule, events)
  if ('computed' in rule) return comparesComputed(rule, events, now)
  return comparesAt(rule.trait, latest(rule.trait, events, rule), rule, now)
}

/** Everybody is one identifier: an address, a user, or a device. */
function identifierOf([first]: readonly Told[]): string {
  if (first?.who.includes('@')) return 'email'
  return first?.who.startsWith('u') ? 'user_id' : 'anonymous_id'
}

/** Marketing needs a yes here, and nobody has a telephone. */
const isReachable = ({ reachable }: ReachableRule, events: readonly Told[]): boolean =>
  reachable === 'email' &&
  identifierOf(events) === 'email' &&
  consentOf({ consent: { purpose: 'marketing', channel: 'email' }, is: 'granted' }, events) ===
    'granted'

function consentOf({ consent }: ConsentRule, events: readonly Told[]): ConsentRule['is'] {
  const answers = [consent.channel ?? '*', '*'].flatMap((channel) => {
    const said = events.flatMap(({ time, consents = [] }) =>
      consents
        .filter((one) => one[0] === consent.purpose && one[1] === channel)
        .map((one) => ({ time, yes: one[2] })),
    )
    const last = Math.max(...said.map((one) => one.time))
    const latest = said.filter((one) => one.time === last)
    return latest.length === 0 ? [] : [latest.every((one) => one.yes)]
  })
  if (answers.length === 0) return 'unknown'
  return answers.every((yes) => yes) ? 'granted' : 'refused'
}

const fulfils = ({ op, count: wanted }: Times, count: number) =>
  op === 'atLeast' ? count >= wanted : op === 'atMost' ? count <= wanted : count === wanted

function did(rule: DidRule, events: readonly Told[], now: number): boolean {
  const found = matching(rule, events).filter(({ time }) => isIn(rule.within, time, now))
  return fulfils(rule.times, found.length)
}

function measures(rule: MeasureRule, events: readonly Told[], now: number): boolean {
  const own = measured(rule, events, now)
  if (!rule.than) {
    if (typeof own !== 'bigint') return compares(own, rule, now)
    return comparesNumber(own, rule)
  }
  const other = measured(rule.than, events, now)
  if (typeof own !== 'bigint' || typeof other !== 'bigint') return false
  return ordered(rule.op, own, other)
}

function comparesComputed(rule: ComputedRule, events: readonly Told[], now: number): boolean {
  const value = naiveComputed(rule.computed.spec, events, now)
  return typeof value === 'bigint' ? comparesNumber(value, rule) : compares(value, rule, now)
}

const ordered = (op: string, x: bigint, y: bigint): boolean =>
  ({
    greater: x > y,
    greaterOrEqual: x >= y,
    less: x < y,
    lessOrEqual: x <= y,
    equals: x === y,
    notEquals: x !== y,
  })[op] ?? false

/** A number in full: a double would lose digits of a sum. */
function comparesNumber(value: bigint, { op, value: wanted }: Comparison): boolean {
  const one = (item: unknown): bigint | undefined => micros(item)[0]
  if (op === 'exists' || op === 'notExists') return op === 'exists'
  if (op === 'oneOf') return (wanted as unknown[]).some((item) => one(item) === value)
  if (op === 'between') {
    const [low = 0n, high = 0n] = (wanted as number[]).map((item) => one(item) ?? 0n)
    return value >= low && value <= high
  }
  const compared = one(wanted)
  if (compared === undefined) return op === 'notEquals'
  return ordered(op, value, compared)
}

function follows(rule: SequenceRule, events: readonly Told[], now: number): boolean {
  const parts = [...rule.sequence, ...(rule.without ? [rule.without] : [])]
  const moments = parts.map((part, index) =>
    matching(part, events).flatMap(({ time, ...one }) => {
      const path = rule.same?.[index]
      if (path === undefined) return [{ time, value: '' as Value }]
      return valuesOf({ ...one, time }, path).map((value) => ({ time, value }))
    }),
  )
  const [begins = []] = moments
  return begins.some(({ time, value }) => {
    if (!isIn(rule.begun, time, now)) return false
    const own = moments.map((list) =>
      list.filter((one) => one.value === value).map((one) => one.time),
    )
    return chains(rule, own, { begin: time, now })
  })
}

/** Every choice of moments is tried. */
function chains(
  rule: SequenceRule,
  moments: readonly (readonly number[])[],
  { begin, now }: { begin: number; now: number },
): boolean {
  const end = begin + lengthOf(rule.within)
  const steps = rule.sequence.length
  const without = rule.without ? (moments[steps] ?? []) : []
  const isFree = (until: number) => !without.some((at) => at > begin && at < until)
  const reach = (step: number, at: number): boolean => {
    if (rule.missing && step === steps - 1) {
      const came = (moments[step] ?? []).some((time) => time > at && time <= end)
      return !came && end <= now && isFree(end + 1)
    }
    if (step === steps) return isFree(at)
    return (moments[step] ?? []).some((time) => time > at && time <= end && reach(step + 1, time))
  }
  // A missing step must be missing after the earliest moment that the others allow.
  if (!rule.missing) return reach(1, begin)
  let at = begin
  for (let step = 1; step < steps - 1; step += 1) {
    const next = (moments[step] ?? []).filter((time) => time > at && time <= end)
    if (next.length === 0) return false
    at = Math.min(...next)
  }
  return reach(steps - 1, at)
}

function isActive(rule: ActiveRule, events: readonly Told[], now: number): boolean {
  const current = unitNumber(rule.unit, now)
  const units = matching(rule.active, events).map(({ time }) => unitNumber(rule.unit, time))
  const recent = units.filter((unit) => unit <= current && unit > current - rule.last)
  return fulfils(rule.times, new Set(recent).size)
}

/** By the spherical law of cosines, where the program has the haversine. */
function isNear(rule: NearRule, events: readonly Told[]): boolean {
  const latitude = latest(`${rule.near}.latitude`, events)
  const longitude = latest(`${rule.near}.longitude`, events)
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return false
  const [a, b, turn] = [latitude, rule.latitude, longitude - rule.longitude].map(
    (degrees) => (degrees * Math.PI) / 180,
  ) as [number, number, number]
  const cosine = Math.sin(a) * Math.sin(b) + Math.cos(a) * Math.cos(b) * Math.cos(turn)
  return 6_371.0088 * Math.acos(Math.max(-1, Math.min(1, cosine))) <= rule.km
}

export type { Told } from './naiveEvents.ts'
