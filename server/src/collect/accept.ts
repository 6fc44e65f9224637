import type { Clock } from '../platform/clock.ts'
import { type EntryHeader, type Lane, type Log, LogOverloaded } from '../platform/log/log.ts'
import type { Admission } from './admission.ts'
import type { OpenedBody } from './body.ts'
import { rejectionsOf } from './counts.ts'
import { type Decision, decideOn, type Rejection } from './decide.ts'
import type { EventType } from './event.ts'
import type { IntakeSource } from './intakeSource.ts'
import { limits } from './limits.ts'
import type { LiveEvents } from './live.ts'
import type { RequestFacts } from './origin.ts'
import { type ReasonCode, reasons } from './reasons.ts'
import type { RefusalCounter } from './refusals.ts'

export type AcceptDeps = {
  clock: Clock
  log: Log
  refusals: RefusalCounter
  live: LiveEvents
  admission: Pick<Admission, 'ask' | 'spend'>
  /** Hears of faults of the log; the client is asked to send again. */
  onLogFault: (error: unknown) => void
}

export type IntakeRequest = {
  source: IntakeSource
  body: Uint8Array
  opened: OpenedBody
  /** The type in the path; null for a batch. */
  type: EventType | null
  lane: Extract<Lane, 'live' | 'bulk'>
  facts: RequestFacts
}

/** The answer to an intake request, before it is written. */
export type Answer = { status: number; body: unknown; retryAfterSeconds?: number }

/** Rejections told in one answer; all of them are counted. */
const rejectionsToldMax = 100

/**
 * Decides on a request, appends what is accepted and answers. 200 only once it is durable. Faults
 * of the sender get a status that no SDK retries; faults of ours one that all of them do.
 */
export async function acceptRequest(deps: AcceptDeps, request: IntakeRequest): Promise<Answer> {
  const decision = decideOn(request.opened, request.body, request.type)
  if (decision.kind === 'refused') {
    refuse(deps, request.source, { ...decision, sample: request.body })
    return answerRefusal(decision.reason)
  }
  if (decision.accepted === 0) return answerNothingAccepted(deps, request, decision)
  const { workspace } = request.source
  deps.admission.spend(workspace, request.lane, decision.accepted)
  const entry = { header: headerOf(deps.clock.now(), request, decision), body: request.body }
  const shardKey = `${workspace}:${decision.anchor}`
  try {
    await deps.log.append({ lane: request.lane, shardKey, entry })
  } catch (error) {
    return answerFault(deps, error)
  }
  deps.live.record({ kind: 'read', source: request.source, entry, rejections: decision.rejections })
  return { status: 200, body: successBody(decision) }
}

type Read = Extract<Decision, { kind: 'read' }>

function headerOf(receivedAt: number, request: IntakeRequest, decision: Read): EntryHeader {
  const facts: Record<string, string> = { ...request.facts }
  if (request.type) facts.type = request.type
  if (request.lane === 'bulk') facts.lane = 'bulk'
  const header: EntryHeader = {
    workspace: request.source.workspace,
    kind: 'request',
    source: request.source.id,
    receivedAt,
    count: decision.accepted,
    facts,
  }
  if (decision.rejections.length > 0) {
    header.rejected = decision.rejections.map((rejection) => rejection.index)
    // Beside `rejected`, in the same order: why. Counted in the append's own transaction.
    facts.rejections = decision.rejections.map((rejection) => rejection.reason).join(',')
  }
  return header
}

/** Counts and shows a request of which nothing can be taken. */
export function refuse(
  deps: Pick<AcceptDeps, 'clock' | 'refusals' | 'live'>,
  source: IntakeSource,
  refusal: { reason: ReasonCode; received: number; sample: Uint8Array | null },
): void {
  const at = deps.clock.now()
  const { reason, received, sample } = refusal
  const { workspace, id } = source
  deps.refusals.add({ workspace, source: id, at, reason, n: received, sample })
  const shown = sample && Buffer.from(sample.subarray(0, limits.sampleBytes))
  deps.live.record({ kind: 'refused', source, at, reason, received, sample: shown })
}

function answerNothingAccepted(deps: AcceptDeps, request: IntakeRequest, decision: Read): Answer {
  const first = decision.rejections[0]
  if (!first) return { status: 200, body: { success: true } }
  // Not appended: an entry without events would hold no position.
  const entry = { header: headerOf(deps.clock.now(), request, decision), body: request.body }
  for (const rejection of rejectionsOf(entry)) deps.refusals.add(rejection)
  deps.live.record({ kind: 'read', source: request.source, entry, rejections: decision.rejections })
  const { status } = reasons[first.reason]
  return {
    status,
    body: { ...refusalBody(first.reason), ...toldRejections(decision.rejections) },
  }
}

function successBody(decision: Read): unknown {
  if (decision.rejections.length === 0) return { success: true }
  return { success: true, accepted: decision.accepted, ...toldRejections(decision.rejections) }
}

function toldRejections(rejections: readonly Rejection[]) {
  return {
    rejectedCount: rejections.length,
    rejected: rejections.slice(0, rejectionsToldMax).map(({ index, reason }) => ({
      index,
      code: reason,
      message: reasons[reason].text.en,
      hint: reasons[reason].hint.en,
    })),
  }
}

/** The answer to a request that is refused as a whole. */
export function answerRefusal(reason: ReasonCode): Answer {
  return { status: reasons[reason].status, body: refusalBody(reason) }
}

function refusalBody(reason: ReasonCode) {
  const { text, hint } = reasons[reason]
  return { success: false, code: reason, message: text.en, hint: hint.en }
}

/** The answer to whoever sends faster than the flow can work; nothing was taken. */
export function answerFull(retryAfterSeconds: number): Answer {
  const message =
    'More is waiting than can be worked off soon, so nothing was taken. Send again later.'
  return { status: 429, body: { success: false, code: 'overloaded', message }, retryAfterSeconds }
}

function answerFault(deps: AcceptDeps, error: unknown): Answer {
  if (error instanceof LogOverloaded) {
    const body = { success: false, code: 'overloaded', message: error.message }
    return { status: 429, body, retryAfterSeconds: error.retryAfterSeconds }
  }
  deps.onLogFault(error)
  const message = 'The event log cannot be reached. Nothing was taken; send again in a moment.'
  const body = { success: false, code: 'log_unreachable', message }
  return { status: 503, body, retryAfterSeconds: 5 }
}
