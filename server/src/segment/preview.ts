import type { ClickHouse } from '../platform/clickhouse.ts'
import { type Approximate, type ApproximateRow, approximateOf, cappedIn } from './approximate.ts'
import type { Calendar } from './calendar.ts'
import { peopleSql } from './eventStreams.ts'
import { tree } from './kinds/index.ts'
import type { Rule } from './rule.ts'
import { SqlBuilder } from './sqlBuilder.ts'

/** What a rule would give on the people of now, without saving it. */
export type Preview = {
  /** People who fulfil it, and all people, without those who are left out. */
  count: number
  base: number
  leftOut: number
  /** What remains after each line of the outermost group (`all`), or what each line gives. */
  conditions: { path: string; count: number }[]
  /** Of those who fulfil it: whom the purpose marketing may reach. */
  reachable: { channel: string; count: number }[]
  /** Conditions that would be approximate once the rule is a live segment; the preview is exact. */
  approximate: Approximate[]
  sample: SampleRow[]
}

export type SampleRow = {
  id: string
  name: string
  identifiers: string[]
  lastSeen: string
  events: number
  city: string | null
  /** Paths of the lines of an outermost `any` that hold. */
  why: string[]
}

const CHANNELS = ['email', 'sms'] as const
const SAMPLE_SIZE = 20

type Line = { path: string; rule: Rule }

/** The lines a person sees first: the members of the outermost group, or the rule itself. */
export function linesOf(rule: Rule): { lines: Line[]; cumulative: boolean } {
  if ('all' in rule) {
    return {
      lines: rule.all.map((child, index) => ({ path: `/all/${index}`, rule: child })),
      cumulative: true,
    }
  }
  const branches = 'any' in rule ? rule.any : 'atLeast' in rule ? rule.of : null
  if (branches) {
    const key = 'any' in rule ? 'any' : 'of'
    return {
      lines: branches.map((child, index) => ({ path: `/${key}/${index}`, rule: child })),
      cumulative: false,
    }
  }
  return { lines: [{ path: '/', rule }], cumulative: false }
}

/** `calendar`: of the workspace's time zone. */
type Context = { workspace: number; now: number; calendar: Calendar; signal?: AbortSignal }

/** `leftOut`: a rule that those fulfil who are counted nowhere. */
export type PreviewRule = { rule: Rule; leftOut: Rule | null }

/** Counts all people once, then fetches those who are shown; given up when `signal` fires. */
export async function previewRule(
  clickhouse: ClickHouse,
  asked: PreviewRule,
  context: Context,
): Promise<Preview> {
  const { chosen, ...counts } = await countRule(clickhouse, asked, context)
  return { ...counts, sample: await readSample(clickhouse, chosen, context) }
}

/** Somebody to show: the profile and the paths of the lines that hold. */
type Chosen = { id: string; why: string[] }
type CountRow = ApproximateRow &
  Record<`n${number}` | `reach_${string}` | 'base' | 'left' | 'total', number> & {
    /** Unknown, spread, profile, which lines hold: in the order in which they are shown. */
    chosen: [boolean, number, string, number[]][]
  }

/** One pass over the people: every line is evaluated once a row, under a name. */
async function countRule(
  clickhouse: ClickHouse,
  { rule, leftOut }: PreviewRule,
  context: Context,
): Promise<Omit<Preview, 'sample'> & { chosen: Chosen[] }> {
  const builder = new SqlBuilder(context)
  const { lines, cumulative } = linesOf(rule)
  const left = leftOut === null ? 'false' : tree.toSql(leftOut, builder)
  const holdsFor = (one: Rule) => `(NOT left_out AND ${tree.toSql(one, builder)})`
  const named = lines.map((line, index) => `${holdsFor(line.rule)} AS line${index}`)
  const counts = lines.map((_, index) => {
    const upTo = lines.slice(0, index + 1).map((_line, at) => `line${at}`)
    return `countIf(${cumulative ? upTo.join(' AND ') : `line${index}`}) AS n${index}`
  })
  const capped = cappedIn(rule, builder)
  const passing = capped.map(({ sql }, index) => `${sql} AS capped${index}`)
  const approximate = capped.map(
    (_, index) => `countIf(NOT left_out AND capped${index}) AS a${index}`,
  )
  const reach = CHANNELS.map(
    (channel) => `countIf(fulfils AND has(reachable, '${channel}')) AS reach_${channel}`,
  )
  const fulfils = holdsFor(rule)
  const holding = lines.map((_, index) => `toUInt8(line${index})`)
  const person = `tuple(NOT known, cityHash64(id), id, [${holding.join(', ')}])`
  const [row] = await clickhouse.query<CountRow>(
    `SELECT countIf(NOT left_out) AS base, countIf(left_out) AS left,
       countIf(fulfils) AS total, ${[...counts, ...reach, ...approximate].join(', ')},
       groupArraySortedIf(${SAMPLE_SIZE})(${person}, fulfils) AS chosen
     FROM (
       SELECT p.profile AS id, p.known AS known, p.reachable AS reachable,
         ${[`${left} AS left_out`, ...named, ...passing, `${fulfils} AS fulfils`].join(', ')}
       ${peopleSql(builder)}
     )`,
    builder.params,
    signalOf(context),
  )
  return {
    count: row?.total ?? 0,
    base: row?.base ?? 0,
    leftOut: row?.left ?? 0,
    conditions: lines.map(({ path }, index) => ({ path, count: row?.[`n${index}`] ?? 0 })),
    reachable: CHANNELS.map((channel) => ({ channel, count: row?.[`reach_${channel}`] ?? 0 })),
    approximate: approximateOf(capped, row),
    chosen: (row?.chosen ?? []).map(([, , id, holds]) => ({
      id,
      why: cumulative ? [] : lines.filter((_, index) => holds[index]).map(({ path }) => path),
    })),
  }
}

async function readSample(
  clickhouse: ClickHouse,
  chosen: readonly Chosen[],
  context: Context,
): Promise<SampleRow[]> {
  if (chosen.length === 0) return []
  const rows = await clickhouse.query<Omit<SampleRow, 'why'>>(
    `SELECT p.profile AS id, p.name AS name, p.identifiers AS identifiers, p.events AS events,
       formatDateTime(p.last_seen, '%Y-%m-%dT%H:%i:%SZ') AS lastSeen,
       nullIf(JSONExtractString(p.raw['address.city']), '') AS city
     FROM profile_current AS p FINAL
     WHERE p.workspace = {workspace:UInt32} AND p.profile IN {chosen:Array(UUID)}`,
    { workspace: context.workspace, chosen: chosen.map((one) => one.id) },
    signalOf(context),
  )
  const byId = new Map(rows.map((row) => [row.id, row]))
  return chosen.flatMap(({ id, why }) => {
    const row = byId.get(id)
    return row ? [{ ...row, why }] : []
  })
}

function signalOf({ signal }: Context): { signal?: AbortSignal } {
  return signal ? { signal } : {}
}

/** How many people fulfil a rule. */
export async function countFulfilling(
  clickhouse: ClickHouse,
  rule: Rule,
  context: Context,
): Promise<number> {
  const builder = new SqlBuilder(context)
  const fulfils = tree.toSql(rule, builder)
  const [row] = await clickhouse.query<{ n: number }>(
    `SELECT countIf(fulfils) AS n FROM (SELECT ${fulfils} AS fulfils ${peopleSql(builder)})`,
    builder.params,
    signalOf(context),
  )
  return row?.n ?? 0
}

/** The ids of all profiles that fulfil a rule, in order: the batch answer of I5. */
export async function membersByHistory(
  clickhouse: ClickHouse,
  rule: Rule,
  context: Context,
): Promise<string[]> {
  const [members = []] = await membersOfRules(clickhouse, [rule], context)
  return members
}

/** The same of several rules, which are asked in one question. */
export async function membersOfRules(
  clickhouse: ClickHouse,
  rules: readonly Rule[],
  context: Context,
): Promise<string[][]> {
  const builder = new SqlBuilder(context)
  const fulfils = rules.map((rule) => `toUInt8(${tree.toSql(rule, builder)})`)
  const rows = await clickhouse.query<{ id: string; holds: number[] }>(
    `SELECT p.profile AS id, [${fulfils.join(', ')}] AS holds ${peopleSql(builder)}
       AND arrayExists(one -> one = 1, holds)`,
    builder.params,
    signalOf(context),
  )
  // ClickHouse orders ids by their second half.
  return rules.map((_, index) =>
    rows
      .filter(({ holds }) => holds[index] === 1)
      .map((row) => row.id)
      .sort(),
  )
}
