import type { Sql } from '../platform/postgres.ts'
import { decodeDocument, encodeDocument } from './codec.ts'
import type { Document } from './document.ts'

/** A profile's document as stored, with the version its next write must be above. */
export type StoredProfile = { id: string; version: number; document: Document }

/** Reads profiles and locks them, in key order so that two batches cannot wait for each other. */
export async function lockProfiles(
  sql: Sql,
  ids: readonly string[],
): Promise<Map<string, StoredProfile>> {
  return readRows(
    sql,
    'SELECT id, version, document FROM profile WHERE id = ANY($1) ORDER BY id FOR UPDATE',
    ids,
  )
}

/**
 * Locks profiles, those too that do not exist yet: a row of version 0 stands for each of these, so
 * that of two batches which want the same new profile one waits for the other. It is not among what
 * is returned; where nothing comes of it, `releaseProfiles` takes it away again.
 */
export async function reserveProfiles(
  sql: Sql,
  workspace: number,
  ids: readonly string[],
): Promise<Map<string, StoredProfile>> {
  const stored = await lockProfiles(sql, ids)
  const missing = ids.filter((id) => !stored.has(id)).sort()
  if (missing.length === 0) return stored
  const made = await sql.query(
    `INSERT INTO profile (id, workspace, version, document)
     SELECT id, $1, 0, '' FROM unnest($2::uuid[]) AS id
     ON CONFLICT DO NOTHING RETURNING id`,
    [workspace, missing],
  )
  if (made.length < missing.length) throw new WriteConflict()
  return stored
}

/** Takes away what was reserved and not written. */
export async function releaseProfiles(sql: Sql, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await sql.query('DELETE FROM profile WHERE id = ANY($1) AND version = 0', [ids])
}

/** Reads profiles without locking them. */
export async function readProfiles(
  sql: Sql,
  ids: readonly string[],
): Promise<Map<string, StoredProfile>> {
  return readRows(sql, 'SELECT id, version, document FROM profile WHERE id = ANY($1)', ids)
}

/** Reads one, without locking it; null where there is none. Its plan is kept: it is asked often. */
export async function readProfile(sql: Sql, id: string): Promise<StoredProfile | null> {
  const [row] = await sql.query<Omit<StoredProfile, 'document'> & { document: Buffer }>(
    'SELECT id, version, document FROM profile WHERE id = $1',
    [id],
    'read_profile',
  )
  return row ? { ...row, document: decodeDocument(row.document) } : null
}

async function readRows(
  sql: Sql,
  text: string,
  ids: readonly string[],
): Promise<Map<string, StoredProfile>> {
  if (ids.length === 0) return new Map()
  const rows = await sql.query<{ id: string; version: number; document: Buffer }>(text, [ids])
  return new Map(
    rows.map(({ id, version, document }) => [
      id,
      { id, version, document: decodeDocument(document) },
    ]),
  )
}

/** Writes documents, one version further; an empty one is removed, its id lives on as an alias. */
export async function writeProfiles(
  sql: Sql,
  workspace: number,
  profiles: readonly StoredProfile[],
): Promise<void> {
  const empty = profiles.filter((one) => one.document.fragments.length === 0)
  const full = profiles.filter((one) => one.document.fragments.length > 0)
  full.sort((x, y) => (x.id < y.id ? -1 : 1))
  if (empty.length > 0) {
    await sql.query('DELETE FROM profile WHERE id = ANY($1)', [empty.map((one) => one.id)])
  }
  if (full.length === 0) return
  const written = await sql.query(
    `INSERT INTO profile (id, workspace, version, document)
     SELECT id, $1, version, document
     FROM unnest($2::uuid[], $3::bigint[], $4::bytea[]) AS new (id, version, document)
     ON CONFLICT (id) DO UPDATE SET version = excluded.version, document = excluded.document
     WHERE profile.version = excluded.version - 1 RETURNING id`,
    [
      workspace,
      full.map((one) => one.id),
      full.map((one) => one.version + 1),
      full.map((one) => encodeDocument(one.document)),
    ],
  )
  // Locked above all else; this is the last line that keeps two batches apart.
  if (written.length < full.length) throw new WriteConflict()
}

/** Somebody else wrote one of the profiles: the same batch is right when it is run again. */
class WriteConflict extends Error {
  /** PostgreSQL's code of a serialisation failure, which callers retry. */
  readonly code = '40001'
  constructor() {
    super('A profile was written by another batch at the same time. Run this batch again.')
    this.name = 'WriteConflict'
  }
}
