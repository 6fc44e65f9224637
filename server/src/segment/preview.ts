import type { ClickHouse } from '../platform/clickhouse.ts'
import type { Calendar } from './calendar.ts'
import { tree } from './kinds/index.ts'
import type { Rule } from './rule.ts'
import { SqlBuilder } from './sqlBuilder.ts'

/** What a rule would give on the people of now, without saving it. */
export type Preview = {
  /** People who fulfil it, and all people. */
  count: number
  base: number
  /** What remains after each line of the outermost group (`all`), or what each line gives. */
  conditions: { path: string; count: number }[]
  /** Of those who fulfil it: whom the purpose marketing may reach. */
  reachable: { channel: string; count: number }[]
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

/** Counts and samples at once; given up when `signal` fires. */
export async function previewRule(
  clickhouse: ClickHouse,
  rule: Rule,
  context: Context,
): Promise<Preview> {
  const [counts, sample] = await Promise.all([
    countRule(clickhouse, rule, context),
    sampleRule(clickhouse, rule, context),
  ])
  return { ...counts, sample }
}

async function countRule(
  clickhouse: ClickHouse,
  rule: Rule,
  context: Context,
): Promise<Omit<Preview, 'sample'>> {
  const builder = new SqlBuilder(context)
  const { lines, cumulative } = linesOf(rule)
  // Each line is evaluated once a row, under a name; what remains is their conjunction.
  const named = lines.map((line, index) => `${tree.toSql(line.rule, builder)} AS line${index}`)
  const counts = lines.map((_, index) => {
    const upTo = lines.slice(0, index + 1).map((_line, at) => `line${at}`)
    return `countIf(${cumulative ? upTo.join(' AND ') : `line${index}`}) AS n${index}`
  })
  const full = tree.toSql(rule, builder)
  const reach = CHANNELS.map(
    (channel) => `countIf(fulfils AND has(reachable, '${channel}')) AS reach_${channel}`,
  )
  const [row] = await clickhouse.query<Record<string, number>>(
    `SELECT count() AS base, countIf(fulfils) AS total, ${[...counts, ...reach].join(', ')}
     FROM (
       SELECT p.reachable AS reachable, ${[...named, `${full} AS fulfils`].join(', ')}
       FROM profile_current AS p FINAL
       WHERE p.workspace = ${builder.bind('UInt32', context.workspace)} AND p.kind = 'person'
     )`,
    builder.params,
    signalOf(context),
  )
  return {
    count: row?.total ?? 0,
    base: row?.base ?? 0,
    conditions: lines.map(({ path }, index) => ({ path, count: row?.[`n${index}`] ?? 0 })),
    reachable: CHANNELS.map((channel) => ({ channel, count: row?.[`reach_${channel}`] ?? 0 })),
  }
}

async function sampleRule(
  clickhouse: ClickHouse,
  rule: Rule,
  context: Context,
): Promise<SampleRow[]> {
  const builder = new SqlBuilder(context)
  const { lines, cumulative } = linesOf(rule)
  const branches = cumulative ? [] : lines
  const why = branches.map((line) => tree.toSql(line.rule, builder))
  const rows = await clickhouse.query<Omit<SampleRow, 'why'> & { branches: boolean[] }>(
    `SELECT p.profile AS id, p.name AS name, p.identifiers AS identifiers, p.events AS events,
       formatDateTime(p.last_seen, '%Y-%m-%dT%H:%i:%SZ') AS lastSeen,
       nullIf(JSONExtractString(p.raw['address.city']), '') AS city,
       [${why.join(', ') || 'false'}] AS branches
     FROM profile_current AS p FINAL
     WHERE p.workspace = ${builder.bind('UInt32', context.workspace)} AND p.kind = 'person'
       AND ${tree.toSql(rule, builder)}
     ORDER BY p.known DESC, cityHash64(p.profile) LIMIT ${SAMPLE_SIZE}`,
    builder.params,
    signalOf(context),
  )
  return rows.map(({ branches: holds, ...row }) => ({
    ...row,
    why: branches.flatMap((line, index) => (holds[index] ? [line.path] : [])),
  }))
}

function signalOf({ signal }: Context): { signal?: AbortSignal } {
  return signal ? { signal } : {}
}

/** The ids of all profiles that fulfil a rule, in order: the batch answer of I5. */
export async function membersByHistory(
  clickhouse: ClickHouse,
  rule: Rule,
  context: Context,
): Promise<string[]> {
  const builder = new SqlBuilder(context)
  const rows = await clickhouse.query<{ id: string }>(
    `SELECT p.profile AS id FROM profile_current AS p FINAL
     WHERE p.workspace = ${builder.bind('UInt32', context.workspace)} AND p.kind = 'person'
       AND ${tree.toSql(rule, builder)}`,
    builder.params,
    signalOf(context),
  )
  // ClickHouse orders ids by their second half.
  return rows.map((row) => row.id).sort()
}
