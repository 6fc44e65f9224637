import { expect, test } from 'vitest'
import type { Overview } from './overview.ts'
import { steadyFlow } from './steady-flow.ts'

const tile = (value: number) => ({ value, change: null, series: [] })

function overview(perSecond: number): Overview {
  return {
    flow: {
      sources: [
        { id: 'web', name: 'Site', kind: 'web', perSecond, share: 0.75, silentSince: null },
        { id: 'pos', name: 'Caisses', kind: 'pos', perSecond: 0, share: 0.25, silentSince: null },
      ],
      stages: [
        { key: 'log', perSecond, lagMs: 0, series: [] },
        { key: 'segment', perSecond: 0, lagMs: 0, series: [] },
      ],
      destinations: [],
      sinkLagMs: 0,
      rejected: 0,
      deadLettered: 0,
      balance: { received: 3600, accepted: 3600, rejected: 0, deadLettered: 0, balanced: true },
    },
    tiles: {
      people: tile(0),
      events: tile(3600),
      matchRate: tile(0),
      reachableEmail: tile(0),
      entries: tile(36),
      deliveries: tile(0),
    },
    checklist: [],
    attention: [],
    segmentsMoving: [],
    firstEventAt: null,
  }
}

test('what moves now is drawn as it is', () => {
  const given = overview(2)
  expect(steadyFlow(given, 3600)).toEqual({ flow: given.flow, per: 'second' })
})

test('a quiet flow is drawn with the averages of the period, an hour', () => {
  const { flow, per } = steadyFlow(overview(0), 3600)
  expect(per).toBe('hour')
  expect(flow.sources.map((source) => source.perSecond)).toEqual([2700, 900])
  expect(flow.stages.map((stage) => stage.perSecond)).toEqual([3600, 36])
})
