import type { Sql } from '../platform/postgres.ts'
import { type Identifier, identifierText } from './identifiers.ts'
import { type EvidenceRow, type Registered, type RegisteredRow, registered } from './store.ts'

/** What the register knows around one profile. */
export type Surroundings = {
  /** Its id of today. */
  profile: string
  /** Its person and account identifiers. */
  own: Registered[]
  /** The devices on which any of them ever logged in. */
  devices: Registered[]
  /** What speaks of any of them. `at`: epoch ms. */
  evidence: Pick<EvidenceRow, 'a' | 'b' | 'at' | 'state'>[]
}

type Row =
  | (RegisteredRow & { part: 'own' | 'device' })
  | (Surroundings['evidence'][number] & { part: 'evidence' })

const BY_ID = 'SELECT $2::uuid AS id'
const BY_NAME = `
    SELECT coalesce(alias.profile, i.id) AS id
    FROM identifier i LEFT JOIN profile_alias alias ON alias.identifier = i.id
    WHERE i.workspace = $1 AND i.namespace = $2 AND i.value = $3`

/** One statement, because profiles are asked for a thousand times a second. */
const textFrom = (home: string) => `
  WITH home AS MATERIALIZED (${home}), own AS MATERIALIZED (
    SELECT identifier AS id FROM profile_alias WHERE profile = (SELECT id FROM home)
    UNION
    SELECT id FROM home
  ), device_of AS MATERIALIZED (
    SELECT DISTINCT o.device AS id FROM own JOIN device_owner o ON o.owner = own.id
  ), named AS (
    SELECT 'own' AS part, id FROM own UNION ALL SELECT 'device', id FROM device_of
  )
  SELECT named.part, i.id, i.namespace, i.value, alias.profile, d.logins,
    NULL::uuid AS a, NULL::uuid AS b, NULL::bigint AS at, NULL AS state
  FROM named
  JOIN identifier i ON i.id = named.id
  LEFT JOIN profile_alias alias ON alias.identifier = named.id
  LEFT JOIN device d ON d.id = named.id
  UNION ALL
  -- Two joins rather than one with OR: each has an index of its own.
  SELECT 'evidence', NULL, NULL, NULL, NULL, NULL, e.a, e.b, e.at, e.state
  FROM own JOIN evidence e ON e.a = own.id WHERE e.workspace = $1
  UNION ALL
  SELECT 'evidence', NULL, NULL, NULL, NULL, NULL, e.a, e.b, e.at, e.state
  FROM own JOIN evidence e ON e.b = own.id WHERE e.workspace = $1`

const textById = textFrom(BY_ID)
const textByName = textFrom(BY_NAME)

/** Reads them by the profile's id of today. */
export async function surroundingsOf(
  sql: Sql,
  { workspace, profile }: { workspace: number; profile: string },
): Promise<Surroundings> {
  const rows = await sql.query<Row>(textById, [workspace, profile], 'surroundings_by_id')
  return surroundings(profile, rows)
}

/** Those of the profile that an identifier belongs to; null where it is not registered. */
export async function surroundingsAt(
  sql: Sql,
  { workspace, identifier }: { workspace: number; identifier: Identifier },
): Promise<{ asked: Registered; around: Surroundings } | null> {
  const { namespace, value } = identifier
  const asking = [workspace, namespace, value]
  const rows = await sql.query<Row>(textByName, asking, 'surroundings_by_name')
  const text = identifierText(identifier)
  const found = rows.find((row) => row.part === 'own' && identifierText(row) === text)
  if (found?.part !== 'own') return null
  const asked = registered(found)
  return { asked, around: surroundings(asked.profile, rows) }
}

function surroundings(profile: string, rows: readonly Row[]): Surroundings {
  const found: Surroundings = { profile, own: [], devices: [], evidence: [] }
  for (const row of rows) {
    if (row.part === 'evidence') found.evidence.push(row)
    else if (row.part === 'device') found.devices.push(registered(row))
    else found.own.push(registered(row))
  }
  // A profile's own row counts only while no alias leads away from it.
  found.own = found.own.filter((one) => one.profile === profile)
  return found
}
