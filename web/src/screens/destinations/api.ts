import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, type Page } from '../../api/client.ts'
import type { LocalText } from '../../i18n/i18n.ts'

export type Change = 'entered' | 'left'
export type Trigger = { segment: string; on: Change[] }

export type DestinationInput = {
  name: string
  kind: 'webhook'
  config: { url: string; headers?: Record<string, string> }
  purpose: string
  channel?: string | null
  triggers: Trigger[]
  enabled: boolean
}

export type Destination = DestinationInput & {
  id: string
  secret?: string | null
  createdAt?: string
  stats: {
    delivered24h: number
    failed24h: number
    refused24h: number
    waiting: number
    lastDeliveryAt: string | null
    perHour: number[]
  }
}

export type TestResult = {
  request: { method: string; url: string; headers: Record<string, string>; body: unknown }
  response: {
    status: number
    headers: Record<string, string>
    body: unknown
    tookMs: number
  } | null
  error: { code: string; text: LocalText | string } | null
}

const REFRESH_MS = 5_000

export function useDestinations() {
  return useQuery({
    queryKey: ['destinations'],
    queryFn: ({ signal }) =>
      api.get<Page<Destination>>('/destinations', { query: { limit: 200 }, signal }),
    select: (page) => page.data,
    refetchInterval: REFRESH_MS,
  })
}

export function useDestination(id: string) {
  return useQuery({
    queryKey: ['destination', id],
    queryFn: ({ signal }) => api.get<Destination>(`/destinations/${id}`, { signal }),
    refetchInterval: REFRESH_MS,
  })
}

/** Creates a destination, or changes the one with this id. */
export function useSaveDestination(id: string | null) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ kind, ...settings }: Partial<DestinationInput>) =>
      id
        ? api.patch<Destination>(`/destinations/${id}`, settings)
        : api.post<Destination>('/destinations', { kind, ...settings }),
    onSuccess: () => {
      client.invalidateQueries({ queryKey: ['destinations'] })
      client.invalidateQueries({ queryKey: ['destination'] })
    },
  })
}

export function useDeleteDestination(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => api.delete(`/destinations/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['destinations'] }),
  })
}

export function useRotateSecret(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => api.post<Destination>(`/destinations/${id}/rotate-secret`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['destination', id] }),
  })
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The profile id behind an id or `namespace:value`. */
async function profileIdOf(person: string): Promise<string> {
  if (UUID.test(person)) return person
  return (await api.get<{ id: string }>(`/profiles/${encodeURIComponent(person)}`)).id
}

/** Sends one request now, outside the log of deliveries, and shows both sides of it. */
export function useTestDestination(id: string) {
  return useMutation({
    mutationFn: async (person: string | null) => {
      const profile = person && (await profileIdOf(person))
      return api.post<TestResult>(`/destinations/${id}/test`, profile ? { profile } : {})
    },
  })
}
