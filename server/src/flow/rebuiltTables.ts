import type { Postgres, Sql } from '../platform/postgres.ts'
import { readProfiles, writeProfiles } from '../profile/index.ts'
import type { Lease } from './cursor.ts'
import { advanceCursor } from './cursor.ts'
import type { MembershipChange } from './effects.ts'
import { insertVerdict, OUTCOMES, type StoredFacts } from './verdict.ts'

/** Where a state is folded apart from the live one. */
export const APART = 'rebuild'

/** The address of a database for connections that find the state folded apart before the live. */
export function apartUrl(postgresUrl: string): string {
  const url = new URL(postgresUrl)
  url.searchParams.set('options', `-c search_path=${APART},public`)
  return url.href
}

/** Tables that hold nothing but what is folded from the log: these are replaced. */
const STATE = [
  'profile',
  'profile_alias',
  'evidence',
  'identity_decision',
  'device',
  'device_owner',
  'timer',
  'membership',
  'consent_state',
] as const

/** Tables the fold needs for itself; what it writes there is thrown away in the end. */
const SCRATCH = ['flow_cursor', 'dedup', 'dedup_arrival'] as const

/** Records that were written when things first happened: the fold must not write them again. */
const RECORDS = [
  'verdict',
  'dead_letter',
  'intake_minute',
  'outbox',
  'consent',
  'consent_ahead',
] as const

/** Makes the schema with empty tables. What an interrupted rebuild left behind is dropped. */
export async function createApart(sql: Sql): Promise<void> {
  await dropApart(sql)
  await sql.query(`CREATE SCHEMA ${APART}`)
  await sql.query(
    `CREATE FUNCTION ${APART}.ignore_row() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN RETURN NULL; END $$`,
  )
  for (const table of [...STATE, ...SCRATCH, ...RECORDS]) {
    const isPartitioned = table.startsWith('dedup')
    // What a crash empties is made again from the log anyway, and need not be synced.
    await sql.query(
      `CREATE ${isPartitioned ? '' : 'UNLOGGED'} TABLE ${APART}.${table}
       (LIKE public.${table} INCLUDING ALL) ${isPartitioned ? 'PARTITION BY LIST (bucket)' : ''}`,
    )
  }
  for (const table of RECORDS) {
    await sql.query(
      `CREATE TRIGGER ignore_row BEFORE INSERT ON ${APART}.${table}
       FOR EACH ROW EXECUTE FUNCTION ${APART}.ignore_row()`,
    )
  }
  await sql.query(
    `INSERT INTO ${APART}.flow_cursor (lane, shard, epoch)
     SELECT lane, shard, epoch FROM public.flow_cursor`,
  )
}

export async function dropApart(sql: Sql): Promise<void> {
  await sql.query(`DROP SCHEMA IF EXISTS ${APART} CASCADE`)
}

/** Profiles whose documents are written at once. */
const PAGE = 500

/**
 * Gives the rebuilt memberships the time at which they began, and keeps those of segments that the
 * flow does not evaluate at present. `apart`: the database with `APART` before the live schema.
 */
export async function restoreRecords(apart: Postgres): Promise<void> {
  await apart.query(
    `UPDATE membership SET entered_at = held.entered_at FROM public.membership AS held
     WHERE held.segment = membership.segment AND held.profile = membership.profile`,
  )
  await apart.query(
    `INSERT INTO membership
     SELECT held.* FROM public.membership AS held JOIN segment ON segment.id = held.segment
       JOIN profile ON profile.id = held.profile
     WHERE NOT (segment.evaluated AND segment.state IN ('live', 'backfilling'))
     ON CONFLICT DO NOTHING`,
  )
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const rows = await apart.query<MembershipRow>(
      `SELECT workspace, profile, array_agg(segment) AS segments, array_agg(entered_at) AS since
       FROM membership WHERE profile > $1 GROUP BY 1, 2 ORDER BY profile LIMIT $2`,
      [after, PAGE],
    )
    const last = rows.at(-1)
    if (!last) return
    await writeBeginnings(apart, rows)
    after = last.profile
  }
}

type MembershipRow = { workspace: number; profile: string; segments: number[]; since: Date[] }

async function writeBeginnings(sql: Sql, rows: readonly MembershipRow[]): Promise<void> {
  const stored = await readProfiles(
    sql,
    rows.map((row) => row.profile),
  )
  for (const { profile, segments, since } of rows) {
    const held = stored.get(profile)?.document.segments
    segments.forEach((segment, index) => {
      held?.set(segment, since[index]?.getTime() ?? 0)
    })
  }
  for (const [workspace, own] of Map.groupBy(rows, (row) => row.workspace)) {
    const profiles = own.flatMap((row) => stored.get(row.profile) ?? [])
    await writeProfiles(sql, workspace, profiles)
  }
}

/** Puts the rebuilt state in the place of the live one, in one transaction. */
export async function putInPlace(
  postgres: Postgres,
  rebuilt: { leases: readonly Lease[]; profiles: ReadonlySet<string>; now: number },
): Promise<void> {
  await postgres.transaction(async (sql) => {
    await assertStill(sql, rebuilt.leases)
    await tellDifferences(sql, rebuilt)
    await sql.query(`TRUNCATE ${STATE.map((table) => `public.${table}`).join(', ')}`)
    for (const table of STATE) {
      await sql.query(`INSERT INTO public.${table} SELECT * FROM ${APART}.${table}`)
    }
  })
}

async function assertStill(sql: Sql, leases: readonly Lease[]): Promise<void> {
  const now = await sql.query<Lease>(
    'SELECT lane, shard, epoch, position FROM public.flow_cursor FOR UPDATE',
  )
  for (const { lane, shard, epoch, position } of leases) {
    const found = now.find((one) => one.lane === lane && one.shard === shard)
    if (found?.epoch === epoch && found.position === position) continue
    throw new Error(
      'The flow went on while the state was rebuilt, so the old state was kept. ' +
        'Stop every process that works on this database, then rebuild again.',
    )
  }
}

/** What came out differently, as one verdict of the lane `inner`: the sink copies it anew. */
async function tellDifferences(
  sql: Sql,
  {
    leases,
    profiles,
    now,
  }: { leases: readonly Lease[]; profiles: ReadonlySet<string>; now: number },
): Promise<void> {
  const inner = leases.find((lease) => lease.lane === 'inner')
  const facts = await differingFacts(sql, [...profiles], now)
  if (!inner || facts.length === 0) return
  const first = inner.position + 1
  const outcomes = Buffer.of(OUTCOMES.indexOf('applied'))
  await insertVerdict(sql, { lane: 'inner', shard: inner.shard, first, outcomes, facts }, now)
  await advanceCursor(sql, inner, first)
}

async function differingFacts(sql: Sql, profiles: string[], now: number): Promise<StoredFacts[]> {
  const touched = await sql.query<{ workspace: number; id: string }>(
    `SELECT DISTINCT workspace, id FROM (
       SELECT workspace, id FROM public.profile UNION ALL SELECT workspace, id FROM ${APART}.profile
     ) AS known WHERE id = ANY($1)`,
    [profiles],
  )
  const moved = await sql.query<{
    workspace: number
    identifier: string
    from: string
    to: string
  }>(
    `SELECT i.workspace, i.id AS identifier,
       coalesce(a.profile, i.id) AS from, coalesce(b.profile, i.id) AS to
     FROM public.profile_alias a FULL JOIN ${APART}.profile_alias b USING (identifier)
     JOIN public.identifier i ON i.id = identifier WHERE a.profile IS DISTINCT FROM b.profile`,
  )
  const devices = await sql.query<{ workspace: number; device: string }>(
    `SELECT coalesce(a.workspace, b.workspace) AS workspace, id AS device
     FROM public.device a FULL JOIN ${APART}.device b USING (id)
     WHERE a.logins IS DISTINCT FROM b.logins`,
  )
  const memberships = await membershipChanges(sql, now)
  const every = [...touched, ...moved, ...devices, ...memberships]
  return [...new Set(every.map((one) => one.workspace))].map((workspace) => {
    const own = <Row extends { workspace: number }>(rows: Row[]) =>
      rows.filter((row) => row.workspace === workspace)
    return {
      workspace,
      anchors: [],
      traits: [],
      memberships: own(memberships).map(({ workspace: _, ...change }) => change),
      moved: own(moved).map(({ identifier, from, to }) => ({ identifier, from, to })),
      devices: own(devices).map(({ device }) => ({ device, logins: [] })),
      profiles: own(touched).map((row) => row.id),
    }
  })
}

async function membershipChanges(
  sql: Sql,
  now: number,
): Promise<(MembershipChange & { workspace: number })[]> {
  const rows = await sql.query<Omit<MembershipChange, 'cause' | 'at'> & { workspace: number }>(
    `SELECT coalesce(a.workspace, b.workspace) AS workspace, profile, segment, s.version,
       CASE WHEN a.profile IS NULL THEN 'entered' ELSE 'left' END AS change
     FROM public.membership a FULL JOIN ${APART}.membership b USING (segment, profile)
     JOIN public.segment s ON s.id = segment
     WHERE a.profile IS NULL OR b.profile IS NULL`,
  )
  return rows.map((row) => ({ ...row, cause: 'merge', at: now }))
}
