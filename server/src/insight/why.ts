import type { Deps } from '../platform/deps.ts'
import { notFound } from '../platform/errors.ts'
import { standings } from '../privacy/index.ts'
import { factsOf } from '../profile/index.ts'
import {
  type Definitions,
  type Explanation,
  explainRule,
  type Names,
  type Rule,
  referredNames,
  refreshDefinitions,
  resolvedRule,
} from '../segment/index.ts'
import { maskTrait } from '../workspace/index.ts'
import type { Dossier, Settings } from './document.ts'
import { iso } from './history.ts'
import { labelNames } from './names.ts'
import type { WhyPart, WhyView } from './whySchema.ts'

type SegmentRow = {
  id: number
  name_fr: string
  name_en: string
  rule: Rule
  version: number
  includesStaff: boolean
}

/** Explains people's answers; it keeps the definitions until they change. */
export class Explainer {
  #held: Definitions | null = null

  /**
   * Why a person is in a segment or is not, by the rule and the documents of this moment: the same
   * reading that decides about the membership. @throws Problem 404 for an unknown segment.
   */
  async explain(
    deps: Deps,
    dossier: Dossier,
    asked: { workspace: number; segment: string; settings: Settings; reveals: boolean },
  ): Promise<WhyView> {
    const { workspace, reveals, settings } = asked
    const [row] = await deps.postgres.query<SegmentRow>(
      `SELECT id, name_fr, name_en, rule, version, includes_staff AS "includesStaff" FROM segment
       WHERE workspace = $1 AND public_id = $2`,
      [workspace, asked.segment],
    )
    if (!row) throw notFound('There is no such segment. It may belong to another workspace.')
    this.#held = await refreshDefinitions(deps.postgres, this.#held)
    const { scope, keepOf } = this.#held.of(workspace)
    const now = deps.clock.now()
    const standing = await standings.read(deps.postgres, workspace, [dossier.id])
    const context = {
      facts: factsOf(dossier.document, keepOf),
      registry: dossier.registry,
      around: standing.get(dossier.id) ?? standings.NONE,
      now,
    }
    const names = await namesFor(deps, workspace)
    const since = dossier.document.segments.get(row.id)
    return {
      segment: { id: asked.segment, name: { fr: row.name_fr, en: row.name_en } },
      version: row.version,
      at: iso(now),
      memberSince: since === undefined ? null : iso(since),
      parts: shown(
        explainRule(await resolvedRule(deps.postgres, workspace, row), {
          scope,
          context,
          names,
        }),
        {
          ...{ settings, reveals },
          depth: 0,
        },
      ),
    }
  }
}

/** What people call things; the name itself where nobody gave another. */
async function namesFor(deps: Deps, workspace: number): Promise<Names> {
  const labels = await labelNames(deps.postgres, workspace)
  const referred = await referredNames(deps.postgres, workspace)
  return {
    of: (kind, name) => {
      if (kind === 'segment' || kind === 'list') return referred.of(kind, name)
      return labels(kind, name) ?? { fr: name, en: name }
    },
  }
}

type Showing = { settings: Settings; reveals: boolean; depth: number }

function shown({ path, holds, sentence, found, parts }: Explanation, as: Showing): WhyPart[] {
  const { settings, reveals, depth } = as
  const own: WhyPart = {
    ...{ path, depth, holds, sentence },
    found: found && {
      value: reveals || found.trait === null ? found.value : maskTrait(found.trait, found.value),
      at: found.at === null ? null : iso(found.at),
      source: found.source === null ? null : settings.sources(found.source),
      approximate: found.approximate,
    },
  }
  return [own, ...parts.flatMap((part) => shown(part, { ...as, depth: depth + 1 }))]
}
