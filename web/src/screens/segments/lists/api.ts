import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, type Page } from '../../../api/client.ts'
import type { LocalText } from '../../../i18n/i18n.ts'

export type ListChange = {
  at: string
  author: string
  kind: 'added' | 'removed'
  /** Identifiers that were taken. */
  taken: number
  rejected: { reason: string; text: LocalText; count: number }[]
}

export type ListRow = {
  id: string
  name: LocalText
  description: string
  /** People on it; null while history is away. */
  members: number | null
  usedBy: { id: string; name: LocalText }[]
  updatedAt: string
  updatedBy: string
  changes: ListChange[]
}

const REFRESH_MS = 5_000

/** The static lists, for who may read segments. */
export function useLists() {
  return useQuery({
    queryKey: ['lists'],
    queryFn: ({ signal }) => api.get<Page<ListRow>>('/lists', { signal }),
    select: (page) => page.data,
    staleTime: REFRESH_MS,
  })
}

/** What the column of a file holds, and whether its people are put on the list or taken off. */
export type UploadChoice = {
  column: string
  namespace: string
  delimiter: 'comma' | 'semicolon' | 'tab'
  change: 'add' | 'remove'
}

export function useListActions() {
  const client = useQueryClient()
  const onSuccess = () => client.invalidateQueries({ queryKey: ['lists'] })
  return {
    create: useMutation({
      mutationFn: (name: string) => api.post<ListRow>('/lists', { name }),
      onSuccess,
    }),
    rename: useMutation({
      mutationFn: ({ id, name }: { id: string; name: string }) =>
        api.patch<ListRow>(`/lists/${id}`, { name }),
      onSuccess,
    }),
    remove: useMutation({
      mutationFn: (id: string) => api.delete(`/lists/${id}`),
      onSuccess,
    }),
    upload: useMutation({
      mutationFn: ({ id, file, choice }: { id: string; file: File; choice: UploadChoice }) =>
        api.upload<ListChange>(`/lists/${id}/upload`, file, { query: choice }),
      onSuccess,
    }),
  }
}
