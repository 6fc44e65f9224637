import type { Sql } from '../platform/postgres.ts'

export type LocalText = { fr: string; en: string }
export type Ref = { id: string; name: string }

/** The sources of a workspace by their number, archived ones included: events outlive them. */
export async function sourceNames(
  sql: Sql,
  workspace: number,
): Promise<(source: number) => Ref | null> {
  const rows = await sql.query<{ id: number; public_id: string; name: string }>(
    'SELECT id, public_id, name FROM source WHERE workspace = $1',
    [workspace],
  )
  const byId = new Map(rows.map(({ id, public_id, name }) => [id, { id: public_id, name }]))
  return (source) => byId.get(source) ?? null
}

export type LabelKind = 'event' | 'trait' | 'property' | 'object'

/** Names of the calls that have none of their own; a label of the workspace goes first. */
const BUILT_IN: Readonly<Record<string, LocalText>> = {
  'event:Identified': { fr: 'Identification', en: 'Identified' },
  'event:Page Viewed': { fr: 'Page vue', en: 'Page viewed' },
  'event:Screen Viewed': { fr: 'Écran vu', en: 'Screen viewed' },
  'event:Grouped': { fr: 'Rattachement à un compte', en: 'Joined an account' },
  'event:$List Changed': { fr: 'Liste modifiée', en: 'List changed' },
  'event:Aliased': { fr: 'Ancien nom déclaré', en: 'Former name declared' },
}

/** The names that people gave; null where they gave none. */
export async function labelNames(
  sql: Sql,
  workspace: number,
): Promise<(kind: LabelKind, name: string) => LocalText | null> {
  const rows = await sql.query<{ kind: LabelKind; name: string } & LocalText>(
    'SELECT kind, name, fr, en FROM label WHERE workspace = $1',
    [workspace],
  )
  const byName = new Map(rows.map(({ kind, name, fr, en }) => [`${kind}:${name}`, { fr, en }]))
  return (kind, name) => {
    const key = `${kind}:${name}`
    return byName.get(key) ?? (Object.hasOwn(BUILT_IN, key) ? (BUILT_IN[key] ?? null) : null)
  }
}

export type SegmentName = { id: string; name: LocalText }

/** The segments of a workspace by their number, archived ones included. */
export async function segmentNames(sql: Sql, workspace: number): Promise<Map<number, SegmentName>> {
  const rows = await sql.query<{ id: number; public_id: string; fr: string; en: string }>(
    'SELECT id, public_id, name_fr AS fr, name_en AS en FROM segment WHERE workspace = $1',
    [workspace],
  )
  return new Map(rows.map(({ id, public_id, fr, en }) => [id, { id: public_id, name: { fr, en } }]))
}
