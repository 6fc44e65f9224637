import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { api, type Page } from '../../api/client.ts'
import type { LocalText } from '../../i18n/i18n.ts'

export const DELIVERY_STATES = ['waiting', 'delivered', 'retrying', 'refused', 'dead'] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

/** What a delivery tells of. */
export const CHANGE_TEXTS = {
  entered: 'person.entered',
  left: 'person.left',
  moved: 'person.moved',
  stayed: 'person.stayed',
} as const

export type Delivery = {
  id: string
  at: string
  destination: { id: string; name: string }
  profile: { id: string; name: string | null }
  segment: { id: string; name: LocalText | string }
  change: keyof typeof CHANGE_TEXTS
  state: DeliveryState
  attempts: number
  reason: { code: string; text: LocalText } | null
  idempotencyKey: string
  nextAttemptAt: string | null
}

export type Attempt = {
  at: string
  request: {
    method?: string
    url?: string
    headers?: Record<string, string>
    body?: unknown
  } | null
  response: { status: number; headers?: Record<string, string>; body?: unknown } | null
  tookMs: number | null
  error: { code: string; text?: LocalText | string } | string | null
}

export type DeliveryDetail = Omit<Delivery, 'attempts'> & {
  payload: unknown
  attempts: Attempt[] | number
}

/** The filters of the log as they stand in the address. */
export type DeliverySearch = {
  destination?: string
  state?: DeliveryState
  profile?: string
  from?: string
  to?: string
}

const REFRESH_MS = 4_000

export function useDeliveries(search: DeliverySearch, limit = 100) {
  return useInfiniteQuery({
    queryKey: ['deliveries', search, limit],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Delivery>>('/deliveries', {
        query: { ...search, cursor: pageParam, limit },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  })
}

export function useDelivery(id: string | null) {
  return useQuery({
    queryKey: ['delivery', id],
    queryFn: ({ signal }) => api.get<DeliveryDetail>(`/deliveries/${id}`, { signal }),
    enabled: id !== null,
    refetchInterval: REFRESH_MS,
  })
}

/** How many deliveries a replay of these filters would send again. */
export function useReplayCount(search: DeliverySearch, enabled: boolean) {
  return useQuery({
    queryKey: ['deliveries', 'replay', search],
    queryFn: ({ signal }) =>
      api.post<{ count: number }>(
        '/deliveries/replay',
        { filter: search },
        {
          query: { preview: true },
          signal,
        },
      ),
    select: (answer) => answer.count,
    enabled,
    refetchInterval: REFRESH_MS,
  })
}

export function useReplay() {
  const client = useQueryClient()
  const onSuccess = () => {
    client.invalidateQueries({ queryKey: ['deliveries'] })
    client.invalidateQueries({ queryKey: ['delivery'] })
  }
  return {
    one: useMutation({
      mutationFn: (id: string) => api.post(`/deliveries/${id}/replay`),
      onSuccess,
    }),
    all: useMutation({
      mutationFn: (filter: DeliverySearch) =>
        api.post<{ count: number }>('/deliveries/replay', { filter }),
      onSuccess,
    }),
  }
}
