/**
 * Who is let in while the flow is behind: every workspace that sends gets the same share of what
 * the flow can take, so that one that sends too much waits by itself. Pure: the time is handed in.
 */

/** What is known of the flow in one lane. */
export type Backlog = {
  /** Events in the log that are not applied yet. */
  behind: number
  /** Events that the flow applies a second. */
  rate: number
}

/** Part of the flow's rate that is let in while it is behind, so that it catches up. */
const CATCHING_UP = 0.9
/** The least that a flow is taken for able to do, events a second. */
const RATE_MIN = 200
/** A workspace that sent within this time has a share. */
const ACTIVE_MS = 5_000
/** How much of a share may be saved up, in seconds, so that single large batches come through. */
const SAVED_S = 1

type Bucket = { tokens: number; filledAt: number; seenAt: number }

/** Seconds after which a backlog is applied if nothing more comes. */
export function secondsBehind({ behind, rate }: Backlog): number {
  return behind / Math.max(rate, RATE_MIN)
}

/** Shares of one lane in one process. */
export class FairShares {
  readonly #buckets = new Map<number, Bucket>()

  /** True when the workspace has something left of its share; `rate` is that of this process. */
  admits(workspace: number, { rate, now }: { rate: number; now: number }): boolean {
    const held = this.#buckets.get(workspace)
    const bucket = held ?? { tokens: 0, filledAt: now - SAVED_S * 1_000, seenAt: now }
    this.#buckets.set(workspace, bucket)
    bucket.seenAt = now
    const share = (CATCHING_UP * Math.max(rate, RATE_MIN)) / this.active(now)
    const filled = bucket.tokens + (share * (now - bucket.filledAt)) / 1_000
    bucket.tokens = Math.min(filled, share * SAVED_S)
    bucket.filledAt = now
    return bucket.tokens > 0
  }

  /** Takes what was let in off the share; it may go below nothing, and is then waited for. */
  spend(workspace: number, events: number): void {
    const bucket = this.#buckets.get(workspace)
    if (bucket) bucket.tokens -= events
  }

  /** How many workspaces have a share: those that sent of late; at least 1. */
  active(now: number): number {
    let active = 0
    for (const [workspace, { seenAt }] of this.#buckets) {
      if (now - seenAt < ACTIVE_MS) active += 1
      else this.#buckets.delete(workspace)
    }
    return Math.max(active, 1)
  }
}
