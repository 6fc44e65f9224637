import type { Deps } from '../platform/deps.ts'
import { listLabels } from '../workspace/index.ts'
import type { Names } from './answer.ts'

/** What people call events, traits and properties in this workspace. */
export async function namesOf(deps: Deps, workspace: number): Promise<Names> {
  const labels = await listLabels(deps.postgres, workspace)
  const held = new Map(labels.map((label) => [`${label.kind}|${label.name}`, label]))
  return {
    of: (kind, name) => {
      const label = held.get(`${kind}|${name}`)
      return { fr: label?.fr || name, en: label?.en || name }
    },
  }
}
