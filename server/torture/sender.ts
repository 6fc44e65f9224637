import type { Call } from './load.ts'
import type { Random } from './random.ts'
import type { Said } from './said.ts'

/** What the harness knows of the intake: what it acknowledged, and how often it was asked. */
export type Sent = {
  /** Every event that was acknowledged with 200, once for each acknowledgement. */
  acknowledged: Said[]
  /** Acknowledged ones that the door had rejected. */
  rejected: number
  /** Calls of which some answer was lost or none: they may have been taken before. */
  maybe: number
  /** Most that can have been accepted and rejected, every attempt counted. */
  attempted: number
  attemptedRejected: number
}

export type Sender = {
  sent: Sent
  /** Time (performance.now) of the last acknowledgement. */
  lastAnswerAt(): number
  /** Makes no new calls; resolves when each that was begun is acknowledged. */
  finish(): Promise<void>
}

export type SenderOptions = {
  url: string
  writeKey: string
  next(): Call
  random: Random
  /** Who send side by side. */
  connections: number
  /** Longest pause between two calls of one of them, in ms. */
  pauseMsMax: number
}

const RETRY_MS = 40
/** An answer that takes this long will not come. */
const ANSWER_MS_MAX = 10_000
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Sends as SDKs do: what is not acknowledged is sent again, with the same message ids. */
export function startSender(options: SenderOptions): Sender {
  const sent: Sent = {
    acknowledged: [],
    rejected: 0,
    maybe: 0,
    attempted: 0,
    attemptedRejected: 0,
  }
  let stopping = false
  let lastAnswerAt = performance.now()
  const authorization = `Basic ${btoa(`${options.writeKey}:`)}`
  const isTaken = async (call: Call) => {
    const answer = await fetch(`${options.url}${call.path}`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: call.body,
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    })
    await answer.arrayBuffer()
    if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) {
      throw new Refused(`${call.path} answered ${answer.status} to ${call.body.slice(0, 200)}`)
    }
    return answer.status === 200
  }
  const deliver = async (call: Call) => {
    const rejected = call.events.filter(isRejected).length
    for (let attempt = 1; ; attempt += 1) {
      sent.attempted += call.events.length - rejected
      sent.attemptedRejected += rejected
      const taken = await isTaken(call).catch((error: unknown) => {
        if (error instanceof Refused) throw error
        return false
      })
      if (taken) {
        if (attempt > 1) sent.maybe += 1
        sent.rejected += rejected
        lastAnswerAt = performance.now()
        sent.acknowledged.push(...call.events.filter((event) => !isRejected(event)))
        return
      }
      await pause(RETRY_MS)
    }
  }
  const lines = Array.from({ length: options.connections }, async () => {
    while (!stopping) {
      await deliver(options.next())
      await pause(options.random.between(0, options.pauseMsMax))
    }
  })
  const all = Promise.all(lines)
  // Heard of in `finish`.
  all.catch(() => {})
  return {
    sent,
    lastAnswerAt: () => lastAnswerAt,
    finish: async () => {
      stopping = true
      await all
    },
  }
}

/** The intake does not want it, and never will: a fault of the harness. */
class Refused extends Error {}

/** Tracked events without a name are turned away at the door. */
const isRejected = ({ type, event }: Said): boolean => type === 'track' && event === undefined
