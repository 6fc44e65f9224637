import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, type Page } from '../../api/client.ts'
import { sessionKey } from '../../api/session.ts'
import type { Language } from '../../i18n/i18n.ts'

export type Role = 'admin' | 'reader'
export type User = {
  id: string
  email: string
  name: string
  role: Role
  language: Language
  hasPassword: boolean
  disabled: boolean
  lastSeenAt: string | null
  createdAt: string
}
export type ApiKey = {
  id: string
  name: string
  prefix: string
  scopes: string[]
  createdAt: string
  createdBy: string
  lastUsedAt: string | null
  expiresAt: string | null
  revokedAt: string | null
}
export type AuditEntry = {
  id: number | string
  at: string
  actor: { kind: 'user' | 'key' | 'system'; name: string }
  action: string
  subject: string
  detail: Record<string, unknown>
}

export function useUsers() {
  return useQuery({
    queryKey: ['users'],
    queryFn: ({ signal }) => api.get<Page<User>>('/users', { query: { limit: 200 }, signal }),
  })
}

export function useInviteUser() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: { email: string; name: string; role: Role; language: Language }) =>
      api.post<User & { link: string; linkExpiresAt?: string }>('/users', input),
    onSuccess: () => client.invalidateQueries({ queryKey: ['users'] }),
  })
}

export function useChangeUser() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, ...change }: { id: string; role?: Role; disabled?: boolean }) =>
      api.patch<User>(`/users/${id}`, change),
    onSuccess: () => client.invalidateQueries({ queryKey: ['users'] }),
  })
}

export function useApiKeys() {
  return useQuery({
    queryKey: ['api-keys'],
    queryFn: ({ signal }) => api.get<Page<ApiKey>>('/api-keys', { query: { limit: 200 }, signal }),
  })
}

export function useCreateKey() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: { name: string; scopes: string[]; expiresAt?: string }) =>
      api.post<ApiKey & { key: string }>('/api-keys', input),
    onSuccess: () => client.invalidateQueries({ queryKey: ['api-keys'] }),
  })
}

export function useRevokeKey() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => api.delete(`/api-keys/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['api-keys'] }),
  })
}

export function useAudit(action: string | undefined) {
  return useInfiniteQuery({
    queryKey: ['audit', action],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<AuditEntry>>('/audit', { query: { action, cursor: pageParam }, signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  })
}

export function useUpdateWorkspace() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: { name?: string; timeZone?: string }) => api.patch('/workspace', input),
    onSuccess: () => client.invalidateQueries({ queryKey: sessionKey }),
  })
}

export type EventName = {
  name: string
  type: string
  count: number
  properties: { path: string }[]
}

/** The events and properties seen so far, for their display names. */
export function useEventNames() {
  return useQuery({
    queryKey: ['events', 'names'],
    queryFn: async ({ signal }) => {
      const answer = await api.get<EventName[] | Page<EventName>>('/events/names', { signal })
      return Array.isArray(answer) ? answer : answer.data
    },
    staleTime: 60_000,
  })
}

export type ObjectType = { type: string; attributes: { path: string }[] }

export function useObjectTypes() {
  return useQuery({
    queryKey: ['objects', 'types'],
    queryFn: ({ signal }) => api.get<ObjectType[]>('/objects/types', { signal }),
    staleTime: 60_000,
  })
}

export function useTraitKeys() {
  return useQuery({
    queryKey: ['traits', 'keys'],
    queryFn: async ({ signal }) => {
      const answer = await api.get<{ key: string }[] | Page<{ key: string }>>('/traits', { signal })
      return (Array.isArray(answer) ? answer : answer.data).map((one) => one.key)
    },
    staleTime: 60_000,
  })
}
