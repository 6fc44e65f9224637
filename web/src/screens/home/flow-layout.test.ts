import { expect, test } from 'vitest'
import { flowLayout, rightScale } from './flow-layout.ts'
import type { Flow } from './overview.ts'

const stage = (key: Flow['stages'][number]['key'], perSecond: number) => ({
  key,
  perSecond,
  lagMs: 200,
  series: [1, 2],
})

const flow: Flow = {
  sources: [
    { id: 'web', name: 'Site', kind: 'web', perSecond: 300, share: 0.75, silentSince: null },
    { id: 'pos', name: 'Caisses', kind: 'pos', perSecond: 100, share: 0.25, silentSince: null },
  ],
  stages: [
    stage('log', 400),
    stage('resolve', 400),
    stage('profile', 380),
    stage('segment', 20),
    stage('deliver', 4),
  ],
  destinations: [{ id: 'mail', name: 'E-mail', kind: 'webhook', perSecond: 4, lateBy: null }],
  sinkLagMs: 3000,
  rejected: 1,
  deadLettered: 0,
  balance: { received: 10, accepted: 9, rejected: 1, deadLettered: 0, balanced: true },
}

test('the right part is enlarged by a round factor, never shrunk', () => {
  expect(rightScale(400, 20)).toBe(10)
  expect(rightScale(400, 300)).toBe(1)
  expect(rightScale(0, 4)).toBe(1)
})

test('boxes stand from left to right without overlap', () => {
  const layout = flowLayout(flow, 1130)
  const boxes = [layout.sources[0], ...layout.stages, layout.destinations[0]]
  for (const [index, box] of boxes.entries()) {
    const next = boxes[index + 1]
    if (box && next) expect(box.x + box.width).toBeLessThan(next.x)
  }
})

test('a source three times as fast has a ribbon three times as wide', () => {
  const layout = flowLayout(flow, 1130)
  const widthOf = (key: string): number => {
    const path = layout.ribbons.find((ribbon) => ribbon.key === key)?.path ?? ''
    const start = Number(path.match(/^M[\d.]+ ([\d.]+)/)?.[1])
    const end = Number(path.match(/ ([\d.]+)Z$/)?.[1])
    return end - start
  }
  expect(widthOf('source-web') / widthOf('source-pos')).toBeCloseTo(3, 1)
})

test('an idle flow still draws every ribbon, as a thin line', () => {
  const idle: Flow = {
    ...flow,
    sources: flow.sources.map((source) => ({ ...source, perSecond: 0 })),
    stages: flow.stages.map((one) => ({ ...one, perSecond: 0 })),
    destinations: flow.destinations.map((one) => ({ ...one, perSecond: 0 })),
  }
  const layout = flowLayout(idle, 1130)
  expect(layout.ribbons).toHaveLength(7)
  expect(layout.ribbons.every((ribbon) => ribbon.tone === 'idle')).toBe(true)
})

test('sources that do not fit become one last row with their sum', () => {
  const [web] = flow.sources
  if (!web) throw new Error('The flow of this test has a source.')
  const many = Array.from({ length: 9 }, (_, index) => ({ ...web, id: `s${index}`, perSecond: 1 }))
  const { sources } = flowLayout({ ...flow, sources: many }, 1130)
  expect(sources).toHaveLength(7)
  expect(sources.at(-1)?.item).toMatchObject({ id: '', name: '3', perSecond: 3 })
})
