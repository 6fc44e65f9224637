import { type JsonValue, reserved } from '../collect/index.ts'
import type { Sql } from '../platform/postgres.ts'
import { withFormulas } from './computed/formulas.ts'
import { knownComputed } from './computed/index.ts'
import type { ComputedTraits, KnownComputed } from './computed/resolve.ts'
import type { Spec } from './rule.ts'

/** What rules find behind the names of computed traits. */

type Definition = {
  id: string
  key: string
  name_fr: string
  name_en: string
  spec: Spec
  recomputed: JsonValue | null
  state: 'backfilling' | 'live'
}

function computedOf({ id, name_fr, name_en, state, ...row }: Definition): KnownComputed {
  const spec = withRecomputed(row)
  return { id, state, name: { fr: name_fr, en: name_en }, spec: withTold(spec, id) }
}

/** With the reserved trait that its values are told as. */
const withTold = (spec: Spec, id: string): Spec =>
  'sql' in spec ? { ...spec, trait: reserved.valueTrait(id) } : spec

/** With what was last computed over everybody, where the definition needs that. */
export function withRecomputed(row: Pick<Definition, 'spec' | 'recomputed'>): Spec {
  const { spec, recomputed } = row
  const { recompute } = knownComputed(spec)
  if (recomputed === null || !recompute?.isNeeded(spec)) return spec
  return recompute.withAnswer(spec, recomputed)
}

/** The computed traits that rules may name, as they are asked: of each workspace, or of one. */
export async function computedByWorkspace(
  sql: Sql,
  workspace: number | null,
): Promise<Map<number, ComputedTraits>> {
  const stored = await storedByWorkspace(sql, workspace)
  return new Map([...stored].map(([of, traits]) => [of, withFormulas(traits)]))
}

/** Those of one workspace. */
export async function readComputed(sql: Sql, workspace: number): Promise<ComputedTraits> {
  return (await computedByWorkspace(sql, workspace)).get(workspace) ?? new Map()
}

/** As they are stored: formulas without what they refer to. */
export async function readStored(sql: Sql, workspace: number): Promise<ComputedTraits> {
  return (await storedByWorkspace(sql, workspace)).get(workspace) ?? new Map()
}

async function storedByWorkspace(
  sql: Sql,
  workspace: number | null,
): Promise<Map<number, ComputedTraits>> {
  const rows = await sql.query<Definition & { workspace: number }>(
    `SELECT workspace, public_id AS id, key, name_fr, name_en, spec, recomputed, state
     FROM computed_trait WHERE state <> 'archived' AND ($1::integer IS NULL OR workspace = $1)`,
    [workspace],
  )
  return new Map(
    [...Map.groupBy(rows, (row) => row.workspace)].map(([of, own]) => [
      of,
      new Map(own.map((row) => [row.key, computedOf(row)])),
    ]),
  )
}
