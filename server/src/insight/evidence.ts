import type { Sql } from '../platform/postgres.ts'

/** An item of evidence as the identity graph shows it. */
export type EvidenceOfProfile = {
  id: string
  a: string
  b: string
  kind: 'decision' | 'alias' | 'event' | 'rule'
  /** Event time, epoch ms. */
  at: number
  source: number
  messageId: string
  state: 'accepted' | 'refused' | 'retracted' | 'frozen'
  reason: string | null
}

const KINDS = ['decision', 'alias', 'event', 'rule'] as const
const EVIDENCE_MAX = 1_000

/** The evidence that touches any of the identifiers (birth ids), the earliest first. */
export async function evidenceOf(
  sql: Sql,
  workspace: number,
  ids: readonly string[],
): Promise<EvidenceOfProfile[]> {
  const rows = await sql.query<
    Omit<EvidenceOfProfile, 'kind' | 'messageId'> & { kind: number; message_id: string }
  >(
    `SELECT id, a, b, kind, at, source, message_id, state, reason FROM evidence
     WHERE workspace = $1 AND (a = ANY($2) OR b = ANY($2))
     ORDER BY at, id LIMIT $3`,
    [workspace, ids, EVIDENCE_MAX],
  )
  return rows.map(({ kind, message_id, ...row }) => ({
    ...row,
    kind: KINDS[kind - 1] ?? 'event',
    messageId: message_id,
  }))
}

export type DecisionOfPair = {
  a: string
  b: string
  verdict: 'link' | 'cannot_link' | 'retract'
  at: number
  author: string
}

/** The decisions in force that touch any of the identifiers. */
export function decisionsOf(
  sql: Sql,
  workspace: number,
  ids: readonly string[],
): Promise<DecisionOfPair[]> {
  return sql.query<DecisionOfPair>(
    `SELECT a, b, verdict, at, author FROM identity_decision
     WHERE workspace = $1 AND (a = ANY($2) OR b = ANY($2)) ORDER BY at, a, b`,
    [workspace, ids],
  )
}
