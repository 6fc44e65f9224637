import type { Percentiles } from './statistics.ts'
import type { Workload } from './workload.ts'

/** What the generator is to send. */
export type SendOrder = {
  url: string
  /** Write key for events, API key for profiles. */
  key: string
  workload: Workload
  kind: 'events' | 'probes' | 'profiles'
  /** Number of the first event. */
  first: number
  /** Events in one request. */
  batch: number
  /** Ends after this time or this many events, whichever comes first. */
  durationMs: number
  countMax: number
  /** Events a second, due at fixed times whatever the answers do; null: as fast as it goes. */
  perSecond: number | null
  connections: number
  /** Whether a request that was asked to come later does so, after the time it was told. */
  comesAgain: boolean
}

export type SendResult = {
  /** Events that were due. */
  sent: number
  acknowledged: number
  /** Number of the first event of each request that was taken, where refused ones do not return. */
  taken: number[]
  /** Answers 429, and how many of them said when to come again. */
  refused: number
  refused_with_time: number
  seconds: number
  /** From the moment a request was due until it was acknowledged. */
  latency: Percentiles
  /** Of each second: acknowledged events, refusals, p99. */
  windows: { acknowledged: number; refused: number; p99_ms: number }[]
  /** When each probe was due and acknowledged, epoch ms, by number; empty for others. */
  probes: { due: number; acknowledged: number }[]
  /** Part of one core that the generator used. */
  generator_cpu: number
}
