import { expect, it } from 'vitest'
import { standings } from '../privacy/index.ts'
import { emptyDocument, factsOf } from '../profile/index.ts'
import type { LiveSegment, WorkspaceDefinitions } from './definitions.ts'
import { evaluateSegments } from './evaluate.ts'

const segment = (id: number, evaluate: LiveSegment['evaluate']) =>
  ({ id, evaluate, stays: [], group: null }) as unknown as LiveSegment

it('goes on with the others when one segment breaks, whose members stay as they were', () => {
  const fault = () => {
    throw new TypeError('Cannot mix BigInt and a@example.com')
  }
  const segments = [
    segment(1, fault),
    segment(2, () => ({ holds: true, nextChangeAt: null })),
    segment(3, fault),
  ]
  const definitions = { concernedBy: () => segments } as unknown as WorkspaceDefinitions
  const { transitions, broken } = evaluateSegments(
    {
      facts: factsOf(emptyDocument('person'), () => undefined),
      around: standings.NONE,
      memberOf: new Map([[3, 0]]),
      ...{ touched: 'everything', isNew: false, changedAt: 5, byTime: false, now: 5 },
    },
    definitions,
    { idOf: () => undefined, nameOf: () => '', names: () => [] },
  )
  expect(transitions).toMatchObject([{ segment: { id: 2 }, change: 'entered' }])
  // Of a fault of ours only the kind is kept: its words may quote a person.
  expect(broken).toEqual([
    { segment: 1, reason: 'failed TypeError' },
    { segment: 3, reason: 'failed TypeError' },
  ])
})
