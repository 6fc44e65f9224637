import { reserved } from '../collect/index.ts'
import type { ClickHouse } from '../platform/clickhouse.ts'
import type { Sql } from '../platform/postgres.ts'
import { type Standing, standings } from '../privacy/index.ts'
import {
  displayName,
  factsOf,
  type Registries,
  type Registry,
  readProfiles,
  type StoredProfile,
  type Typed,
} from '../profile/index.ts'
import {
  CLAIM_MS,
  devicesOfOwners,
  findIdentifiersById,
  identifiersOfProfiles,
  identifierText,
  type Login,
  type Registered,
} from '../resolve/index.ts'
import type { Definitions } from '../segment/index.ts'
import { typedColumns, typedPaths } from './rows.ts'

/**
 * Copies of what is true now. Each is read again from PostgreSQL and stamped with the time of the
 * reading there, so that of two copies the later reading wins, whoever made it.
 */
export type Dirty = { identifiers: Set<string>; devices: Set<string>; profiles: Set<string> }

async function stamp(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ version: number }>(
    'SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS version',
  )
  return row?.version ?? 0
}

export async function copyIdentities(
  sql: Sql,
  clickhouse: ClickHouse,
  dirty: Dirty,
): Promise<void> {
  const ids = [...dirty.identifiers, ...dirty.devices]
  if (ids.length === 0) return
  const version = await stamp(sql)
  const rows = [...(await findIdentifiersById(sql, ids)).values()]
  const devices = await devicesOf(sql, rows)
  await clickhouse.insert(
    'alias',
    rows
      .filter((row) => dirty.identifiers.has(row.id))
      .map((row) => ({ identifier: row.id, profile: row.profile, version })),
  )
  await clickhouse.insert(
    'device',
    rows.flatMap((row) =>
      row.logins?.length ? [{ device: row.id, version, ...stretches(row.id, row.logins) }] : [],
    ),
  )
  const whose = await ownersToday(sql, [...rows, ...devices])
  await clickhouse.insert(
    'whose',
    whose.map((row) => ({ ...row, version })),
  )
}

/** The devices of identifiers whose profile may be another one now: their events move as well. */
async function devicesOf(sql: Sql, rows: readonly Registered[]): Promise<Registered[]> {
  const found = await devicesOfOwners(
    sql,
    rows.map(({ id }) => id),
  )
  const known = new Set(rows.map(({ id }) => id))
  const others = found.filter((id) => !known.has(id))
  return [...(await findIdentifiersById(sql, others)).values()]
}

/** Whose the events of each anchor are, in each stretch of time. */
async function ownersToday(sql: Sql, rows: readonly Registered[]) {
  const owned = rows.map((row) => ({ anchor: row.id, ...stretches(row.id, row.logins ?? []) }))
  const ids = [...new Set(owned.flatMap(({ owners }) => owners))]
  const found = await findIdentifiersById(sql, ids)
  return owned.map(({ anchor, starts, owners }) => {
    return { anchor, starts, profiles: owners.map((owner) => found.get(owner)?.profile ?? owner) }
  })
}

/** The device's own time, the time claimed by the first login, then one stretch a login. */
export function stretches(
  device: string,
  logins: readonly Login[],
): { starts: number[]; owners: string[] } {
  const first = logins[0]
  if (!first) return { starts: [BEGINNING_MS], owners: [device] }
  return {
    starts: [BEGINNING_MS, first.at - CLAIM_MS, ...logins.map((login) => login.at)],
    owners: [device, first.owner, ...logins.map((login) => login.owner)],
  }
}

const BEGINNING_MS = -62_135_596_800_000

export async function copyProfiles(
  sql: Sql,
  clickhouse: ClickHouse,
  work: {
    workspace: number
    profiles: readonly string[]
    registries: Registries
    definitions: Definitions
  },
): Promise<void> {
  if (work.profiles.length === 0) return
  const version = await stamp(sql)
  const stored = await readProfiles(sql, work.profiles)
  const registry = await work.registries.load(sql, work.workspace)
  const identifiers = Map.groupBy(
    await identifiersOfProfiles(sql, work.profiles),
    (one) => one.profile,
  )
  const { keepOf } = work.definitions.of(work.workspace)
  const found = await standings.read(sql, work.workspace, work.profiles)
  const rows = work.profiles.map((id) => {
    const held = stored.get(id)
    if (!held) return goneRow(work.workspace, id, version)
    const names = (identifiers.get(id) ?? []).map(identifierText)
    const facts = factsOf(held.document, keepOf)
    const row = currentRow(held, { facts, registry, names })
    return { workspace: work.workspace, version, ...row, ...standingColumns(found.get(id)) }
  })
  await clickhouse.insert('profile_current', rows)
}

function standingColumns({ consents, reachable }: Standing = standings.NONE): object {
  const consent = Object.fromEntries([...consents].map(([key, { granted }]) => [key, granted]))
  return { consent, reachable: [...reachable] }
}

function goneRow(workspace: number, profile: string, version: number): object {
  return { workspace, profile, version, deleted: 1 }
}

function currentRow(
  { id, document }: StoredProfile,
  read: { facts: ReturnType<typeof factsOf>; registry: Registry; names: string[] },
): object {
  const { facts, registry } = read
  const values: [string, Typed | null][] = []
  const raw: Record<string, string> = {}
  for (const [trait, { value }] of facts.traits) {
    if (value === null) continue
    const name = registry.nameOf('trait', trait)
    values.push(...typedPaths({ [name]: value }))
    // For display: what nobody may send is shown as what it stands for.
    if (!reserved.isReserved(name)) raw[name] = JSON.stringify(value)
  }
  const { gone: _, ...columns } = typedColumns(values)
  const events = [...facts.events.values()].reduce((sum, tally) => sum + tally.count, 0)
  return {
    profile: id,
    deleted: 0,
    kind: document.kind,
    known: document.fragments.some(({ owner, via }) => owner !== via),
    name: displayName((name) => (raw[name] === undefined ? undefined : JSON.parse(raw[name]))),
    identifiers: read.names,
    first_seen: facts.first,
    last_seen: facts.last,
    events,
    segments: [...document.segments.keys()],
    ...columns,
    raw,
  }
}
