import type { Deps } from '../platform/deps.ts'
import { listLabels } from '../workspace/index.ts'
import type { LocalText, Names } from './answer.ts'

/** What people call events, traits, properties and segments in this workspace. */
export async function namesOf(deps: Deps, workspace: number): Promise<Names> {
  const labels = await listLabels(deps.postgres, workspace)
  const segments = await deps.postgres.query<LocalText & { name: string }>(
    `SELECT public_id AS name, name_fr AS fr, name_en AS en FROM segment WHERE workspace = $1`,
    [workspace],
  )
  const held = new Map<string, LocalText>([
    ...labels.map((label) => [`${label.kind}|${label.name}`, label] as const),
    ...segments.map((segment) => [`segment|${segment.name}`, segment] as const),
  ])
  return {
    of: (kind, name) => {
      const label = held.get(`${kind}|${name}`)
      return { fr: label?.fr || name, en: label?.en || name }
    },
  }
}
