import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, type Page } from '../../../api/client.ts'
import type { LocalText } from '../../../i18n/i18n.ts'
import type { Segment, SegmentRow, SegmentState, Stay } from '../api.ts'
import type { Rule } from '../rule.ts'

export type Counted = { name: string; count: number }

/** How many segments each folder, tag, owner and state has; the archived ones only as a state. */
export type Shelf = {
  folders: Counted[]
  tags: Counted[]
  owners: { id: string; name: string; count: number }[]
  states: { state: SegmentState; count: number }[]
  unused: number
}

export function useShelf() {
  return useQuery({
    queryKey: ['segments', 'shelf'],
    queryFn: ({ signal }) => api.get<Shelf>('/segments/shelf', { signal }),
    staleTime: 10_000,
  })
}

/** The archived segments, which the list leaves out unless they are asked for. */
export function useArchived(isWanted: { enabled: boolean }) {
  return useQuery({
    queryKey: ['segments', 'archived'],
    queryFn: ({ signal }) =>
      api.get<Page<SegmentRow>>('/segments', { query: { state: 'archived' }, signal }),
    select: (page) => page.data,
    ...isWanted,
  })
}

/** Where a segment stands. */
export type Place = { folder: string; tags: string[]; owner: string | null }

/** Changes of one segment among others; each can be taken back. */
export function useShelfActions() {
  const client = useQueryClient()
  const onSuccess = () => {
    client.invalidateQueries({ queryKey: ['segments'] })
    client.invalidateQueries({ queryKey: ['segment'] })
  }
  return {
    clone: useMutation({
      mutationFn: ({ id, name }: { id: string; name: LocalText }) =>
        api.post<Segment>(`/segments/${id}/clone`, { name }),
      onSuccess,
    }),
    place: useMutation({
      mutationFn: ({ id, place }: { id: string; place: Place }) =>
        api.patch<Segment>(`/segments/${id}`, place),
      onSuccess,
    }),
    keepStays: useMutation({
      mutationFn: ({ id, stays }: { id: string; stays: Stay[] }) =>
        api.patch<Segment>(`/segments/${id}`, { stays }),
      onSuccess,
    }),
    archive: useMutation({
      mutationFn: (id: string) => api.delete(`/segments/${id}`),
      onSuccess,
    }),
    unarchive: useMutation({
      mutationFn: (id: string) => api.post<Segment>(`/segments/${id}/unarchive`),
      onSuccess,
    }),
  }
}

/** A rule to begin with, in the names of the workspace's own events and traits. */
export type Template = {
  key: string
  name: LocalText
  description: LocalText
  /** What the data lacks for it: the usual name stands in the rule instead. */
  missing: LocalText[]
  rule?: Rule
  sentence?: LocalText
  /** Of a segmentation, in their order; no rule then. */
  classes?: { name: LocalText; rule: Rule }[]
  otherwise?: LocalText
}

export function useTemplates(isWanted: { enabled: boolean }) {
  return useQuery({
    queryKey: ['segments', 'templates'],
    queryFn: ({ signal }) => api.get<Page<Template>>('/segments/templates', { signal }),
    select: (page) => page.data,
    staleTime: 60_000,
    ...isWanted,
  })
}
