import { createHmac, type KeyObject } from 'node:crypto'
import { uuidV7 } from '../platform/ids.ts'
import { type Sql, StaleRead } from '../platform/postgres.ts'
import type { Decision, EvidenceItem, EvidenceKind } from './components.ts'
import { type Identifier, identifierText } from './identifiers.ts'
import { decodeLogins, encodeLogins, type Login } from './logins.ts'

/** An identifier of the register with the profile it belongs to now. */
export type Registered = Identifier & { id: string; profile: string; logins: Login[] | null }

export type EvidenceRow = EvidenceItem & {
  id: string
  source: number
  messageId: string
  state: 'accepted' | 'refused' | 'retracted' | 'frozen'
  reason: string | null
}

/**
 * An identifier's birth id: a UUIDv7 of the acceptance time of its first entry and a keyed hash,
 * so that the same history gives the same ids and nobody can guess a value from them.
 */
export function birthId(hashKey: KeyObject, identifier: Identifier, receivedAt: number): string {
  const digest = createHmac('sha256', hashKey).update(identifierText(identifier)).digest()
  return uuidV7(receivedAt, digest)
}

/** An identifier of the register as it is stored. */
export type RegisteredRow = {
  id: string
  namespace: string
  value: string
  profile: string | null
  logins: Buffer | null
}

const SELECT_REGISTERED = `
  SELECT i.id, i.namespace, i.value, a.profile, d.logins
  FROM identifier i
  LEFT JOIN profile_alias a ON a.identifier = i.id
  LEFT JOIN device d ON d.id = i.id`

export function registered(row: RegisteredRow): Registered {
  return {
    id: row.id,
    namespace: row.namespace,
    value: row.value,
    profile: row.profile ?? row.id,
    logins: row.logins ? decodeLogins(row.logins) : null,
  }
}

/** Looks identifiers up and registers those not seen before, in key order against deadlocks. */
export async function registerIdentifiers(
  sql: Sql,
  place: { workspace: number; hashKey: KeyObject },
  wanted: readonly (Identifier & { receivedAt: number })[],
): Promise<Map<string, Registered>> {
  const known = await findIdentifiers(sql, place.workspace, wanted)
  const missing = wanted.filter((one) => !known.has(identifierText(one)))
  if (missing.length === 0) return known
  missing.sort((x, y) => (identifierText(x) < identifierText(y) ? -1 : 1))
  await sql.query(
    `INSERT INTO identifier (id, workspace, namespace, value)
     SELECT id, $1, namespace, value
     FROM unnest($2::uuid[], $3::text[], $4::text[]) AS new (id, namespace, value)
     ON CONFLICT DO NOTHING`,
    [
      place.workspace,
      missing.map((one) => birthId(place.hashKey, one, one.receivedAt)),
      missing.map((one) => one.namespace),
      missing.map((one) => one.value),
    ],
  )
  for (const [text, row] of await findIdentifiers(sql, place.workspace, missing)) {
    known.set(text, row)
  }
  return known
}

export async function findIdentifiers(
  sql: Sql,
  workspace: number,
  wanted: readonly Identifier[],
): Promise<Map<string, Registered>> {
  if (wanted.length === 0) return new Map()
  const rows = await sql.query<RegisteredRow>(
    `${SELECT_REGISTERED}
     JOIN unnest($2::text[], $3::text[]) AS wanted (namespace, value)
       ON i.namespace = wanted.namespace AND i.value = wanted.value
     WHERE i.workspace = $1`,
    [workspace, wanted.map((one) => one.namespace), wanted.map((one) => one.value)],
  )
  return new Map(rows.map((row) => [identifierText(row), registered(row)]))
}

export async function findIdentifiersById(
  sql: Sql,
  ids: readonly string[],
): Promise<Map<string, Registered>> {
  if (ids.length === 0) return new Map()
  const rows = await sql.query<RegisteredRow>(`${SELECT_REGISTERED} WHERE i.id = ANY($1)`, [ids])
  return new Map(rows.map((row) => [row.id, registered(row)]))
}

/** All person and account identifiers of the given profiles. */
export async function identifiersOfProfiles(
  sql: Sql,
  profiles: readonly string[],
): Promise<Registered[]> {
  const rows = await sql.query<RegisteredRow>(
    `${SELECT_REGISTERED} WHERE i.id IN (
       SELECT identifier FROM profile_alias WHERE profile = ANY($1)
       UNION SELECT unnest($1::uuid[]))`,
    [profiles],
  )
  // A profile's own row counts only while no alias leads away from it.
  const wanted = new Set(profiles)
  return rows.map(registered).filter((row) => wanted.has(row.profile))
}

type EvidenceSqlRow = Omit<EvidenceRow, 'messageId' | 'kind'> & {
  kind: number
  message_id: string
}

function evidenceRow(row: EvidenceSqlRow): EvidenceRow {
  return { ...row, kind: row.kind as EvidenceKind, messageId: row.message_id }
}

const EVIDENCE_COLUMNS =
  'e.id, e.a, e.b, e.kind, e.priority, e.at, e.hash, e.former, e.source, e.message_id, e.state, e.reason'

/** The rows that stand already for the given pairs and kinds. */
export async function evidenceOfPairs(
  sql: Sql,
  pairs: readonly { a: string; b: string; kind: number }[],
): Promise<EvidenceRow[]> {
  if (pairs.length === 0) return []
  const rows = await sql.query<EvidenceSqlRow>(
    `SELECT ${EVIDENCE_COLUMNS} FROM evidence e
     JOIN unnest($1::uuid[], $2::uuid[], $3::smallint[]) AS pair (a, b, kind)
       ON e.a = pair.a AND e.b = pair.b AND e.kind = pair.kind`,
    [pairs.map((pair) => pair.a), pairs.map((pair) => pair.b), pairs.map((pair) => pair.kind)],
  )
  return rows.map(evidenceRow)
}

/** Evidence that touches `ids`, at most `limit` rows for each of them. */
export async function evidenceTouching(
  sql: Sql,
  ids: readonly string[],
  limit: number,
): Promise<EvidenceRow[]> {
  const rows = await sql.query<EvidenceSqlRow>(
    `SELECT DISTINCT ${EVIDENCE_COLUMNS} FROM unnest($1::uuid[]) AS node (id),
     LATERAL (
       (SELECT * FROM evidence WHERE a = node.id LIMIT $2)
       UNION ALL
       (SELECT * FROM evidence WHERE b = node.id LIMIT $2)
     ) AS e`,
    [ids, limit],
  )
  return rows.map(evidenceRow)
}

export async function decisionsTouching(sql: Sql, ids: readonly string[]): Promise<Decision[]> {
  return sql.query<Decision>(
    'SELECT a, b, verdict FROM identity_decision WHERE a = ANY($1) OR b = ANY($1)',
    [ids],
  )
}

/** Writes evidence; of two items for one pair and kind the earliest stands. */
export async function writeEvidence(
  sql: Sql,
  workspace: number,
  rows: readonly EvidenceRow[],
): Promise<void> {
  if (rows.length === 0) return
  const sorted = [...rows].sort((x, y) => (x.a + x.b < y.a + y.b ? -1 : 1))
  await sql.query(
    `INSERT INTO evidence
       (workspace, id, a, b, kind, priority, at, hash, former, source, message_id, state, reason)
     SELECT $1, * FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::smallint[], $6::smallint[],
       $7::bigint[], $8::bigint[], $9::uuid[], $10::int[], $11::text[], $12::text[], $13::text[])
     ON CONFLICT (a, b, kind) DO UPDATE SET at = excluded.at, hash = excluded.hash,
       former = excluded.former, source = excluded.source, message_id = excluded.message_id,
       state = excluded.state, reason = excluded.reason`,
    [
      workspace,
      sorted.map((row) => row.id),
      sorted.map((row) => row.a),
      sorted.map((row) => row.b),
      sorted.map((row) => row.kind),
      sorted.map((row) => row.priority),
      sorted.map((row) => row.at),
      sorted.map((row) => row.hash),
      sorted.map((row) => row.former),
      sorted.map((row) => row.source),
      sorted.map((row) => row.messageId),
      sorted.map((row) => row.state),
      sorted.map((row) => row.reason),
    ],
  )
}

/**
 * Throws when identifiers belong to other profiles than was read: another batch merged or parted
 * them before this one had locked the profiles.
 */
export async function assertProfiles(
  sql: Sql,
  identifiers: readonly string[],
  profileOf: (identifier: string) => string,
): Promise<void> {
  const rows = await sql.query<{ identifier: string; profile: string }>(
    'SELECT identifier, profile FROM profile_alias WHERE identifier = ANY($1)',
    [identifiers],
  )
  const today = new Map(rows.map((row) => [row.identifier, row.profile]))
  if (identifiers.every((id) => (today.get(id) ?? id) === profileOf(id))) return
  throw new StaleRead('Identities have changed since this batch read them.')
}

/**
 * Throws when devices have other logins than was read: another batch gave their events to somebody
 * before this one had locked the profiles, and would not find what this one adds.
 */
export async function assertLogins(
  sql: Sql,
  read: ReadonlyMap<string, readonly Login[]>,
): Promise<void> {
  if (read.size === 0) return
  const rows = await sql.query<{ id: string; logins: Buffer }>(
    'SELECT id, logins FROM device WHERE id = ANY($1)',
    [[...read.keys()]],
  )
  const today = new Map(rows.map((row) => [row.id, row.logins]))
  for (const [device, logins] of read) {
    const held = today.get(device)
    if (held ? held.equals(encodeLogins(logins)) : logins.length === 0) continue
    throw new StaleRead('Logins of a device have changed since this batch read them.')
  }
}

/** The devices on which any of these identifiers ever logged in. */
export async function devicesOfOwners(sql: Sql, owners: readonly string[]): Promise<string[]> {
  const rows = await sql.query<{ device: string }>(
    'SELECT DISTINCT device FROM device_owner WHERE owner = ANY($1)',
    [owners],
  )
  return rows.map(({ device }) => device)
}

/** Points identifiers at their profiles; one that names its own profile needs no row. */
export async function writeAliases(
  sql: Sql,
  aliases: readonly { identifier: string; profile: string }[],
): Promise<void> {
  if (aliases.length === 0) return
  await sql.query('DELETE FROM profile_alias WHERE identifier = ANY($1)', [
    aliases.filter((one) => one.identifier === one.profile).map((one) => one.identifier),
  ])
  const led = aliases.filter((one) => one.identifier !== one.profile)
  await sql.query(
    `INSERT INTO profile_alias (identifier, profile)
     SELECT * FROM unnest($1::uuid[], $2::uuid[])
     ON CONFLICT (identifier) DO UPDATE SET profile = excluded.profile`,
    [led.map((one) => one.identifier), led.map((one) => one.profile)],
  )
}

export async function writeDevices(
  sql: Sql,
  workspace: number,
  devices: readonly { device: string; before: readonly Login[]; after: readonly Login[] }[],
): Promise<void> {
  if (devices.length === 0) return
  const sorted = [...devices].sort((x, y) => (x.device < y.device ? -1 : 1))
  const written = await sql.query(
    `WITH new AS (
       SELECT * FROM unnest($2::uuid[], $3::bytea[], $4::bytea[]) AS n (id, before, after))
     INSERT INTO device AS held (id, workspace, logins) SELECT id, $1, after FROM new
     ON CONFLICT (id) DO UPDATE SET logins = excluded.logins
       WHERE held.logins = (SELECT before FROM new WHERE new.id = held.id)
     RETURNING id`,
    [
      workspace,
      sorted.map((one) => one.device),
      sorted.map((one) => encodeLogins(one.before)),
      sorted.map((one) => encodeLogins(one.after)),
    ],
  )
  if (written.length < sorted.length) {
    throw new StaleRead('Another batch has added logins to a device since it was read.')
  }
  const pairs = new Map(
    sorted.flatMap(({ device, after }) =>
      after.map(({ owner }) => [`${owner}|${device}`, { owner, device }] as const),
    ),
  )
  await sql.query(
    `INSERT INTO device_owner (owner, device) SELECT * FROM unnest($1::uuid[], $2::uuid[])
     ON CONFLICT DO NOTHING`,
    [[...pairs.values()].map((one) => one.owner), [...pairs.values()].map((one) => one.device)],
  )
}
