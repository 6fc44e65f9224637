import type { Deps } from '../platform/deps.ts'
import { MINUTE_MS } from '../platform/durations.ts'
import { readWorkspace } from '../workspace/index.ts'
import { type Calendar, calendarOf } from './calendar.ts'
import { formulasNaming } from './computed/formulas.ts'
import { knownComputed } from './computed/index.ts'
import { type ComputedTraits, namesTrait } from './computed/resolve.ts'
import { readComputed } from './computedDefinitions.ts'
import { type ComputedRow, givenAmong } from './computedTraits.ts'
import { rulesInUse } from './directory.ts'
import { namesOf } from './names.ts'
import { nextRun } from './query/schedule.ts'
import type { Spec } from './rule.ts'

/** Computed traits as the API shows them: with what they are made of and what uses them. */
export async function viewsOf(deps: Deps, workspace: number, rows: readonly ComputedRow[]) {
  const keys = rows.map((row) => row.key)
  const [names, given, rules, computed] = await Promise.all([
    namesOf(deps, workspace),
    givenAmong(deps.postgres, workspace, keys),
    rulesInUse(deps.postgres, workspace),
    readComputed(deps.postgres, workspace),
  ])
  const { timeZone } = await readWorkspace(deps, workspace)
  return rows.map((row) => {
    const kind = knownComputed(row.spec)
    const spec = wholeOf(row, computed)
    const users = rules.filter(({ rule }) => namesTrait(rule, row.key))
    return {
      id: row.public_id,
      key: row.key,
      name: { fr: row.name_fr, en: row.name_en },
      description: row.description,
      definition: row.spec,
      type: kind.type(spec),
      sentence: kind.describe(row.spec, names),
      fault: 'fault' in spec ? (spec.fault ?? null) : null,
      version: row.version,
      state: row.state,
      progress: row.progress,
      recomputed: row.recomputed,
      recomputedAt: row.recomputed_at?.toISOString() ?? null,
      failure: row.failure,
      runningSince: runningSince(row, deps.clock.now())?.toISOString() ?? null,
      nextRunAt: nextRunOf(row, calendarOf(timeZone)),
      usedBy: {
        segments: users.map(({ id, name }) => ({ id, name })),
        traits: formulasNaming(row.key, computed).flatMap((key) => {
          const user = computed.get(key)
          return user ? [{ id: user.id, name: user.name }] : []
        }),
      },
      givenToo: given.has(row.key),
      createdAt: row.created_at.toISOString(),
      createdBy: row.created_by,
      updatedAt: row.updated_at.toISOString(),
      updatedBy: row.updated_by,
    }
  })
}

/** A run that is older died with its program: the query is asked again at its next time. */
const RUN_MS_MAX = 10 * MINUTE_MS

/** Since when its query is being asked; null: it is not. `now`: epoch ms. */
function runningSince({ spec, ...row }: ComputedRow, now: number): Date | null {
  const { attempted_at: begun, recomputed_at: given, failure, state } = row
  if (!('sql' in spec) || begun === null || state !== 'live') return null
  if (now - begun.getTime() > RUN_MS_MAX) return null
  // A run that ended bears the instant at which it began, or a later one.
  const isOver = (given !== null && given >= begun) || failure?.at === begun.toISOString()
  return isOver ? null : begun
}

/** When its query is asked again; null: it has none, or is about to be asked. */
function nextRunOf({ spec, attempted_at, state }: ComputedRow, calendar: Calendar): string | null {
  if (!('sql' in spec) || attempted_at === null || state === 'archived') return null
  return new Date(nextRun(spec.schedule, attempted_at.getTime(), calendar)).toISOString()
}

/** With what it refers to; of an archived one, whose key another may have, as it is stored. */
function wholeOf(row: ComputedRow, computed: ComputedTraits): Spec {
  const known = computed.get(row.key)
  return known?.id === row.public_id ? known.spec : row.spec
}

export async function viewOf(deps: Deps, workspace: number, row: ComputedRow) {
  const [view] = await viewsOf(deps, workspace, [row])
  if (!view) throw new Error('A computed trait that was read has no view.')
  return view
}
