import type { Sql } from '../platform/postgres.ts'
import { type EvidenceRow, type Registered, type RegisteredRow, registered } from './store.ts'

/** What the register knows around one profile. */
export type Surroundings = {
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

/** One statement, because profiles are asked for a thousand times a second. */
const SELECT_SURROUNDINGS = `
  WITH own AS MATERIALIZED (
    SELECT identifier AS id FROM profile_alias WHERE profile = $2
    UNION
    SELECT $2::uuid
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

/** Reads them by the profile's id of today. */
export async function surroundingsOf(
  sql: Sql,
  { workspace, profile }: { workspace: number; profile: string },
): Promise<Surroundings> {
  const rows = await sql.query<Row>(SELECT_SURROUNDINGS, [workspace, profile], 'surroundings')
  const found: Surroundings = { own: [], devices: [], evidence: [] }
  for (const row of rows) {
    if (row.part === 'evidence') found.evidence.push(row)
    else if (row.part === 'device') found.devices.push(registered(row))
    else found.own.push(registered(row))
  }
  // A profile's own row counts only while no alias leads away from it.
  found.own = found.own.filter((one) => one.profile === profile)
  return found
}
