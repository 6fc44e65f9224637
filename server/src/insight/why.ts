import type { JsonValue } from '../collect/index.ts'
import type { Deps } from '../platform/deps.ts'
import { notFound } from '../platform/errors.ts'
import type { Sql } from '../platform/postgres.ts'
import { type Standing, standings } from '../privacy/index.ts'
import { factsOf, type ProfileFacts } from '../profile/index.ts'
import {
  type Definitions,
  type Explanation,
  explainRule,
  type FoundObjects,
  type Names,
  type Rule,
  referredNames,
  refreshDefinitions,
  resolvedRule,
  type WorkspaceDefinitions,
} from '../segment/index.ts'
import { maskTrait } from '../workspace/index.ts'
import type { Dossier, Settings } from './document.ts'
import { type AskHistory, iso } from './history.ts'
import { knownAnswer } from './knownAnswer.ts'
import { maskPath } from './masking.ts'
import { labelNames } from './names.ts'
import { factsAsOf, standingAsOf } from './pastPerson.ts'
import type { WhyPart, WhyView } from './whySchema.ts'

type SegmentRow = {
  id: number
  name_fr: string
  name_en: string
  rule: Rule
  version: number
  includesStaff: boolean
}

/** What is asked of a person and a segment. `asOf`, `knownAt`: epoch ms; both null: about now. */
export type WhyQuestion = {
  workspace: number
  segment: string
  settings: Settings
  reveals: boolean
  asOf: number | null
  knownAt: number | null
}

/** Explains people's answers; it keeps the definitions until they change. */
export class Explainer {
  #held: Definitions | null = null

  /**
   * Why a person is in a segment or is not. About now by the rule and the documents of this moment:
   * the same reading that decides about the membership. With `asOf` the same is read of the events
   * up to then; with `knownAt` the ledger answers, and gives no reasons.
   * @throws Problem 404 for an unknown segment.
   */
  async explain(
    deps: Deps & { ask: AskHistory },
    dossier: Dossier,
    asked: WhyQuestion,
  ): Promise<WhyView> {
    const { workspace, asOf, knownAt } = asked
    const row = await findSegment(deps.postgres, asked)
    const segment = { id: asked.segment, name: { fr: row.name_fr, en: row.name_en } }
    const named = { segment, version: row.version }
    if (knownAt !== null) {
      const question = { workspace, segment: row.id, knownAt }
      const { member, since } = await knownAnswer(deps.ask, dossier, question)
      const memberSince = since === null ? null : iso(since)
      return { ...named, at: iso(knownAt), member, memberSince, parts: [] }
    }
    const { facts, parts, now } = await this.#read(deps, dossier, { asked, row })
    const since = asOf === null ? dossier.document.segments.get(row.id) : undefined
    // Whoever has done nothing yet is nobody's member; see `membersAsOf`.
    const held = parts[0]?.holds === true && facts.first <= now
    return {
      ...{ ...named, at: iso(now), parts },
      member: asOf === null ? since !== undefined : held,
      memberSince: since === undefined ? null : iso(since),
    }
  }

  async #read(
    deps: Deps & { ask: AskHistory },
    dossier: Dossier,
    { asked, row }: { asked: WhyQuestion; row: SegmentRow },
  ) {
    const { workspace, settings, reveals, asOf } = asked
    this.#held = await refreshDefinitions(deps.postgres, this.#held)
    const definitions = this.#held.of(workspace)
    const now = asOf ?? deps.clock.now()
    const read = asOf === null ? readNow : readPast
    const { facts, around } = await read(deps, dossier, { workspace, asOf: now, definitions })
    const context = { facts, registry: dossier.registry, around, now }
    const rule = await resolvedRule(deps.postgres, workspace, row)
    const names = await namesFor(deps, workspace)
    const explained = explainRule(rule, { scope: definitions.scope, context, names })
    return { facts, now, parts: shown(explained, { settings, reveals, depth: 0 }) }
  }
}

async function findSegment(
  sql: Sql,
  { workspace, segment }: Pick<WhyQuestion, 'workspace' | 'segment'>,
): Promise<SegmentRow> {
  const [row] = await sql.query<SegmentRow>(
    `SELECT id, name_fr, name_en, rule, version, includes_staff AS "includesStaff" FROM segment
     WHERE workspace = $1 AND public_id = $2`,
    [workspace, segment],
  )
  if (!row) throw notFound('There is no such segment. It may belong to another workspace.')
  return row
}

type Read = (
  deps: Deps & { ask: AskHistory },
  dossier: Dossier,
  asked: { workspace: number; asOf: number; definitions: WorkspaceDefinitions },
) => Promise<{ facts: ProfileFacts; around: Standing }>

const readNow: Read = async ({ postgres }, { id, document }, { workspace, definitions }) => {
  const standing = await standings.read(postgres, workspace, [id])
  const around = standing.get(id) ?? standings.NONE
  return { facts: factsOf(document, definitions.keepOf), around }
}

const readPast: Read = async ({ postgres: sql, ask }, dossier, asked) => {
  const facts = await factsAsOf(ask, dossier, asked)
  return { facts, around: await standingAsOf({ sql, ask }, dossier, asked) }
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
      objects: found.objects && shownObjects(found.objects, reveals),
    },
  }
  return [own, ...parts.flatMap((part) => shown(part, { ...as, depth: depth + 1 }))]
}

function shownObjects({ shown, more }: FoundObjects, reveals: boolean): FoundObjects {
  if (reveals) return { shown, more }
  const masked = shown.map((object) => ({
    ...object,
    said: object.said.map(({ path, value }) => {
      return { path, value: maskPath(path, value) as JsonValue }
    }),
  }))
  return { shown: masked, more }
}
