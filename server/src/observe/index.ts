/**
 * observe: the program seen from outside. What enters: what the stages say of their work, through
 * observers that they are given, and questions to the engines when somebody asks. What leaves:
 * metrics, traces where an operator names a collector, and the checks of `/readyz`. What always
 * holds: nothing of an event, a person or a workspace is in any of it; a stage does the same
 * whether it is seen or not; an engine that is away makes figures fewer and never late.
 */
import { collectDefaultMetrics, Registry } from 'prom-client'
import type { RawHandler } from '../platform/api.ts'
import { type Checks, openReadiness } from '../platform/checks.ts'
import type { ClickHouse } from '../platform/clickhouse.ts'
import type { Clock } from '../platform/clock.ts'
import type { Config } from '../platform/config.ts'
import type { Log, ShardName } from '../platform/log/log.ts'
import type { Postgres } from '../platform/postgres.ts'
import type { Presence } from '../platform/presence.ts'
import { type EngineFacts, openFigures } from './figures.ts'
import { countRejected, type ObservedLog, observedIntake, observedLog } from './intake.ts'
import { openMeters } from './meters.ts'
import { checksOf } from './readiness.ts'
import { deliverObserver, flowObserver, sinkObserver } from './stages.ts'

export type { EngineFacts }

export type Observation = {
  registry: Registry
  intake(handler: RawHandler): RawHandler
  log(log: Log): ObservedLog
  onRefused(refused: { reason: string; n: number }): void
  flow: ReturnType<typeof flowObserver>
  deliver: ReturnType<typeof deliverObserver>
  sink: ReturnType<typeof sinkObserver>
  /** From now on a scrape reads figures of these as well. @returns the checks of `/readyz`. */
  watch(parts: Watched): Checks
  /** Sends the spans that wait. */
  close(): Promise<void>
}

export type Watched = {
  postgres: Postgres
  clickhouse: ClickHouse
  log: ObservedLog
  /** Directory of PostgreSQL's migrations. */
  migrations: string
  presence: Presence
  /** The shards that this process works on; null without the role flow. */
  held: (() => ShardName[]) | null
  engines(): readonly EngineFacts[]
}

type Options = { config: Config; clock: Clock; instance: string }

/** Opens the registry of metrics and, if the settings ask for it, the way to a collector. */
export async function openObservation(options: Options): Promise<Observation> {
  const { config, clock, instance } = options
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  let read = async () => {}
  const meters = openMeters(registry, () => read())
  const { dataDir, roles } = config
  // Loaded only where it is asked for: OpenTelemetry is long to read.
  const tracing = config.tracing
    ? (await import('./tracing.ts')).openTracing({ ...config.tracing, instance, roles })
    : null
  const sight = { meters, tracing }
  return {
    registry,
    intake: (handler) => observedIntake(handler, sight),
    log: (log) => observedLog(log, sight),
    onRefused: (refused) => countRejected(meters, refused),
    flow: flowObserver(sight, () => clock.now()),
    deliver: deliverObserver(sight),
    sink: sinkObserver(sight),
    watch: (parts) => {
      const checks = checksOf({ ...parts, dataDir, roles })
      const { held } = parts
      const figures = {
        ...{ ...parts, clock, dataDir, roles },
        held: () => held?.().length ?? null,
        readiness: openReadiness(checks),
      }
      read = openFigures(figures, {
        show: meters.show,
        onFailure: () => meters.count('clientele_scrape_failures_total', {}, 1),
      })
      return checks
    },
    close: async () => tracing?.close(),
  }
}
