import type { RawHandler } from '../platform/api.ts'
import type { Log } from '../platform/log/log.ts'
import { LogOverloaded } from '../platform/log/log.ts'
import type { Meters } from './meters.ts'
import type { Tracing } from './tracing.ts'

/** What the door and the log are seen with; `tracing` is null when nobody asked for traces. */
export type IntakeSight = { meters: Meters; tracing: Tracing | null }

/** The same handler, each of whose requests is counted, timed and, if asked for, traced. */
export function observedIntake(intake: RawHandler, { meters, tracing }: IntakeSight): RawHandler {
  return {
    handles: (url) => intake.handles(url),
    handle: (request, response) => {
      const startedAt = performance.now()
      const span = tracing?.beginRequest(request.headers.traceparent) ?? null
      response.once('close', () => {
        const status = response.writableFinished ? response.statusCode : 0
        meters.count('clientele_collect_requests_total', { status }, 1)
        const seconds = (performance.now() - startedAt) / 1_000
        meters.time('clientele_collect_request_seconds', {}, seconds)
        span?.end(status)
      })
      if (span) span.run(() => intake.handle(request, response))
      else intake.handle(request, response)
    },
  }
}

/** A log that is seen: the same log, and how many bytes wait in it. */
export type ObservedLog = Log & {
  queueBytes(): number
  /** When an append last failed for another reason than overload, of `performance.now`. */
  failedAt(): number | null
}

/**
 * Counts and times what is appended, whatever the log is made of. An entry of a traced request
 * carries the trace on, so that what it brings about later can be followed back to it.
 */
export function observedLog(log: Log, { meters, tracing }: IntakeSight): ObservedLog {
  let queueBytes = 0
  let failedAt: number | null = null
  log.onAppend(({ lane, shard }) => meters.count('clientele_log_blocks_total', { lane, shard }, 1))
  const append: Log['append'] = async (request) => {
    const { lane, entry } = request
    const startedAt = performance.now()
    const bytes = entry.body.byteLength
    queueBytes += bytes
    const span = tracing?.beginAppend(lane) ?? null
    const traced = span ? { ...request, entry: span.mark(entry) } : request
    try {
      const at = await log.append(traced)
      failedAt = null
      const seconds = (performance.now() - startedAt) / 1_000
      meters.time('clientele_log_append_seconds', { lane }, seconds)
      if (entry.header.kind === 'request') countEvents(meters, request)
      span?.end(true)
      return at
    } catch (error) {
      const kind = error instanceof LogOverloaded ? 'overloaded' : 'failed'
      if (kind === 'failed') failedAt = performance.now()
      meters.count('clientele_log_append_errors_total', { kind }, 1)
      span?.end(false)
      throw error
    } finally {
      queueBytes -= bytes
    }
  }
  return { ...log, append, queueBytes: () => queueBytes, failedAt: () => failedAt }
}

function countEvents(meters: Meters, { lane, entry }: Parameters<Log['append']>[0]): void {
  const { header, body } = entry
  meters.count('clientele_collect_events_total', { lane }, header.count)
  meters.count('clientele_collect_bytes_total', { lane }, body.byteLength)
  // Written by the door beside the indexes of what it rejected; most requests have none.
  const reasons = header.facts?.rejections
  if (!reasons) return
  for (const reason of reasons.split(',')) countRejected(meters, { reason, n: 1 })
}

/** Counts what was rejected; the reasons are the door's own codes, of which there are few. */
export function countRejected(meters: Meters, { reason, n }: { reason: string; n: number }): void {
  meters.count('clientele_collect_rejected_events_total', { reason }, n)
}
