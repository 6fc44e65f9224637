import type { Flow, Overview } from './overview.ts'

/** Seconds of each period. */
export const periodSeconds = { '1h': 3_600, '24h': 86_400, '7d': 604_800 } as const

/** Below this many events a second the picture would be empty lines. */
const quiet = 0.01

export type SteadyFlow = { flow: Flow; averaged: boolean }

/**
 * The flow to draw: the present rates, or, when nothing moves right now, the averages of the
 * period, so that the picture still shows what carries what. Pure.
 */
export function steadyFlow({ flow, tiles }: Overview, seconds: number): SteadyFlow {
  const now = flow.sources.reduce((sum, source) => sum + source.perSecond, 0)
  if (now >= quiet || flow.balance.accepted === 0) return { flow, averaged: false }
  const accepted = flow.balance.accepted / seconds
  const averages: Record<string, number> = {
    segment: tiles.entries.value / seconds,
    deliver: tiles.deliveries.value / seconds,
  }
  return {
    averaged: true,
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
