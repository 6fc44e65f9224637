import type { Sql } from '../platform/postgres.ts'
import {
  decodeLogins,
  identifierText,
  type Login,
  ownerAt,
  type Surroundings,
} from '../resolve/index.ts'
import {
  answersInForce,
  type ConsentDecision,
  consentKey,
  decide,
  foldConsents,
  type LedgerRow,
} from './consent.ts'
import { ensurePurposes, readPurposes } from './purposes.ts'
import type { ConsentAnswer, ConsentEntry, ConsentRow } from './schema.ts'

/** In the place of whose device it was: nobody's, or no device. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

/**
 * Writes what a batch of events said about consent, in the caller's transaction. The same facts
 * again change nothing. `recordedAt`: epoch ms, the acceptance time of the batch.
 */
export async function writeConsents(
  sql: Sql,
  rows: readonly ConsentRow[],
  recordedAt: number,
): Promise<void> {
  if (rows.length === 0) return
  const { ledger, state } = foldConsents(rows, await readCurrent(sql, rows))
  for (const [workspace, keys] of purposesByWorkspace(ledger)) {
    await ensurePurposes(sql, { workspace, keys, at: recordedAt })
  }
  await insertLedger(sql, ledger, recordedAt)
  await insertState(sql, state)
}

async function readCurrent(sql: Sql, rows: readonly ConsentRow[]) {
  const wanted = new Map(rows.map((row) => [consentKey(row), row]))
  const ordered = [...wanted.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
  const found = await sql.query<
    Pick<ConsentRow, 'workspace' | 'identifier' | 'purpose' | 'channel' | 'granted'> & {
      owner: string
      at: Date
    }
  >(
    `SELECT s.workspace, s.identifier, s.purpose, s.channel, s.owner, s.granted, s.at
     FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::uuid[])
       AS w (workspace, identifier, purpose, channel, owner)
     JOIN consent_state s USING (workspace, identifier, purpose, channel, owner)`,
    [
      ordered.map((row) => row.workspace),
      ordered.map((row) => row.identifier),
      ordered.map((row) => row.purpose),
      ordered.map((row) => row.channel),
      ordered.map((row) => row.owner ?? NOBODY),
    ],
  )
  return new Map(
    found.map(({ owner, at, ...row }) => [
      consentKey({ ...row, owner: owner === NOBODY ? undefined : owner }),
      { at: at.getTime(), granted: row.granted },
    ]),
  )
}

function purposesByWorkspace(rows: readonly ConsentRow[]): Map<number, string[]> {
  const keys = new Map<number, string[]>()
  for (const { workspace, purpose } of rows) {
    keys.set(workspace, [...(keys.get(workspace) ?? []), purpose])
  }
  return keys
}

/** An answer that repeats the one before it in time is no news, unless it brings a proof. */
async function insertLedger(sql: Sql, rows: readonly LedgerRow[], recordedAt: number) {
  if (rows.length === 0) return
  await sql.query(
    `INSERT INTO consent
       (workspace, identifier, purpose, channel, granted, at, source, event, proof, recorded_at)
     SELECT workspace, identifier, purpose, channel, granted, at, source, event, proof, $11
     FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::boolean[],
       $6::timestamptz[], $7::text[], $8::text[], $9::text[], $10::boolean[]) AS w
       (workspace, identifier, purpose, channel, granted, at, source, event, proof, is_first)
     WHERE w.is_first OR w.proof IS NOT NULL OR w.granted IS DISTINCT FROM (
       SELECT c.granted FROM consent c
       WHERE c.workspace = w.workspace AND c.identifier = w.identifier AND c.purpose = w.purpose
         AND c.channel = w.channel AND c.at <= w.at
       ORDER BY c.at DESC, c.granted LIMIT 1)
     ON CONFLICT DO NOTHING`,
    [
      ...columns(rows),
      rows.map((row) => row.event),
      rows.map((row) => row.proof),
      rows.map((row) => row.isFirst),
      new Date(recordedAt),
    ],
  )
}

/** The WHERE repeats the rule of `outranks`: another transaction may have come in between. */
async function insertState(sql: Sql, rows: readonly ConsentRow[]) {
  if (rows.length === 0) return
  const ordered = [...rows].sort((a, b) => (consentKey(a) < consentKey(b) ? -1 : 1))
  await sql.query(
    `INSERT INTO consent_state AS s
       (workspace, identifier, purpose, channel, granted, at, source, owner)
     SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::boolean[],
       $6::timestamptz[], $7::text[], $8::uuid[])
     ON CONFLICT (workspace, identifier, purpose, channel, owner) DO UPDATE
     SET granted = excluded.granted, at = excluded.at, source = excluded.source
     WHERE (excluded.at, NOT excluded.granted) > (s.at, NOT s.granted)`,
    [...columns(ordered), ordered.map((row) => row.owner ?? NOBODY)],
  )
}

type StateRow = Pick<ConsentRow, 'identifier' | 'purpose' | 'channel' | 'granted' | 'source'> & {
  at: Date
  owner: string
  device: string
}

/**
 * Gives what was said on devices whose logins are others now to whose they were at that time, in
 * the caller's transaction. Of what is divided, the words must be written again as well.
 */
export async function followOwners(
  sql: Sql,
  workspace: number,
  changes: readonly { device: string; after: readonly Login[] }[],
): Promise<void> {
  if (changes.length === 0) return
  const logins = new Map(changes.map(({ device, after }) => [device, after]))
  const rows = await sql.query<StateRow>(
    `SELECT i.id AS device, s.identifier, s.purpose, s.channel, s.granted, s.at, s.source, s.owner
     FROM identifier i JOIN consent_state s ON s.workspace = i.workspace
       AND s.identifier = i.namespace || ':' || i.value
     WHERE i.workspace = $1 AND i.id = ANY($2)`,
    [workspace, [...logins.keys()]],
  )
  const moved = rows.flatMap(({ device, at, owner: was, ...row }) => {
    const owner = ownerAt(logins.get(device) ?? [], at.getTime()) ?? NOBODY
    if (owner === was) return []
    return [{ ...row, workspace, at: at.getTime(), was, owner, event: '', proof: null }]
  })
  if (moved.length === 0) return
  await sql.query(
    `DELETE FROM consent_state AS s
     USING unnest($2::text[], $3::text[], $4::text[], $5::uuid[])
       AS w (identifier, purpose, channel, owner)
     WHERE s.workspace = $1 AND s.identifier = w.identifier AND s.purpose = w.purpose
       AND s.channel = w.channel AND s.owner = w.owner`,
    [
      workspace,
      moved.map((row) => row.identifier),
      moved.map((row) => row.purpose),
      moved.map((row) => row.channel),
      moved.map((row) => row.was),
    ],
  )
  // Two owners may have been one all along: of their words the later one stands.
  const { state } = foldConsents(moved, new Map())
  await insertState(sql, state)
}

function columns(rows: readonly ConsentRow[]): unknown[] {
  return [
    rows.map((row) => row.workspace),
    rows.map((row) => row.identifier),
    rows.map((row) => row.purpose),
    rows.map((row) => row.channel),
    rows.map((row) => row.granted),
    rows.map((row) => new Date(row.at)),
    rows.map((row) => row.source),
  ]
}

/**
 * An identifier under which something may have been said for the profile `asked`. `device`: whose
 * it must have been at that time to count; null where it counts at any time. While nobody was
 * logged in a device is its own (`self`).
 */
type Holder = {
  asked: string
  identifier: string
  device: { self: string; owners: ReadonlySet<string>; logins: readonly Login[] } | null
}

type AnswerRow = Omit<ConsentAnswer, 'at'> & { identifier: string; at: Date }

/** What was said under each holder, by the profile asked for. */
async function answersUnder(
  sql: Sql,
  workspace: number,
  holders: readonly Holder[],
): Promise<Map<string, ConsentAnswer[]>> {
  const own = holders.filter(({ device }) => device === null).map(({ identifier }) => identifier)
  const devices = holders.filter(({ device }) => device).map(({ identifier }) => identifier)
  // Of devices the ledger too, for what was said by earlier owners; the state has the latest
  // repetition of an answer.
  const rows = await sql.query<AnswerRow>(
    `SELECT identifier, purpose, channel, granted, at, source FROM consent_state
     WHERE workspace = $1 AND identifier = ANY($2)
     UNION ALL
     SELECT identifier, purpose, channel, granted, at, source FROM consent
     WHERE workspace = $1 AND identifier = ANY($3)`,
    [workspace, [...new Set([...own, ...devices])], [...new Set(devices)]],
    'answers_under',
  )
  const said = Map.groupBy(rows, ({ identifier }) => identifier)
  const answers = new Map<string, ConsentAnswer[]>()
  for (const { asked, identifier, device } of holders) {
    for (const { purpose, channel, granted, source, at } of said.get(identifier) ?? []) {
      const owner = device && (ownerAt(device.logins, at.getTime()) ?? device.self)
      if (device && owner !== null && !device.owners.has(owner)) continue
      const list = answers.get(asked) ?? []
      list.push({ purpose, channel, granted, source, at: at.getTime() })
      answers.set(asked, list)
    }
  }
  return answers
}

/** What was said under any identifier of each profile, and on devices while they were theirs. */
export async function readAnswers(
  sql: Sql,
  workspace: number,
  profiles: readonly string[],
): Promise<Map<string, ConsentAnswer[]>> {
  const rows = await sql.query<{
    asked: string
    held: string
    self: string
    identifier: string
    logins: Buffer | null
  }>(
    // An id that a merge made an alias leads to today's.
    `WITH held AS (
       SELECT asked.id AS asked, held.id
       FROM unnest($2::uuid[]) AS asked (id)
       LEFT JOIN profile_alias alias ON alias.identifier = asked.id
       CROSS JOIN LATERAL (
         SELECT coalesce(alias.profile, asked.id) AS id
         UNION ALL
         SELECT identifier FROM profile_alias WHERE profile = coalesce(alias.profile, asked.id)
       ) AS held
     )
     SELECT asked, held.id AS held, held.id AS self, i.namespace || ':' || i.value AS identifier,
       d.logins
     FROM held JOIN identifier i ON i.id = held.id LEFT JOIN device d ON d.id = held.id
     WHERE i.workspace = $1
     UNION ALL
     SELECT asked, held.id, o.device, i.namespace || ':' || i.value, d.logins
     FROM held
     JOIN device_owner o ON o.owner = held.id
     JOIN device d ON d.id = o.device
     JOIN identifier i ON i.id = o.device
     WHERE i.workspace = $1`,
    [workspace, [...new Set(profiles)]],
  )
  const holders = rows.map(({ asked, held, self, identifier, logins }) => ({
    ...{ asked, identifier },
    device: logins && { self, owners: new Set([held]), logins: decodeLogins(logins) },
  }))
  return answersUnder(sql, workspace, holders)
}

/** The answers in force of one profile, for its page. */
export async function consentsOfProfile(
  sql: Sql,
  workspace: number,
  { profile: asked, own, devices }: Surroundings,
): Promise<ConsentAnswer[]> {
  const owners = new Set(own.map(({ id }) => id))
  const holders: Holder[] = [
    ...own.map((one) => {
      const { id: self, logins } = one
      const device = logins?.length ? { self, owners, logins } : null
      return { asked, identifier: identifierText(one), device }
    }),
    ...devices.map((one) => {
      const device = { self: one.id, owners, logins: one.logins ?? [] }
      return { asked, identifier: identifierText(one), device }
    }),
  ]
  return answersInForce((await answersUnder(sql, workspace, holders)).get(asked) ?? [])
}

export type ConsentQuestion = { profile: string; purpose: string; channel: string | null }

/**
 * May something leave for a profile, purpose and channel? Decides several questions of a workspace
 * with one reading in the caller's transaction; the answers are in their order.
 */
export async function decideConsents(
  sql: Sql,
  workspace: number,
  questions: readonly ConsentQuestion[],
): Promise<ConsentDecision[]> {
  if (questions.length === 0) return []
  const bases = new Map((await readPurposes(sql, workspace)).map(({ key, basis }) => [key, basis]))
  const answers = await readAnswers(
    sql,
    workspace,
    questions.map(({ profile }) => profile),
  )
  return questions.map((question) =>
    decide(bases.get(question.purpose) ?? 'consent', question, answers.get(question.profile) ?? []),
  )
}

/** The ledger, newest first: of one profile, of one identifier, or of the whole workspace. */
export async function readLedger(
  sql: Sql,
  filter: {
    workspace: number
    profile: string | null
    identifier: string | null
    before: number
    limit: number
  },
): Promise<ConsentEntry[]> {
  const rows = await sql.query<
    Omit<ConsentEntry, 'id' | 'at' | 'recordedAt'> & { id: number; at: Date; recorded_at: Date }
  >(
    `SELECT id, identifier, purpose, channel, granted, at, source, event, proof, recorded_at
     FROM consent
     WHERE workspace = $1 AND id < $2
       AND ($3::text IS NULL OR identifier = $3)
       AND ($4::uuid IS NULL OR identifier IN (
         SELECT i.namespace || ':' || i.value FROM (
           SELECT coalesce((SELECT profile FROM profile_alias WHERE identifier = $4), $4) AS id
         ) AS today
         JOIN LATERAL (
           SELECT today.id UNION ALL SELECT identifier FROM profile_alias WHERE profile = today.id
         ) AS held ON true
         JOIN identifier i ON i.id = held.id AND i.workspace = $1))
     ORDER BY id DESC LIMIT $5`,
    [filter.workspace, filter.before, filter.identifier, filter.profile, filter.limit],
  )
  return rows.map(({ id, at, recorded_at, ...rest }) => ({
    ...rest,
    id: String(id),
    at: at.toISOString(),
    recordedAt: recorded_at.toISOString(),
  }))
}
