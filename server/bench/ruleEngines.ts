import { Engine } from 'json-rules-engine'
import { Query } from 'mingo'
import sift from 'sift'
import { standings } from '../src/privacy/index.ts'
import {
  type Document,
  emptyDocument,
  emptyFragment,
  factsOf,
  type Registry,
} from '../src/profile/index.ts'
import type { StreamNeed } from '../src/segment/answer.ts'
import { calendarOf } from '../src/segment/calendar.ts'
import { streamKey } from '../src/segment/eventStreams.ts'
import type { Rule } from '../src/segment/index.ts'
import { preparer, tree } from '../src/segment/kinds/index.ts'
import { reachOf } from '../src/segment/period.ts'
import type { DidRule } from '../src/segment/rule.ts'
import { mixOf } from './segmentMix.ts'
import { round } from './statistics.ts'
import { CITIES, mixed, PLANS } from './workload.ts'

/**
 * The same rules in other engines, as pure evaluation: every rule on every profile, nothing
 * stored, nothing spared by knowing what changed. All get what is kept of a profile: its traits,
 * and of each stream the times of its newest entries. Answers are compared before times count.
 */

/** Rules a profile fulfils, by number. */
type Answers = readonly number[]

type Contestant = {
  name: string
  answer(profile: MadeProfile): Answers | Promise<Answers>
}

const NOW = Date.UTC(2026, 0, 31)
const DAY_MS = 24 * 60 * 60 * 1_000

/** A profile in both forms: as objects for the others, as a document for ours. */
type MadeProfile = {
  plain: { traits: Record<string, string | number>; streams: Record<string, number[]> }
  document: Document
}

const TRAITS = ['city', 'plan', 'visits']

/** CPU microseconds a profile of each engine, after their answers were found to be the same. */
export async function compareEngines(options: { rules: number; profiles: number }) {
  const rules = mixOf(options.rules)
  const streams = streamsOf(rules)
  const profiles = Array.from({ length: options.profiles }, (_, number) =>
    makeProfile(number, streams),
  )
  const contestants = [
    ours(rules, streams),
    sifting(rules, streams),
    mingoing(rules, streams),
    engine(rules, streams),
  ]
  const [expected, ...others] = await Promise.all(
    contestants.map(async (one) => {
      const answers: Answers[] = []
      for (const profile of profiles) answers.push(await one.answer(profile))
      return JSON.stringify(answers)
    }),
  )
  const wrong = contestants.slice(1).filter((_, index) => others[index] !== expected)
  if (wrong.length > 0) {
    throw new Error(`Other answers than ours: ${wrong.map((one) => one.name).join(', ')}.`)
  }
  const costs: Record<string, number> = {}
  for (const contestant of contestants) costs[contestant.name] = await costOf(contestant, profiles)
  const fulfilled = (JSON.parse(expected ?? '[]') as Answers[]).reduce(
    (n, one) => n + one.length,
    0,
  )
  return { ...options, fulfilled, same_answers: true, cpu_us_per_profile: costs }
}

async function costOf({ answer }: Contestant, profiles: readonly MadeProfile[]): Promise<number> {
  const before = process.cpuUsage()
  for (const profile of profiles) await answer(profile)
  const { user, system } = process.cpuUsage(before)
  return round((user + system) / profiles.length, 1)
}

type Streams = ReadonlyMap<string, number>

function streamsOf(rules: readonly Rule[]): Streams {
  const needs: StreamNeed[] = rules.flatMap((rule) => tree.needs(rule).streams)
  return new Map([...new Set(needs.map((need) => need.key))].map((key, index) => [key, index]))
}

function makeProfile(number: number, streams: Streams): MadeProfile {
  const traits = {
    city: `city-${mixed(number) % CITIES}`,
    plan: PLANS[number % PLANS.length] ?? '',
    visits: mixed(number + 1) % 50,
  }
  const document = emptyDocument('person')
  const fragment = emptyFragment('00000000-0000-0000-0000-000000000001', null)
  document.fragments.push(fragment)
  for (const [id, name] of TRAITS.entries()) {
    const value = traits[name as keyof typeof traits]
    fragment.traits.set(id, { value, at: NOW, hash: 1, source: 1, event: 1 })
  }
  const plain: MadeProfile['plain'] = { traits, streams: {} }
  for (const [key, id] of streams) {
    const isOfAll = key.endsWith('"where":[]}')
    const count = mixed(number * 7_919 + id) % (isOfAll ? 60 : 4)
    const gap = isOfAll ? DAY_MS / 6 : DAY_MS * 11
    const times = Array.from({ length: count }, (_, index) => NOW - (index + 1) * gap)
    plain.streams[`s${id}`] = times
    fragment.streams.set(
      id,
      times.map((at) => ({ at, hash: 1, item: 0, value: null })),
    )
  }
  return { plain, document }
}

/** Numbers of the rules for which `test` holds. */
function numbersWhere<T>(items: readonly T[], test: (item: T) => boolean): number[] {
  return items.flatMap((item, number) => (test(item) ? [number] : []))
}

function ours(rules: readonly Rule[], streams: Streams): Contestant {
  const registry: Registry = {
    idOf: (_kind, name) => {
      const id = TRAITS.indexOf(name)
      return id === -1 ? undefined : id
    },
    nameOf: (_kind, id) => TRAITS[id] ?? '',
    names: () => TRAITS,
  }
  const prepared = rules.map(
    preparer({ streamOf: (key) => streams.get(key), calendar: calendarOf('UTC') }),
  )
  return {
    name: 'clientele',
    answer: ({ document }) => {
      const facts = factsOf(document, () => undefined)
      const context = { facts, registry, around: standings.NONE, now: NOW }
      return numbersWhere(prepared, (evaluate) => evaluate(context).holds)
    },
  }
}

type Filter = Record<string, unknown>

/** "At least n within the window" is: the n-th newest entry lies in the window. */
function nthNewest(rule: DidRule, streams: Streams): { id: number; index: number; after: number } {
  const id = streams.get(streamKey(rule)) ?? 0
  const after = NOW - (reachOf(rule.within) ?? Number.POSITIVE_INFINITY)
  return { id, index: rule.times.count - 1, after }
}

/** A rule in MongoDB's language. */
function filterOf(rule: Rule, streams: Streams): Filter {
  if ('all' in rule) return { $and: rule.all.map((one) => filterOf(one, streams)) }
  if ('any' in rule) return { $or: rule.any.map((one) => filterOf(one, streams)) }
  if ('not' in rule) return { $nor: [filterOf(rule.not, streams)] }
  if ('trait' in rule) {
    const value = rule.op === 'greater' ? { $gt: rule.value } : rule.value
    return { [`traits.${rule.trait}`]: value }
  }
  const { id, index, after } = nthNewest(rule as DidRule, streams)
  return { [`streams.s${id}.${index}`]: { $gt: after } }
}

function sifting(rules: readonly Rule[], streams: Streams): Contestant {
  // Its types speak of a module, what is exported is the function itself.
  const compile = sift as unknown as (filter: Filter) => (item: object) => boolean
  const tests = rules.map((rule) => compile(filterOf(rule, streams)))
  return { name: 'sift', answer: ({ plain }) => numbersWhere(tests, (test) => test(plain)) }
}

function mingoing(rules: readonly Rule[], streams: Streams): Contestant {
  const queries = rules.map((rule) => new Query(filterOf(rule, streams)))
  return { name: 'mingo', answer: ({ plain }) => numbersWhere(queries, (one) => one.test(plain)) }
}

type Condition = ConstructorParameters<typeof Engine>[0] extends (infer R)[] | undefined
  ? R extends { conditions: infer C }
    ? C
    : never
  : never

/** A rule in the language of json-rules-engine, with an operator of our own for the n-th newest. */
function conditionOf(rule: Rule, streams: Streams): Condition {
  const inner = (one: Rule) => conditionOf(one, streams) as never
  if ('all' in rule) return { all: rule.all.map(inner) }
  if ('any' in rule) return { any: rule.any.map(inner) }
  if ('not' in rule) return { not: inner(rule.not) }
  if ('trait' in rule) {
    const operator = rule.op === 'greater' ? 'greaterThan' : 'equal'
    return { all: [{ fact: rule.trait, operator, value: rule.value }] }
  }
  const { id, ...value } = nthNewest(rule as DidRule, streams)
  return { all: [{ fact: `s${id}`, operator: 'nthAfter', value }] }
}

function engine(rules: readonly Rule[], streams: Streams): Contestant {
  const made = new Engine()
  made.addOperator(
    'nthAfter',
    (times: number[], { index, after }: { index: number; after: number }) => {
      return (times[index] ?? Number.NEGATIVE_INFINITY) > after
    },
  )
  for (const [number, rule] of rules.entries()) {
    made.addRule({ conditions: conditionOf(rule, streams), event: { type: String(number) } })
  }
  return {
    name: 'json-rules-engine',
    answer: async ({ plain }) => {
      const { events } = await made.run({ ...plain.traits, ...plain.streams })
      return events.map((event) => Number(event.type)).sort((x, y) => x - y)
    },
  }
}
