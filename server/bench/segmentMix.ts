import { newIdFrom } from '../src/platform/ids.ts'
import type { Sql } from '../src/platform/postgres.ts'
import type { StreamNeed } from '../src/segment/answer.ts'
import { announce, type Rule } from '../src/segment/index.ts'
import { tree } from '../src/segment/kinds/index.ts'
import { parseRule } from '../src/segment/parse.ts'
import type { House } from './house.ts'
import { CATEGORIES, CITIES, EVENT_NAMES, PLANS } from './workload.ts'

/**
 * The published mix of segments, the rule a function of the segment's number. Of ten segments:
 * five ask how often somebody did something with products of one category (one of them of gold
 * customers only, one of those who have not bought of it since), one how often somebody did
 * something at all, two name a city, one a city and a plan, one a city and a number of visits.
 * An event of one name and category so concerns about one of 200 segments.
 */
export function ruleOf(number: number): Rule {
  const tens = Math.floor(number / 10)
  const city = { trait: 'city', op: 'equals', value: `city-${(number * 7) % CITIES}` } as const
  const plan = PLANS[tens % PLANS.length] ?? ''
  const name = EVENT_NAMES[(tens + number) % EVENT_NAMES.length] ?? ''
  const category = `category-${(number * 13 + tens) % CATEGORIES}`
  const where = [{ property: 'category', op: 'equals', value: category } as const]
  const times = (count: number) => ({ op: 'atLeast', count }) as const
  const within = { days: 30 }
  const did: Rule = { did: name, where, times: times(1 + (number % 3)), within }
  const kind = number % 10
  if (kind <= 1) return city
  if (kind === 2) return { all: [city, { trait: 'plan', op: 'equals', value: plan }] }
  if (kind === 3)
    return { all: [city, { trait: 'visits', op: 'greater', value: 25 + (tens % 20) }] }
  if (kind <= 6) return did
  if (kind === 7) {
    return { did: name, times: times(10 + (tens % 40)), within: { days: 7 } }
  }
  if (kind === 8) return { all: [did, { trait: 'plan', op: 'equals', value: 'gold' }] }
  const bought: Rule = { did: 'Order Completed', where, times: times(1), within: { days: 7 } }
  return { all: [did, { not: bought }] }
}

/** Rules that every viewed product concerns, whatever it is: nothing can be spared then. */
export function ruleOfAll(number: number): Rule {
  const times = { op: 'atLeast', count: 10 + number } as const
  return { did: 'Product Viewed', times, within: { days: 7 } }
}

const BUYERS: Rule = {
  did: 'Order Completed',
  times: { op: 'atLeast', count: 1 },
  within: { days: 30 },
}
const PROBES: Rule = {
  did: 'Bench Probe',
  times: { op: 'atLeast', count: 1 },
  within: { days: 30 },
}

/** Whoever did it is a member for a minute, and leaves without an event. */
const EXITS: Rule = {
  did: 'Bench Exit',
  times: { op: 'atLeast', count: 1 },
  within: { minutes: 1 },
}

export const EXIT_WINDOW_MS = 60_000

/** Numbers of the segments that the benchmark looks at. */
export type Watched = { buyers: number; probes: number; exits: number }

/**
 * Writes segments straight into the tables, as they are once they are filled: among people of whom
 * nothing is known yet, or who are loaded afterwards, there is nothing to fill. Besides `rules`
 * there are always the three that the benchmark looks at.
 */
export async function installSegments(house: House, rules: readonly Rule[]): Promise<Watched> {
  const all = [BUYERS, PROBES, EXITS, ...rules].map((rule) => parseRule(rule))
  const needs = needsOf(all)
  const ids = await house.postgres.transaction(async (sql) => {
    await insertStreams(sql, house.workspace.id, needs)
    const rows = await insertSegments(sql, house.workspace.id, all)
    await announce(sql)
    return rows
  })
  const [buyers = 0, probes = 0, exits = 0] = ids
  return { buyers, probes, exits }
}

/** What the rules need, joined: of each stream the most entries and the longest time. */
function needsOf(rules: readonly Rule[]): StreamNeed[] {
  const needs = new Map<string, StreamNeed>()
  for (const need of rules.flatMap((rule) => tree.needs(rule).streams)) {
    const held = needs.get(need.key)
    const newest = Math.max(held?.newest ?? 0, need.newest)
    const isEver = need.ms === null || held?.ms === null
    const ms = isEver ? null : Math.max(held?.ms ?? 0, need.ms ?? 0)
    needs.set(need.key, { ...need, newest, ms })
  }
  return [...needs.values()]
}

async function insertStreams(sql: Sql, workspace: number, needs: readonly StreamNeed[]) {
  await sql.query(
    `INSERT INTO stream (workspace, definition, keep_newest, keep_ms, complete)
     SELECT $1, *, true FROM unnest($2::text[], $3::int[], $4::bigint[])
     ON CONFLICT (workspace, definition) DO UPDATE
       SET keep_newest = greatest(stream.keep_newest, excluded.keep_newest),
           keep_ms = greatest(stream.keep_ms, excluded.keep_ms)`,
    [
      workspace,
      needs.map((need) => need.key),
      needs.map((need) => need.newest),
      needs.map((need) => need.ms),
    ],
  )
}

async function insertSegments(
  sql: Sql,
  workspace: number,
  rules: readonly Rule[],
): Promise<number[]> {
  const newId = newIdFrom({ now: Date.now })
  const rows = await sql.query<{ id: number }>(
    `INSERT INTO segment (public_id, workspace, name_fr, name_en, rule, state, progress, evaluated,
       created_at, updated_at, updated_by)
     SELECT public_id, $1, name, name, rule, 'live', 1, true, now(), now(), 'bench'
     FROM unnest($2::uuid[], $3::text[], $4::jsonb[]) WITH ORDINALITY
       AS new (public_id, name, rule, number)
     ORDER BY number RETURNING id`,
    [
      workspace,
      rules.map(() => newId()),
      rules.map((_, index) => `Bench ${index}`),
      rules.map((rule) => JSON.stringify(rule)),
    ],
  )
  return rows.map((row) => row.id).sort((x, y) => x - y)
}

/** So many rules of the published mix. */
export const mixOf = (count: number): Rule[] => Array.from({ length: count }, (_, n) => ruleOf(n))
