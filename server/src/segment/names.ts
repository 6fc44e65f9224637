import type { Deps } from '../platform/deps.ts'
import type { Sql } from '../platform/postgres.ts'
import { listLabels } from '../workspace/index.ts'
import type { LocalText, Names } from './answer.ts'
import { readComputed } from './computedDefinitions.ts'

type Known = { kind: 'segment' | 'list'; name: string } & LocalText

/** The names of segments and lists by their public id, archived ones included. */
export async function referredNames(sql: Sql, workspace: number): Promise<Names> {
  const rows = await sql.query<Known>(
    `SELECT 'segment' AS kind, public_id AS name, name_fr AS fr, name_en AS en
     FROM segment WHERE workspace = $1
     UNION ALL
     SELECT 'list', public_id, name_fr, name_en FROM list WHERE workspace = $1`,
    [workspace],
  )
  return namesFrom(rows)
}

/** What people call events, traits, properties, segments and lists in this workspace. */
export async function namesOf(deps: Deps, workspace: number): Promise<Names> {
  const computed = [...(await readComputed(deps.postgres, workspace))].map(([key, { name }]) => {
    return { kind: 'trait', name: key, ...name }
  })
  const labels = namesFrom([...(await listLabels(deps.postgres, workspace)), ...computed])
  const referred = await referredNames(deps.postgres, workspace)
  return {
    of: (kind, name) => (kind === 'segment' || kind === 'list' ? referred : labels).of(kind, name),
  }
}

function namesFrom(rows: readonly ({ kind: string; name: string } & LocalText)[]): Names {
  const held = new Map(rows.map((row) => [`${row.kind}|${row.name}`, row]))
  return {
    of: (kind, name) => {
      const label = held.get(`${kind}|${name}`)
      return { fr: label?.fr || name, en: label?.en || name }
    },
  }
}
