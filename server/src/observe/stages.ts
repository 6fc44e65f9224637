import type { Meters } from './meters.ts'
import type { Step, Tracing } from './tracing.ts'

type Sight = { meters: Meters; tracing: Tracing | null }
type Shard = { lane: string; shard: number }

type Memberships = readonly { change: string; cause: string }[]

/** A batch of the flow, as its observer hears of it; times are of `performance.now`, in ms. */
export type FlowBatch = {
  shard: Shard
  startedAt: number
  ms: number
  items: readonly { receivedAt: number; trace?: string | undefined }[]
  /** How many items came to which end. */
  outcomes: Readonly<Record<string, number>>
  /** Those of each workspace. */
  memberships: readonly Memberships[]
  stages: readonly { stage: string; startedAt: number; endedAt: number; busyMs: number }[]
}

export type FiredTimers = {
  startedAt: number
  ms: number
  fired: number
  /** How late the oldest of them was. */
  lateMs: number
  /** Those of each workspace. */
  memberships: readonly Memberships[]
}

/** Hears of batches, timers and faults of the flow. `now`: epoch ms. */
export function flowObserver({ meters, tracing }: Sight, now: () => number) {
  return {
    batch(batch: FlowBatch): void {
      const { lane } = batch.shard
      const events = batch.items.length
      for (const [outcome, n] of Object.entries(batch.outcomes)) {
        if (n > 0) meters.count('clientele_flow_events_total', { outcome }, n)
      }
      for (const own of batch.memberships) countTransitions(meters, own)
      meters.time('clientele_flow_batch_events', { lane }, events)
      meters.time('clientele_flow_batch_seconds', { lane }, batch.ms / 1_000)
      for (const { stage, busyMs } of batch.stages) {
        meters.time('clientele_flow_stage_seconds', { stage }, busyMs / 1_000)
      }
      const oldest = batch.items.reduce((min, one) => Math.min(min, one.receivedAt), now())
      meters.time('clientele_flow_delay_seconds', { lane }, (now() - oldest) / 1_000)
      if (tracing) traceBatch(tracing, batch)
    },
    timers({ startedAt, ms, fired, lateMs, memberships }: FiredTimers): void {
      meters.count('clientele_timers_fired_total', {}, fired)
      meters.time('clientele_timers_late_seconds', {}, Math.max(0, lateMs) / 1_000)
      for (const own of memberships) countTransitions(meters, own)
      const attributes = { 'clientele.timers': fired }
      tracing?.finished({ name: 'flow timers', startedAt, ms, attributes })
    },
    filled(memberships: Memberships): void {
      countTransitions(meters, memberships)
    },
    fault({ kind }: { kind: string }): void {
      meters.count('clientele_flow_faults_total', { kind }, 1)
    },
  }
}

function countTransitions(meters: Meters, memberships: Memberships): void {
  for (const { change, cause } of memberships) {
    meters.count('clientele_segment_transitions_total', { change, cause }, 1)
  }
}

function traceBatch(tracing: Tracing, { shard, startedAt, ms, items, stages }: FlowBatch): void {
  const attributes = {
    'clientele.lane': shard.lane,
    'clientele.shard': shard.shard,
    'clientele.events': items.length,
  }
  const traces = new Set<string>()
  for (const { trace } of items) if (trace) traces.add(trace)
  const parts = stages.map(
    (one): Step => ({
      name: `flow ${one.stage}`,
      startedAt: one.startedAt,
      ms: one.endedAt - one.startedAt,
      // Of several workspaces in one batch the stages take turns.
      attributes: { 'clientele.busy_ms': one.busyMs },
    }),
  )
  tracing.finished({ name: 'flow batch', startedAt, ms, attributes }, { parts, traces })
}

/** An attempt to deliver, as the observer hears of it. */
export type Attempted = {
  kind: string
  outcome: string
  status: number | null
  error: string | null
  startedAt: number
  ms: number
  /** The trace of the request that brought the transition about. */
  trace?: string | undefined
}

/** Hears of attempts to deliver and of faults of the engines meanwhile. */
export function deliverObserver({ meters, tracing }: Sight) {
  return {
    attempted(made: Attempted): void {
      const { outcome, startedAt, ms } = made
      const answer = made.error ?? answerClass(made.status)
      meters.count('clientele_deliver_attempts_total', { outcome, answer }, 1)
      meters.time('clientele_deliver_attempt_seconds', {}, ms / 1_000)
      if (!tracing) return
      const attributes = {
        'clientele.destination.kind': made.kind,
        'clientele.outcome': outcome,
        'clientele.answer': answer,
      }
      const step = { name: 'delivery attempt', startedAt, ms, attributes }
      if (made.trace) tracing.finishedIn(made.trace, step)
      else tracing.finished(step)
    },
    fault(): void {
      meters.count('clientele_deliver_faults_total', {}, 1)
    },
  }
}

/** Statuses that tell an operator something of their own; the others by their hundred. */
function answerClass(status: number | null): string {
  if (status === null) return 'none'
  if ([401, 403, 404, 410, 429].includes(status)) return String(status)
  return `${Math.floor(status / 100)}xx`
}

/** A range that reached ClickHouse, as the sink's observer hears of it. */
export type SinkRound = {
  shard: Shard
  startedAt: number
  ms: number
  positions: number
  rows: Readonly<Record<string, number>>
}

/** Hears of rounds of the sink and of its faults. */
export function sinkObserver({ meters, tracing }: Sight) {
  return {
    round({ shard, startedAt, ms, positions, rows }: SinkRound): void {
      for (const [table, n] of Object.entries(rows)) {
        if (n > 0) meters.count('clientele_sink_rows_total', { table }, n)
      }
      meters.time('clientele_sink_round_seconds', {}, ms / 1_000)
      const attributes = {
        'clientele.lane': shard.lane,
        'clientele.shard': shard.shard,
        'clientele.positions': positions,
      }
      tracing?.finished({ name: 'sink round', startedAt, ms, attributes })
    },
    fault(): void {
      meters.count('clientele_sink_faults_total', {}, 1)
    },
  }
}
