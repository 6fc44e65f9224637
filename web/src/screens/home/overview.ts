import { useQuery, useQueryClient } from '@tanstack/react-query'
import { api, apiUrl } from '../../api/client.ts'
import { useLive } from '../../api/live.ts'
import type { LocalText } from '../../i18n/i18n.ts'
import type { HomePeriod } from './routes.ts'

export type FlowSource = {
  id: string
  name: string
  kind: string
  perSecond: number
  share: number
  silentSince: string | null
}
export type StageKey = 'log' | 'resolve' | 'profile' | 'segment' | 'deliver'
export type FlowStage = { key: StageKey; perSecond: number; lagMs: number; series: number[] }
export type FlowDestination = {
  id: string
  name: string
  kind: string
  perSecond: number
  /** How late its oldest waiting delivery is, ms; null or 0 = on time. */
  lateBy: number | null
}
export type Flow = {
  sources: FlowSource[]
  stages: FlowStage[]
  destinations: FlowDestination[]
  sinkLagMs: number
  rejected: number
  deadLettered: number
  balance: {
    received: number
    accepted: number
    rejected: number
    deadLettered: number
    balanced: boolean
  }
}
export type TileValue = { value: number; change: number | null; series: number[] }
export type TileKey =
  | 'people'
  | 'events'
  | 'matchRate'
  | 'reachableEmail'
  | 'entries'
  | 'deliveries'
export type ChecklistItem = { key: string; done: boolean; at?: string | null }
export type Attention = { key: string; text: LocalText; href: string; since: string | null }
export type MovingSegment = {
  id: string
  name: LocalText | string
  size: number
  entered: number
  left: number
}
export type Overview = {
  flow: Flow
  tiles: Record<TileKey, TileValue>
  checklist: ChecklistItem[]
  attention: Attention[]
  segmentsMoving: MovingSegment[]
  firstEventAt: string | null
}

/** What Home shows, for a period; refreshed each half minute. */
export function useOverview(period: HomePeriod) {
  return useQuery({
    queryKey: ['overview', period],
    queryFn: ({ signal }) => api.get<Overview>('/overview', { query: { period }, signal }),
    refetchInterval: 30_000,
  })
}

/** Lets the server's push (each 2 s) replace the flow part of what Home shows. */
export function useLiveFlow(period: HomePeriod) {
  const client = useQueryClient()
  const put = (data: unknown) => {
    const flow = (data as { flow?: Flow }).flow ?? (data as Flow)
    client.setQueryData<Overview>(['overview', period], (known) =>
      known && Array.isArray(flow.sources) ? { ...known, flow } : known,
    )
  }
  return useLive(apiUrl('/overview/live', { period }), { message: put, flow: put })
}
