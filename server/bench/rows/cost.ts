import { coresFor, cpuHoursFor, eventsPerSecondOn } from '../capacity.ts'
import type { House } from '../house.ts'
import type { Lab } from '../lab.ts'
import type { Measured, Row } from '../row.ts'
import { round } from '../statistics.ts'
import { measureAllIn } from './flow.ts'
import { growHouse } from './rebuild.ts'

const MILLION = 1_000_000
const GIGABYTE = 1024 ** 3

/** What the events of a house take on disk, by what they are kept for. */
const TABLES: Record<string, readonly string[]> = {
  log: ['log_block'],
  dedup: ['dedup%'],
  verdicts: ['verdict'],
  state: [
    'profile',
    'profile_alias',
    'identifier',
    'evidence',
    'device',
    'device_owner',
    'membership',
    'timer',
  ],
}

/** GB of disk for a million events. */
export const diskRow: Row = {
  id: 'disk',
  group: 'cost',
  what: 'Disk for a million events (PostgreSQL, log, ClickHouse)',
  target: '',
  measure: measureDisk,
}

/** What it costs to run. */
export const costRow: Row = {
  id: 'cost',
  group: 'cost',
  what: 'CPU-hours for a million events a day',
  target: '',
  measure: measureCost,
}

async function measureDisk(lab: Lab): Promise<Measured> {
  const { house, events } = await growHouse(lab)
  lab.say('counting bytes after a checkpoint and a merge')
  await house.postgres.query('VACUUM')
  await house.postgres.query('CHECKPOINT')
  const bytes: Record<string, number> = {}
  for (const [kind, tables] of Object.entries(TABLES)) bytes[kind] = await bytesOf(house, tables)
  bytes.clickhouse = await bytesInHistory(house)
  const gb = (part: number) => round((part * MILLION) / events / GIGABYTE, 3)
  const total = Object.values(bytes).reduce((sum, one) => sum + one, 0)
  const [people] = await house.postgres.query<{ n: number; document: number }>(
    'SELECT count(*) AS n, avg(octet_length(document))::int AS document FROM profile',
  )
  return {
    reached: null,
    summary: `${gb(total)} GB`,
    gb_per_million: gb(total),
    gb_per_million_of: Object.fromEntries(Object.entries(bytes).map(([k, b]) => [k, gb(b)])),
    events,
    profiles: people?.n ?? 0,
    // State grows with people and not with events.
    state_bytes_per_profile: Math.round((bytes.state ?? 0) / Math.max(people?.n ?? 0, 1)),
    document_bytes: people?.document ?? 0,
  }
}

/** Bytes of tables with their indexes; `%` stands for any ending. */
async function bytesOf({ postgres }: House, tables: readonly string[]): Promise<number> {
  const [row] = await postgres.query<{ bytes: number }>(
    `SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint AS bytes
     FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname LIKE ANY($1)`,
    [tables],
  )
  return row?.bytes ?? 0
}

async function bytesInHistory({ clickhouse }: House): Promise<number> {
  const tables = await clickhouse.query<{ name: string }>(
    `SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'`,
  )
  for (const { name } of tables) {
    await clickhouse.command('OPTIMIZE TABLE {name:Identifier} FINAL', { name })
  }
  const [row] = await clickhouse.query<{ bytes: string }>(
    `SELECT sum(bytes_on_disk) AS bytes FROM system.parts
     WHERE database = currentDatabase() AND active`,
  )
  return Number(row?.bytes ?? 0)
}

async function measureCost(lab: Lab): Promise<Measured> {
  const { cpu } = await measureAllIn(lab)
  const hours = round(cpuHoursFor(MILLION, cpu.total), 3)
  return {
    reached: null,
    cpu_us: cpu.total,
    summary: `${hours} CPU-hours a day`,
    cpu_hours_per_million: hours,
    cpu_us_by_group: cpu,
    events_per_s_on_one_core: Math.round(eventsPerSecondOn(1, cpu.total)),
    cores_for: Object.fromEntries(
      [100, 1_000, 10_000, 100_000].map((rate) => [rate, round(coresFor(rate, cpu.total), 1)]),
    ),
  }
}
