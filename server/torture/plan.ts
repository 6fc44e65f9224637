import type { Defect } from './defects.ts'
import { FAIL_POINTS, type FailPoint } from './failPoints.ts'
import type { Random } from './random.ts'

/** What is killed, and when. */
export type Kill =
  /** `afterMs`: how long it serves before. */
  | { what: 'process'; member: Victim; afterMs: number; point: null }
  | { what: 'process'; member: Victim; afterMs: number; point: FailPoint; hits: number }
  | { what: 'clickhouse' | 'postgres' | 'everything'; afterMs: number }

export type Victim = 'front' | 'second'

const SERVES_MS_MAX = 700
/** Kills at moments that nobody chose, in each round of the named ones. */
const RANDOM_A_ROUND = 10
/** Where the invariants hang: a short run comes by these first. */
const FIRST = ['flow:after', 'flow:during-commit', 'append:before-answer', 'sunk:before']
/** Where a planted defect shows for certain; a run that looks for it comes by nothing else. */
const TELLING: Record<Defect, string> = {
  'ack-before-commit': 'append:before',
  'no-dedup': 'append:before-answer',
  'offset-outside-transaction': 'flow:after',
  'timers-not-reloaded': 'flow:after-commit',
}

/**
 * `count` kills in the order of `random`. In the first half the program is one process; from
 * `secondFrom` on there is a second one with the role of the flow.
 */
export function planOf(
  count: number,
  { random, defect }: { random: Random; defect: Defect | null },
): { kills: Kill[]; secondFrom: number } {
  const secondFrom = Math.ceil(count / 2)
  const round =
    defect === null ? roundOfCards : () => [pointNamed(TELLING[defect]), 'random'] as const
  const first = defect === null ? [...FIRST.map(pointNamed), ...times('random' as const, 4)] : []
  const cards: Card[] = random.shuffled(first)
  while (cards.length < count) cards.push(...random.shuffled<Card>(round()))
  const kills = cards.slice(0, count).map((card, index) => {
    const afterMs = random.between(50, SERVES_MS_MAX)
    if (card === 'clickhouse' || card === 'postgres' || card === 'everything') {
      return { what: card, afterMs }
    }
    const hasSecond = index >= secondFrom
    const member = hasSecond && random.chance(0.5) ? 'second' : 'front'
    const what = 'process' as const
    if (card === 'random') return { what, member, afterMs, point: null } as const
    const hits = random.between(1, card.hitsMax)
    const victim: Victim = card.role === 'front' ? 'front' : member
    return { what, member: victim, afterMs: 0, point: card, hits }
  })
  return { kills, secondFrom }
}

type Card = FailPoint | 'random' | 'clickhouse' | 'postgres' | 'everything'

const times = <T>(card: T, n: number): T[] => Array.from({ length: n }, () => card)

function roundOfCards(): Card[] {
  return [
    ...FAIL_POINTS,
    ...times('random' as const, RANDOM_A_ROUND),
    ...times('clickhouse' as const, 3),
    ...times('postgres' as const, 2),
    'everything',
  ]
}

function pointNamed(name: string): FailPoint {
  const found = FAIL_POINTS.find((one) => one.name === name)
  if (!found) throw new Error(`There is no fail point "${name}".`)
  return found
}
