import type { Sql } from '../platform/postgres.ts'
import type { LocalText, Purpose } from './schema.ts'

/** Most purposes of a workspace: events may name new ones, and anybody can send events. */
export const PURPOSES_MAX = 200

/** The purpose of a destination that names none: what a customer asked for, such as an order. */
export const DEFAULT_PURPOSE = 'service'

const builtIn: readonly Purpose[] = [
  { key: 'marketing', name: { fr: 'Marketing', en: 'Marketing' }, basis: 'consent' },
  {
    key: 'personalisation',
    name: { fr: 'Personnalisation', en: 'Personalisation' },
    basis: 'consent',
  },
  { key: 'analytics', name: { fr: "Mesure d'audience", en: 'Analytics' }, basis: 'consent' },
  {
    key: DEFAULT_PURPOSE,
    name: { fr: 'Service au client', en: 'Customer service' },
    basis: 'legitimate_interest',
  },
]

/** The purposes of a workspace: the built-in ones, as changed, then its own by key. */
export async function readPurposes(sql: Sql, workspace: number): Promise<Purpose[]> {
  const rows = await sql.query<{
    key: string
    name_fr: string
    name_en: string
    basis: Purpose['basis']
  }>('SELECT key, name_fr, name_en, basis FROM purpose WHERE workspace = $1 ORDER BY key', [
    workspace,
  ])
  const own = new Map(
    rows.map(({ key, name_fr, name_en, basis }): [string, Purpose] => [
      key,
      { key, name: { fr: name_fr, en: name_en }, basis },
    ]),
  )
  const first = builtIn.map((purpose) => own.get(purpose.key) ?? purpose)
  const names = new Set(first.map(({ key }) => key))
  return [...first, ...[...own.values()].filter(({ key }) => !names.has(key))]
}

/**
 * Creates the purposes that are not known yet; they need a consent until somebody says otherwise.
 */
export async function ensurePurposes(
  sql: Sql,
  wanted: { workspace: number; keys: readonly string[]; at: number },
): Promise<void> {
  const keys = [...new Set(wanted.keys)].filter((key) => builtIn.every((one) => one.key !== key))
  if (keys.length === 0) return
  await sql.query(
    `INSERT INTO purpose (workspace, key, name_fr, name_en, basis, created_at)
     SELECT $1, key, key, key, 'consent', $3
     FROM unnest($2::text[]) AS key
     WHERE (SELECT count(*) FROM purpose WHERE workspace = $1) < $4
     ORDER BY key
     ON CONFLICT DO NOTHING`,
    [wanted.workspace, keys, new Date(wanted.at), PURPOSES_MAX],
  )
}

/** Writes a purpose's name and basis, new or known. */
export async function writePurpose(
  sql: Sql,
  purpose: { workspace: number; key: string; name: LocalText; basis: Purpose['basis']; at: number },
): Promise<void> {
  await sql.query(
    `INSERT INTO purpose (workspace, key, name_fr, name_en, basis, created_at)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (workspace, key) DO UPDATE
     SET name_fr = excluded.name_fr, name_en = excluded.name_en, basis = excluded.basis`,
    [
      purpose.workspace,
      purpose.key,
      purpose.name.fr,
      purpose.name.en,
      purpose.basis,
      new Date(purpose.at),
    ],
  )
}
