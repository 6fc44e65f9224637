import type { Sql } from '../platform/postgres.ts'
import { EVIDENCE_KINDS } from './components.ts'
import { type Identifier, identifierText } from './identifiers.ts'
import {
  applyEvidence,
  earliestOf,
  evidenceId,
  type IdentityPlace,
  type Resolution,
} from './resolve.ts'
import { type EvidenceRow, registerIdentifiers } from './store.ts'

/** What a person decided about two identifiers; it enters by the log like everything else. */
export type IdentityDecision = {
  type: 'identity_decision'
  a: Identifier
  b: Identifier
  verdict: 'link' | 'cannot_link' | 'retract'
  author: string
}

/**
 * Takes a decision into account: `retract` undoes the evidence of the pair for good, `cannot_link`
 * keeps the two apart whatever comes, `link` joins them. The latest decision on a pair stands.
 */
export async function applyDecision(
  sql: Sql,
  place: IdentityPlace,
  decided: { decision: IdentityDecision; at: number; hash: number },
): Promise<Resolution['moved']> {
  const { decision, at, hash } = decided
  const known = await registerIdentifiers(sql, place, [
    { ...decision.a, receivedAt: at },
    { ...decision.b, receivedAt: at },
  ])
  const x = known.get(identifierText(decision.a))?.id
  const y = known.get(identifierText(decision.b))?.id
  if (!x || !y || x === y) return []
  const [a, b] = x < y ? [x, y] : [y, x]
  await sql.query(
    `INSERT INTO identity_decision (workspace, a, b, verdict, at, hash, author)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (a, b) DO UPDATE SET verdict = excluded.verdict, at = excluded.at,
       hash = excluded.hash, author = excluded.author
     WHERE (identity_decision.at, identity_decision.hash) < (excluded.at, excluded.hash)`,
    [place.workspace, a, b, decision.verdict, at, hash, decision.author],
  )
  const fresh = decision.verdict === 'link' ? [humanLink(a, b, decided)] : []
  return applyEvidence(sql, place, await earliestOf(sql, fresh), [a, b])
}

function humanLink(a: string, b: string, { at, hash }: { at: number; hash: number }): EvidenceRow {
  return {
    id: evidenceId(a, b, EVIDENCE_KINDS.decision),
    a,
    b,
    kind: EVIDENCE_KINDS.decision,
    priority: 0,
    at,
    hash,
    former: null,
    source: 0,
    messageId: '',
    state: 'accepted',
    reason: null,
  }
}
