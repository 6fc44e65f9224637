import { tendBreaker } from './breaker.ts'
import { type Claimed, endUnsent, keepPayload } from './claim.ts'
import { segmentEvent } from './cloudEvent.ts'
import type { Sending } from './context.ts'
import { type DestinationRow, secretsInForce, unseal, wholeConfig } from './destination.ts'
import type { KeptRequest } from './kind.ts'
import { destinationKind } from './kinds/index.ts'
import { judge, type Outcome } from './outcome.ts'
import type { Sent } from './outgoing.ts'
import { ATTEMPTS_MAX } from './schedule.ts'
import { messageId } from './signature.ts'

/** Sends one claimed delivery and records what came of it. */
export async function attempt(
  sending: Sending,
  destination: DestinationRow,
  claimed: Claimed,
): Promise<void> {
  const { deps } = sending
  const now = deps.clock.now()
  if (claimed.attempts - claimed.attempts_before > ATTEMPTS_MAX) {
    // Its attempts were interrupted again and again: it may be what kills the workers.
    const end = { id: claimed.id, state: 'dead', reason: 'interrupted', now } as const
    await endUnsent(deps.postgres, end)
    return
  }
  const id = messageId(destination.id, claimed.key)
  const body = claimed.payload ?? (await makePayload(sending, claimed, id))
  if (body === null) {
    const end = { id: claimed.id, state: 'refused', reason: 'profile_gone', now } as const
    await endUnsent(deps.postgres, end)
    return
  }
  const startedAt = deps.clock.now()
  const sentAt = performance.now()
  const sealed = unseal(sending.vault, destination)
  const { request, sent } = await destinationKind(destination.kind).send(
    { id, key: claimed.key, at: startedAt, body, secrets: secretsInForce(sealed, startedAt) },
    wholeConfig(destination, sealed),
    sending.outgoing,
  )
  const ms = performance.now() - sentAt
  const { state } = await record(sending, { destination, claimed, startedAt, request, sent })
  sending.observe?.attempted({
    kind: destination.kind,
    outcome: state,
    status: sent.answer?.status ?? null,
    error: sent.error,
    startedAt: sentAt,
    ms,
    trace: claimed.transition.trace,
  })
}

async function makePayload(sending: Sending, claimed: Claimed, id: string) {
  const { deps, readProfile } = sending
  const { workspace, key, transition } = claimed
  const profile = await readProfile(deps, workspace, claimed.profile)
  if (profile === null) return null
  const body = segmentEvent({ id, key, workspace }, transition, profile)
  return keepPayload(deps.postgres, claimed.id, body)
}

type Attempt = {
  destination: DestinationRow
  claimed: Claimed
  startedAt: number
  request: KeptRequest
  sent: Sent
}

/**
 * Writes the attempt and what it means for the delivery, in one statement. A worker whose lease ran
 * out still writes its attempt, but no longer decides over the delivery.
 */
async function record({ deps }: Sending, made: Attempt): Promise<Outcome> {
  const { claimed, destination, sent } = made
  const now = deps.clock.now()
  const number = claimed.attempts - claimed.attempts_before
  const outcome = judge(sent, { delivery: claimed.id, number, now })
  await deps.postgres.query(
    `WITH attempt AS (
       INSERT INTO delivery_attempt (delivery, attempt, at, request, response, error, took_ms)
       VALUES ($1, $2, $7, $8, $9, $10, $11))
     UPDATE delivery SET state = $3, reason = $4, next_attempt_at = $5, lease_until = NULL,
       updated_at = $6
     WHERE id = $1 AND attempts = $2 AND state IN ('waiting', 'retrying')`,
    [
      claimed.id,
      claimed.attempts,
      outcome.state,
      outcome.reason,
      outcome.nextAttemptAt === null ? null : new Date(outcome.nextAttemptAt),
      new Date(now),
      new Date(made.startedAt),
      JSON.stringify(made.request),
      sent.answer ? JSON.stringify(sent.answer) : null,
      sent.error,
      now - made.startedAt,
    ],
  )
  const verdict = outcome.destination
  // Most destinations are well and stay well: that needs no statement.
  const wasWell = destination.failures === 0 && destination.paused_until === null
  if (verdict.failed || !wasWell) {
    await tendBreaker(deps.postgres, destination.id, { verdict, now })
  }
  return outcome
}
