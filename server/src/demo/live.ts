import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../platform/clock.ts'
import { sendBatch } from './intakeClient.ts'
import { demoLastHour } from './lastHour.ts'
import type { DemoSource } from './life.ts'
import type { DemoOptions, DemoRequest } from './requests.ts'
import { openTrickle } from './trickle.ts'

const TICK_MS = 1_000

export type LiveOptions = {
  /** Where the program answers, such as `http://localhost:4000`. */
  baseUrl: string
  writeKeys: Record<DemoSource, string>
  options: DemoOptions
  clock: Clock
  /** Hears why the visits ended, when nobody asked them to. */
  onFault: (error: unknown) => void
  tickMs?: number
}

export type LiveShop = {
  /** Sends what happened in the last hour; once, after the history. Throws on a refusal. */
  sendLastHour(): Promise<void>
  /** Visitors come from now on; the answer stops it and resolves once nothing is under way. */
  open(): () => Promise<void>
}

/**
 * The demo shop from now on, through the public intake on the live lane: its last hour, then a few
 * events a second at most.
 */
export function openLiveShop(live: LiveOptions): LiveShop {
  const { options, clock, onFault, tickMs = TICK_MS } = live
  return {
    sendLastHour: () =>
      send(live, demoLastHour(options, clock.now()), new AbortController().signal),
    open: () => {
      const stop = new AbortController()
      const running = letVisit(live, tickMs, stop.signal).catch((error: unknown) => {
        if (!stop.signal.aborted) onFault(error)
      })
      return async () => {
        stop.abort()
        await running
      }
    },
  }
}

async function letVisit(live: LiveOptions, tickMs: number, signal: AbortSignal): Promise<never> {
  const trickle = openTrickle(live.options, live.clock.now())
  for (;;) {
    await send(live, trickle.until(live.clock.now()), signal)
    await sleep(tickMs, undefined, { signal })
  }
}

async function send(
  { baseUrl, writeKeys, clock }: LiveOptions,
  requests: readonly DemoRequest[],
  signal: AbortSignal,
): Promise<void> {
  for (const { source, batch } of requests) {
    const intake = { baseUrl, writeKey: writeKeys[source], clock, lane: 'live' as const }
    await sendBatch(intake, batch, signal)
  }
}
