import { createContext } from 'react'
import type { Flow, Overview } from './overview.ts'

/** Seconds of each period. */
export const periodSeconds = { '1h': 3_600, '24h': 86_400, '7d': 604_800 } as const

/** Below this many events a second the picture would be empty lines. */
const quiet = 0.01

export type RatePer = 'second' | 'hour'
/** `per` is the unit of every rate of `flow`. */
export type SteadyFlow = { flow: Flow; per: RatePer }

/**
 * The flow to draw: the present rates a second, or, when nothing moves right now, the averages of
 * the period an hour, so that the picture still shows what carries what. Pure.
 */
export function steadyFlow({ flow, tiles }: Overview, seconds: number): SteadyFlow {
  const now = flow.sources.reduce((sum, source) => sum + source.perSecond, 0)
  if (now >= quiet || flow.balance.accepted === 0) return { flow, per: 'second' }
  const hours = seconds / 3_600
  const accepted = flow.balance.accepted / hours
  const averages: Record<string, number> = {
    segment: tiles.entries.value / hours,
    deliver: tiles.deliveries.value / hours,
  }
  return {
    per: 'hour',
    flow: {
      ...flow,
      sources: flow.sources.map((source) => ({ ...source, perSecond: accepted * source.share })),
      stages: flow.stages.map((stage) => ({
        ...stage,
        perSecond: averages[stage.key] ?? accepted,
      })),
    },
  }
}

/** The unit of the rates drawn below it. */
export const RateUnit = createContext<RatePer>('second')
