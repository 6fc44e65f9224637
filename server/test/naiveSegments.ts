import type { Comparison, DidRule, Rule, TraitRule, Window } from '../src/segment/rule.ts'

/**
 * A third implementation of the segment language, over a plain list of events, as naive as
 * possible and sharing no code with the two that it checks.
 */
export type Told = {
  /** Who: one identifier, which is a profile of its own. */
  who: string
  event: string
  /** Epoch ms. */
  time: number
  messageId: string
  properties: Record<string, unknown>
  /** Only of an identify. */
  traits: Record<string, unknown> | null
  /** Bots and staff are kept and never counted. */
  counted: boolean
}

/** Those of `told` who fulfil the rule at `now`. */
export function naiveMembers(rule: Rule, told: readonly Told[], now: number): string[] {
  const seen = new Map(told.map((one) => [one.messageId, one]))
  const people = Map.groupBy(
    [...seen.values()].filter((one) => one.counted),
    (one) => one.who,
  )
  return [...people].filter(([, events]) => holds(rule, events, now)).map(([who]) => who)
}

function holds(rule: Rule, events: readonly Told[], now: number): boolean {
  if ('all' in rule) return rule.all.every((one) => holds(one, events, now))
  if ('any' in rule) return rule.any.some((one) => holds(one, events, now))
  if ('not' in rule) return !holds(rule.not, events, now)
  if ('did' in rule) return did(rule, events, now)
  return compares(latest(rule, events), rule, now)
}

function latest(rule: TraitRule, events: readonly Told[]): unknown {
  const said = events.filter((one) => one.traits && rule.trait in one.traits)
  said.sort((x, y) => x.time - y.time)
  return said.at(-1)?.traits?.[rule.trait]
}

function did(rule: DidRule, events: readonly Told[], now: number): boolean {
  const count = events.filter(
    (one) =>
      one.event === rule.did &&
      (rule.within === null || one.time > now - lengthOf(rule.within)) &&
      (rule.where ?? []).every((filter) =>
        compares((one.traits ?? one.properties)[filter.property], filter, now),
      ),
  ).length
  const { op, count: wanted } = rule.times
  return op === 'atLeast' ? count >= wanted : op === 'atMost' ? count <= wanted : count === wanted
}

const MINUTE = 60_000

function lengthOf(window: Window): number {
  if ('minutes' in window) return window.minutes * MINUTE
  return 'hours' in window ? window.hours * 60 * MINUTE : window.days * 24 * 60 * MINUTE
}

const plain = (text: unknown) =>
  String(text)
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '')
    .join(' ')

/** Six decimal digits; the numbers of these tests have no ties at the seventh. */
const rounded = (value: number) => (Math.abs(value) < 1e9 ? Math.round(value * 1e6) / 1e6 : value)

const TOO_LARGE = 1e32

function same(value: unknown, wanted: unknown): boolean {
  if (typeof value === 'string' && typeof wanted === 'string') return plain(value) === plain(wanted)
  if (typeof value === 'number' && typeof wanted === 'number') {
    return rounded(value) === rounded(wanted)
  }
  return typeof value === 'boolean' && value === wanted
}

function instant(value: unknown): number {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d/.test(value)) return Number.NaN
  const [year, month, day] = value.slice(0, 10).split('-').map(Number)
  const midnight = new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, day))
  if (midnight.toISOString().slice(0, 10) !== value.slice(0, 10)) return Number.NaN
  return Date.parse(value)
}

function compares(value: unknown, { op, value: wanted }: Comparison, now: number): boolean {
  const isNothing =
    value === undefined ||
    value === null ||
    (typeof value === 'number' && Math.abs(value) >= TOO_LARGE) ||
    (typeof value === 'object' && !Array.isArray(value))
  if (isNothing) return op === 'notExists'
  const number = typeof value === 'number' ? rounded(value) : Number.NaN
  const [low, high] = (Array.isArray(wanted) ? wanted : []).map(Number)
  const text = typeof value === 'string' ? plain(value) : null
  const at = instant(value)
  const length = typeof wanted === 'object' && !Array.isArray(wanted) ? lengthOf(wanted) : 0
  const list = (wanted as unknown[]) ?? []
  return {
    equals: () => same(value, wanted),
    notEquals: () => !same(value, wanted),
    oneOf: () => list.some((one) => same(value, one)),
    contains: () => text?.includes(plain(wanted)) === true,
    startsWith: () => text?.startsWith(plain(wanted)) === true,
    endsWith: () => text?.endsWith(plain(wanted)) === true,
    greater: () => number > rounded(Number(wanted)),
    greaterOrEqual: () => number >= rounded(Number(wanted)),
    less: () => number < rounded(Number(wanted)),
    lessOrEqual: () => number <= rounded(Number(wanted)),
    between: () => number >= rounded(low ?? 0) && number <= rounded(high ?? 0),
    before: () => at < instant(wanted),
    after: () => at > instant(wanted),
    withinLast: () => at <= now && at > now - length,
    withinNext: () => at > now && at <= now + length,
    isTrue: () => value === true,
    isFalse: () => value === false,
    exists: () => true,
    notExists: () => false,
    listHas: () =>
      Array.isArray(value) &&
      value.some((one) => (typeof one === 'string' ? plain(one) : String(one)) === plain(wanted)),
  }[op]()
}
