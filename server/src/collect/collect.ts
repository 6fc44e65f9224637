import { fileURLToPath } from 'node:url'
import type { Deps } from '../platform/deps.ts'
import type { Log } from '../platform/log/log.ts'
import { type Answer, acceptRequest } from './accept.ts'
import { openAdmission } from './admission.ts'
import { openBody } from './body.ts'
import type { RejectionCount } from './counts.ts'
import { createIntake, type Intake, type IntakeDeps } from './intake.ts'
import type { IntakeSource } from './intakeSource.ts'
import { type LiveEvents, openLiveEvents } from './live.ts'
import { openRefusalCounter } from './refusals.ts'
import { openScriptFiles } from './serve.ts'

export type CollectOptions = {
  eventLog: Log
  /** The source of a write key; null when nobody knows it. Called for each request. */
  sources: IntakeDeps['sources']
  /** Hears of everything that is rejected with its whole request, for figures. */
  onRefused?: (refused: Pick<RejectionCount, 'reason' | 'n'>) => void
}

/** The running intake of this process. */
export type Collect = {
  /** The raw HTTP handler, to be given the requests before any framework. */
  intake: Intake
  live: LiveEvents
  /** Where what is accepted goes. */
  eventLog: Log
  /** Sends one event through the intake in the name of a source, as if it came by HTTP. */
  send(source: IntakeSource, event: Record<string, unknown>): Promise<Answer>
  /** Writes the counts that wait. Call it when no more requests come, before the log closes. */
  close(): Promise<void>
}

/** Opens the intake on a log. */
export function openCollect(
  deps: Pick<Deps, 'postgres' | 'clock' | 'log' | 'config'>,
  { eventLog, sources, onRefused }: CollectOptions,
): Collect {
  const { clock, log: logger } = deps
  const live = openLiveEvents(clock)
  const refusals = openRefusalCounter({
    postgres: deps.postgres,
    clock,
    ...(onRefused ? { onRefused } : {}),
    onFault: (error) => {
      const { code } = error as { code?: unknown }
      logger.warn({ code }, 'Rejections could not be counted. They are kept and tried again.')
    },
  })
  const admission = openAdmission({
    postgres: deps.postgres,
    onFault: (error) => {
      const { code } = error as { code?: unknown }
      logger.warn({ code }, 'The backlog of the flow could not be read; everything is let in.')
    },
  })
  const accepting = { clock, log: eventLog, refusals, live, admission }
  const intake = createIntake({
    ...accepting,
    logger,
    sources,
    scripts: openScriptFiles(fileURLToPath(new URL('../../../sdk/dist', import.meta.url))),
    prefix: deps.config.intakePath,
  })
  return {
    intake,
    live,
    eventLog,
    send(source, event) {
      const body = Buffer.from(JSON.stringify({ batch: [event] }))
      const onLogFault = () => logger.error('the log refused a test event')
      const request = { source, body, opened: openBody(body, 'batch'), type: null, facts: {} }
      return acceptRequest({ ...accepting, onLogFault }, { ...request, lane: 'live' })
    },
    close: async () => {
      await admission.stop()
      await refusals.close()
    },
  }
}
