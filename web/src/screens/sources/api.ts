import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, type Page } from '../../api/client.ts'

export const sourceKinds = [
  'web',
  'server',
  'mobile',
  'pos',
  'crm',
  'newsletter',
  'support',
  'import',
  'other',
] as const
export type SourceKind = (typeof sourceKinds)[number]

export const sourceParties = ['first', 'second', 'third'] as const
/** Whose data it brings: the company's own, a partner's own, or bought and aggregated. */
export type SourceParty = (typeof sourceParties)[number]

export type Source = {
  id: string
  name: string
  kind: SourceKind
  party: SourceParty
  /** Masked for those who may not change sources. */
  writeKey: string
  /** Set by CLIENTELE_WRITE_KEY: it cannot be rotated here. */
  writeKeyFixed?: boolean
  previousKeyUntil: string | null
  createdAt: string
  firstEventAt: string | null
  lastEventAt: string | null
  events24h: number
  rejected24h: number
  perMinute: number[]
  perHour: number[]
}

const listKey = ['sources']

export function useSources() {
  return useQuery({
    queryKey: listKey,
    queryFn: ({ signal }) => api.get<Page<Source>>('/sources', { query: { limit: 200 }, signal }),
    refetchInterval: 15_000,
  })
}

/** A source; asked every two seconds until its first event is in, then every ten. */
export function useSource(id: string) {
  return useQuery({
    queryKey: [...listKey, id],
    queryFn: ({ signal }) => api.get<Source>(`/sources/${id}`, { signal }),
    refetchInterval: (query) => (query.state.data?.firstEventAt ? 10_000 : 2_000),
  })
}

export function useCreateSource() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: { name: string; kind: SourceKind; party?: SourceParty }) =>
      api.post<Source>('/sources', input),
    onSuccess: () => client.invalidateQueries({ queryKey: listKey }),
  })
}

/** Says whose data a source brings; rotates its key, tests or archives it. */
export function useSourceActions(id: string) {
  const client = useQueryClient()
  const onSuccess = () => client.invalidateQueries({ queryKey: listKey })
  return {
    assign: useMutation({
      mutationFn: (party: SourceParty) => api.patch<Source>(`/sources/${id}`, { party }),
      onSuccess,
    }),
    rotate: useMutation({
      mutationFn: (overlapHours: number) =>
        api.post<Source>(`/sources/${id}/rotate-key`, { overlapHours }),
      onSuccess,
    }),
    test: useMutation({
      mutationFn: () => api.post<{ messageId: string }>(`/sources/${id}/test-event`),
      onSuccess,
    }),
    archive: useMutation({ mutationFn: () => api.delete(`/sources/${id}`), onSuccess }),
  }
}
