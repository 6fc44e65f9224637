import type { Rule } from '../../src/segment/index.ts'
import { call, type Historic, openHistoric } from '../crowdOfHistory.ts'
import { peopleWhose } from '../earlierLife.ts'
import { ADMIN_KEY } from '../house.ts'
import type { Lab } from '../lab.ts'
import type { Measured, Row } from '../row.ts'
import { pause } from '../settling.ts'
import { percentile, percentilesOf, round } from '../statistics.ts'
import { CATEGORIES, CITIES, PLANS } from '../workload.ts'

const TRAITS_P95_MS = 300
const BEHAVIOUR_P95_MS = 2_000
/** One asks while the rule is typed: so often it changes. */
const TRAITS_GAP_MS = 1_000
const BEHAVIOUR_GAP_MS = 4_000
const DAYS = 90
/** The sizes of the target. */
const PEOPLE = 1_000_000
const EVENTS = 20_000_000

/** P8: what a marketer waits for while a rule is typed. */
export const previewRow: Row = {
  id: 'P8',
  group: 'segments',
  what: 'Preview of a rule: count, waterfall, channels and 20 people, exact',
  target: 'p95 ≤ 300 ms for traits of 1 M people, ≤ 2 s for behaviour in 20 M events',
  measure: measurePreviews,
}

/** Another one each time, so that no answer can be kept. Four lines each. */
function traitRule(number: number): Rule {
  return {
    all: [
      { trait: 'country', op: 'equals', value: 'FR' },
      { trait: 'plan', op: 'equals', value: PLANS[number % PLANS.length] ?? '' },
      { trait: 'visits', op: 'greater', value: number % 40 },
      { not: { trait: 'city', op: 'equals', value: `city-${(number * 7) % CITIES}` } },
    ],
  }
}

function behaviourRule(number: number): Rule {
  const where = [
    { property: 'category', op: 'notEquals', value: `category-${number % CATEGORIES}` } as const,
  ]
  const within = { days: DAYS }
  return {
    all: [
      { did: 'Product Viewed', where, times: { op: 'atLeast', count: 2 }, within },
      { did: 'Order Completed', times: { op: 'atMost', count: 0 }, within },
      {
        measure: 'sum',
        of: { did: 'Product Added' },
        property: 'price',
        within,
        op: 'greaterOrEqual',
        value: 30,
      },
    ],
  }
}

type Preview = { count: number; base: number; conditions: { count: number }[] }

async function measurePreviews(lab: Lab): Promise<Measured> {
  const historic = await openHistoric(lab)
  await requireExact(historic)
  const { previews, mode, historyPeople, historyEvents } = lab.size
  lab.say(`${previews} previews of traits, each due by the clock`)
  const traits = await measured(lab, historic, {
    ...{ rule: traitRule, count: previews, gapMs: TRAITS_GAP_MS, bare: bareTraits },
  })
  lab.say('previews of behaviour')
  const behaviour = await measured(lab, historic, {
    ...{ rule: behaviourRule, count: Math.ceil(previews / 3), gapMs: BEHAVIOUR_GAP_MS },
    bare: bareBehaviour,
  })
  const isReached = traits.p95_ms <= TRAITS_P95_MS && behaviour.p95_ms <= BEHAVIOUR_P95_MS
  const isWhole = historyPeople >= PEOPLE && historyEvents >= EVENTS
  return {
    ...{ p50_ms: traits.p50_ms, p99_ms: traits.p99_ms },
    ratio: traits.ratio,
    reached: mode === 'full' && (isWhole || !isReached) ? isReached : null,
    summary:
      `${historyPeople} people, ${historyEvents} events: ` +
      `traits p95 ${traits.p95_ms} ms (bare count ${traits.ceiling_ms} ms), ` +
      `behaviour p95 ${behaviour.p95_ms} ms (bare counts ${behaviour.ceiling_ms} ms)`,
    people: historyPeople,
    events: historyEvents,
    ...{ traits, behaviour },
  }
}

type Asking = {
  rule(number: number): Rule
  count: number
  gapMs: number
  /** What the engine needs for the counts of the rule's lines alone. */
  bare(historic: Historic, number: number): Promise<unknown>
}

/** Previews in turn with the bare counts; each preview is due at a fixed time. */
async function measured(lab: Lab, historic: Historic, asking: Asking) {
  const { rule, count, gapMs, bare } = asking
  await preview(historic, rule(count))
  const waits: number[] = []
  const startedAt = performance.now()
  await Promise.all(
    Array.from({ length: count }, async (_, number) => {
      const due = startedAt + number * gapMs
      await pause(Math.max(0, due - performance.now()))
      await preview(historic, rule(number))
      waits.push(performance.now() - due)
    }),
  )
  const ceilings: number[] = []
  for (let number = 0; number < Math.min(count, 3 * lab.size.repeats); number += 1) {
    const from = performance.now()
    await bare(historic, number)
    ceilings.push(performance.now() - from)
  }
  const sorted = waits.toSorted((x, y) => x - y)
  const ceiling = percentile(
    ceilings.toSorted((x, y) => x - y),
    0.5,
  )
  const { p50_ms, p99_ms } = percentilesOf(waits)
  return {
    ...{ p50_ms, p95_ms: round(percentile(sorted, 0.95), 2), p99_ms },
    ceiling_ms: round(ceiling, 2),
    ratio: round(ceiling / Math.max(p50_ms, 0.01), 3),
    asked: count,
  }
}

const preview = (historic: Historic, rule: Rule) =>
  call<Preview>(historic, { method: 'POST', path: '/segments/preview', body: { rule } }, ADMIN_KEY)

/** The four conditions counted over the bare table, each version of a profile taken for one. */
function bareTraits({ house }: Historic, number: number): Promise<unknown> {
  return house.clickhouse.query(
    `SELECT countIf(a), countIf(a AND b), countIf(a AND b AND c), countIf(a AND b AND c AND d)
     FROM (
       SELECT text['country'] = 'fr' AS a, text['plan'] = {plan:String} AS b,
         number['visits'] > {visits:UInt32} AS c, text['city'] != {city:String} AS d
       FROM profile_current WHERE workspace = {workspace:UInt32})`,
    {
      workspace: house.workspace.id,
      plan: PLANS[number % PLANS.length],
      visits: number % 40,
      city: `city-${(number * 7) % CITIES}`,
    },
  )
}

/** The three aggregates in one pass over the bare events, each anchor taken for a person. */
function bareBehaviour({ house }: Historic, number: number): Promise<unknown> {
  return house.clickhouse.query(
    `SELECT countIf(a >= 2), countIf(b = 0), countIf(c >= 30) FROM (
       SELECT countIf(event = 'Product Viewed' AND text['category'] != {category:String}) AS a,
         countIf(event = 'Order Completed') AS b,
         sumIf(number['price'], event = 'Product Added') AS c
       FROM event WHERE workspace = {workspace:UInt32} AND time >= now() - INTERVAL ${DAYS} DAY
         AND event IN ('Product Viewed', 'Order Completed', 'Product Added')
       GROUP BY anchor)`,
    { workspace: house.workspace.id, category: `category-${number % CATEGORIES}` },
  )
}

/** Before time counts: the counts are those that the numbers of people and events say. */
async function requireExact(historic: Historic): Promise<void> {
  const { life } = historic
  const bought = await preview(historic, {
    all: [
      { trait: 'plan', op: 'equals', value: 'gold' },
      { did: 'Order Completed', times: { op: 'atLeast', count: 2 }, within: null },
    ],
  })
  const gold = PLANS.indexOf('gold')
  const isGold = (person: number) => person % PLANS.length === gold
  const found = [bought.base, ...bought.conditions.map((one) => one.count), bought.count]
  const counts = (event: { person: number; name: string }) =>
    isGold(event.person) && event.name === 'Order Completed'
  const all = peopleWhose(life, { counts, atLeast: 2 })
  const golden = Array.from({ length: life.people }, (_, person) => person).filter(isGold).length
  const expected = [life.people, golden, all, all]
  if (found.join() === expected.join()) return
  throw new Error(`The preview counts ${found.join()} where ${expected.join()} are right.`)
}
