import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { HOUR_MS } from '../../i18n/durations.ts'
import type { LocalText } from '../../i18n/i18n.ts'
import type { Flow } from '../home/overview.ts'
import type { BalancePeriod } from './routes.ts'

export type StageKey = 'log' | 'resolve' | 'profile' | 'segment' | 'deliver' | 'history'
export type StageHealth = {
  key: StageKey
  waiting: number
  lagMs: number
  /** Of the last hour; null: the stage records none. */
  errors: number | null
}
export type Lane = 'live' | 'bulk' | 'inner'
export type ShardHealth = {
  lane: Lane
  shard: number
  perSecond: number
  head: number
  position: number
  waiting: number
  lagMs: number
  historyPosition: number
  historyWaiting: number
  historyLagMs: number
  historyAttempts: number
  owner: string | null
}
export type Role = 'collect' | 'flow' | 'deliver' | 'api'
export type ProcessHealth = {
  id: string
  roles: Role[]
  startedAt: string
  seenAt: string
  isSeen: boolean
  shards: string[]
}
export type DependencyKey = 'postgres' | 'log' | 'clickhouse' | 'archive'
export type DependencyHealth = {
  key: DependencyKey
  state: 'ok' | 'behind' | 'away'
  required: boolean
  tookMs: number | null
  bytes: number | null
  blocks?: number
}
export type Health = {
  asOf: string
  flow: Flow
  stages: StageHealth[]
  shards: ShardHealth[]
  timers: { overdue: number; lagMs: number }
  processes: ProcessHealth[]
  dependencies: DependencyHealth[]
  disk: { free: number; size: number }
  deadLetters: number
  deliveries: { waiting: number; retrying: number; dead: number; paused: number }
}

/** What became of the events of a source, one number an hour. */
export type Columns = {
  received: number[]
  accepted: number[]
  rejected: number[]
  applied: number[]
  duplicate: number[]
  deadLettered: number[]
  onTheWay: number[]
  /** Accepted, and found nowhere; negative: handled, and never accepted. */
  difference: number[]
  /** Rejected without a reason on record. */
  unexplained: number[]
}
export type Reason = {
  code: string
  outcome: 'rejected' | 'dead-lettered'
  text: LocalText
  count: number
}
export type SourceBalance = Columns & {
  /** null: requests with a key that nobody knows. */
  source: { id: string; name: string; kind: string; archived: boolean } | null
  /** Rows in the history less applied; null: not counted (yet). */
  history: (number | null)[] | null
  reasons: Reason[]
}
export type Balance = {
  hours: string[]
  final: boolean[]
  history: { state: 'counted' | 'away' }
  data: SourceBalance[]
  next: string | null
}

const periodHours = { '24h': 24, '7d': 168 } as const

/** The live part, every 2 s while somebody looks; what was read last stays when a reading fails. */
export function useHealth() {
  return useQuery({
    queryKey: ['health'],
    queryFn: ({ signal }) => api.get<Health>('/insights/health', { signal }),
    refetchInterval: 2_000,
    staleTime: 0,
    retry: false,
  })
}

/** The balance of a period, all pages of sources. */
export function useBalance(period: BalancePeriod) {
  return useQuery({
    queryKey: ['balance', period],
    queryFn: async ({ signal }) => {
      const to = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS
      const from = to - periodHours[period] * HOUR_MS
      return readAll({ from: iso(from), to: iso(to), limit: 200 }, signal)
    },
    refetchInterval: 20_000,
    retry: false,
  })
}

async function readAll(
  query: Record<string, string | number>,
  signal: AbortSignal,
): Promise<Balance> {
  const all = await api.get<Balance>('/insights/balance', { query, signal })
  while (all.next) {
    const more = { ...query, cursor: all.next }
    const page = await api.get<Balance>('/insights/balance', { query: more, signal })
    all.data.push(...page.data)
    all.next = page.next
  }
  return all
}

/** Why events of one source were refused or set aside in one hour. */
export function useReasons(source: string | null, hour: string) {
  return useQuery({
    queryKey: ['balance', 'reasons', source, hour],
    queryFn: async ({ signal }) => {
      const to = iso(new Date(hour).getTime() + HOUR_MS)
      const query = { from: hour, to, source: source ?? 'unknown' }
      const { data } = await api.get<Balance>('/insights/balance', { query, signal })
      return data[0]?.reasons ?? []
    },
  })
}

const iso = (epochMs: number): string => new Date(epochMs).toISOString()
