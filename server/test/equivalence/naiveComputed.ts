import type { DecayingScore, Measure, Rfm, Spec } from '../../src/segment/rule.ts'
import { isIn } from './naiveCalendar.ts'
import { latest, matching, measured, type Told, type Value, valuesOf } from './naiveEvents.ts'
import { naiveFormula } from './naiveFormula.ts'

/** Computed traits, as naive as possible: a value, texts, an instant as text, or nothing. */

const DAY = 24 * 60 * 60_000
const ONE = 1_000_000n

/** A value as a text of the type's letter and what it is, as ties are told apart by. */
function keyOf(value: Value): string {
  if (typeof value === 'string') return `t${value}`
  if (typeof value === 'boolean') return `b${value}`
  const digits = (value < 0n ? -value : value).toString().padStart(7, '0')
  const text = `${digits.slice(0, -6)}.${digits.slice(-6)}`.replace(/\.?0*$/, '')
  return `n${value < 0n ? '-' : ''}${text}`
}

type Seen = { value: Value; time: number }

const latestOf = (seen: readonly Seen[], key: string): number =>
  Math.max(...seen.filter(({ value }) => keyOf(value) === key).map(({ time }) => time))

const bytes = (x: string, y: string) => Buffer.compare(Buffer.from(x), Buffer.from(y))

function mostFrequent(seen: readonly Seen[]): Value | null {
  const keys = [...new Set(seen.map(({ value }) => keyOf(value)))]
  const often = (key: string) => seen.filter(({ value }) => keyOf(value) === key).length
  keys.sort((x, y) => often(y) - often(x) || latestOf(seen, y) - latestOf(seen, x) || bytes(x, y))
  return seen.find(({ value }) => keyOf(value) === keys[0])?.value ?? null
}

const hourOf = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Paris',
  hour: '2-digit',
  hourCycle: 'h23',
})
const weekdayOf = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Paris', weekday: 'short' })
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

export function naiveComputed(
  spec: Spec,
  events: readonly Told[],
  now: number,
): Value | string[] | null {
  if ('measure' in spec) return measured(spec, events, now)
  if ('ratio' in spec) return ratio(spec.ratio, events, now)
  if ('score' in spec) return decayed(spec, events, now)
  if ('rfm' in spec) return rfm(spec, events, now)
  if ('formula' in spec) {
    return naiveFormula(spec.formula, (name) => {
      const computed = spec.traits?.[name]?.spec
      if (!computed) return { told: latest(name, events) }
      return { made: naiveComputed(computed, events, now), type: typeOf(computed) }
    })
  }
  if ('sql' in spec) throw new Error('What a query finds is not made of events.')
  const found = matching(spec.of, events).filter(({ time }) => isIn(spec.within, time, now))
  const seen = (path: string): Seen[] =>
    found.flatMap((one) => valuesOf(one, path).map((value) => ({ value, time: one.time })))
  if ('mostFrequent' in spec) return mostFrequent(seen(spec.mostFrequent))
  if ('uniqueList' in spec) {
    const keys = new Set(seen(spec.uniqueList).map(({ value }) => keyOf(value)))
    return keys.size === 0 ? null : [...keys].map((key) => key.slice(1))
  }
  if ('usualTime' in spec) {
    const part = (time: number) =>
      spec.usualTime === 'hour'
        ? Number(hourOf.format(time))
        : WEEKDAYS.indexOf(weekdayOf.format(time)) + 1
    return mostFrequent(found.map(({ time }) => ({ value: BigInt(part(time)) * ONE, time })))
  }
  const times = found.map(({ time }) => time)
  if (times.length === 0) return null
  if ('daysBetween' in spec) return meanInterval(times)
  const edge = 'daysSince' in spec ? spec.daysSince : spec.timeOf
  const at = edge === 'first' ? Math.min(...times) : Math.max(...times)
  if ('timeOf' in spec) return new Date(at).toISOString()
  return BigInt(Math.max(0, Math.floor((now - at) / DAY))) * ONE
}

/** Of the gaps one after the other, where the program looks at the ends. */
function meanInterval(times: readonly number[]): bigint | null {
  const sorted = [...times].sort((x, y) => x - y)
  const gaps = sorted.slice(1).map((time, index) => BigInt(time - (sorted[index] ?? time)))
  if (gaps.length === 0) return null
  return (gaps.reduce((sum, gap) => sum + gap, 0n) * ONE) / BigInt(DAY) / BigInt(gaps.length)
}

function typeOf(spec: Spec): 'number' | 'date' | 'list' | 'any' {
  if ('timeOf' in spec) return 'date'
  if ('uniqueList' in spec) return 'list'
  return 'mostFrequent' in spec ? 'any' : 'number'
}

function ratio(
  [over, under]: readonly [Measure, Measure],
  events: readonly Told[],
  now: number,
): bigint | null {
  const [x, y] = [measured(over, events, now), measured(under, events, now)]
  if (typeof x !== 'bigint' || typeof y !== 'bigint' || y === 0n) return null
  return (x * ONE) / y
}

/** By whole days: half of it is left after each half-life, nothing after twenty of them. */
function decayed(spec: DecayingScore, events: readonly Told[], now: number): bigint {
  let points = 0n
  for (const { of, weight } of spec.score) {
    for (const { time } of matching(of, events)) {
      const days = Math.max(0, Math.floor((now - time) / DAY))
      if (days >= 20 * spec.halfLifeDays) continue
      points += BigInt((weight * 2 ** (-days / spec.halfLifeDays)).toFixed(6).replace('.', ''))
    }
  }
  return points
}

function rfm(spec: Rfm, events: readonly Told[], now: number): Value | null {
  const found = matching(spec.rfm, events).filter(({ time }) => isIn(spec.within, time, now))
  const { rfm: of, monetary: property, within, cuts, groups = [], part = 'group' } = spec
  if (found.length === 0 || !cuts) return null
  const spent = measured({ measure: 'sum', of, property, within }, events, now)
  const days = Math.floor((now - Math.max(...found.map(({ time }) => time))) / DAY)
  const score = (value: bigint, limits: readonly number[]) =>
    1 + limits.filter((limit) => BigInt(Math.round(limit * 1e6)) < value).length
  const scores = {
    r: 6 - score(BigInt(Math.max(0, days)) * ONE, cuts.r),
    f: score(BigInt(found.length) * ONE, cuts.f),
    m: score(typeof spent === 'bigint' ? spent : 0n, cuts.m),
  }
  if (part !== 'group') return BigInt(scores[part]) * ONE
  const isBetween = (value: number, [low, high]: readonly [number, number]) =>
    value >= low && value <= high
  const group = groups.find(({ cells }) =>
    cells.some(({ r, f }) => isBetween(scores.r, r) && isBetween(scores.f, f)),
  )
  return group?.key ?? null
}
