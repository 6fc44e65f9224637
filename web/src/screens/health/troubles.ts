import { lateMs } from '../home/late.ts'
import type { Balance, Health } from './api.ts'
import { alarmsOf } from './heat.ts'

/** Something that needs a look: red when events may be lost or stand still, else amber. */
export type Trouble = {
  key:
    | 'unbalanced'
    | 'ownerless'
    | 'flow'
    | 'timers'
    | 'clickhouseAway'
    | 'clickhouseBehind'
    | 'archive'
    | 'paused'
    | 'retrying'
    | 'process'
    | 'dead'
    | 'disk'
  tone: 'red' | 'amber'
  count: number
  /** ms, where a lag is the trouble. */
  lagMs?: number
}

/** Below this part of the disk free, somebody should make room. */
const diskFreeMin = 0.1

/** What is not as it should be, the most urgent first. Pure. */
export function troublesOf(health: Health, balance: Balance | undefined): Trouble[] {
  const { shards, stages, timers, processes, dependencies, deliveries, disk } = health
  const stateOf = (key: string) => dependencies.find((one) => one.key === key)?.state
  const stage = stages.find(({ key }) => key === 'resolve')
  const wrong = balance ? alarmsOf(balance).length : 0
  const lost = shards.filter(({ owner }) => owner === null).length
  const gone = processes.filter(({ isSeen }) => !isSeen).length
  const history = stages.find(({ key }) => key === 'history')
  const all: (Trouble | null)[] = [
    when(wrong, { key: 'unbalanced', tone: 'red' }),
    when(lost, { key: 'ownerless', tone: 'red' }),
    stage && stage.lagMs > lateMs
      ? { key: 'flow', tone: 'amber', count: stage.waiting, lagMs: stage.lagMs }
      : null,
    timers.lagMs > lateMs
      ? { key: 'timers', tone: 'amber', count: timers.overdue, lagMs: timers.lagMs }
      : null,
    stateOf('clickhouse') === 'away'
      ? { key: 'clickhouseAway', tone: 'amber', count: history?.waiting ?? 0 }
      : null,
    stateOf('clickhouse') === 'behind'
      ? {
          key: 'clickhouseBehind',
          tone: 'amber',
          count: history?.waiting ?? 0,
          lagMs: history?.lagMs ?? 0,
        }
      : null,
    stateOf('archive') === 'away' ? { key: 'archive', tone: 'amber', count: 1 } : null,
    when(deliveries.paused, { key: 'paused', tone: 'amber' }),
    when(deliveries.retrying, { key: 'retrying', tone: 'amber' }),
    when(gone, { key: 'process', tone: 'amber' }),
    when(health.deadLetters, { key: 'dead', tone: 'amber' }),
    disk.free < disk.size * diskFreeMin ? { key: 'disk', tone: 'amber', count: disk.free } : null,
  ]
  return all.filter((one) => one !== null)
}

function when(count: number, trouble: Pick<Trouble, 'key' | 'tone'>): Trouble | null {
  return count > 0 ? { ...trouble, count } : null
}
