import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, type Page } from '../../../api/client.ts'
import type { LocalText } from '../../../i18n/i18n.ts'
import type { Effects, Segment, SegmentState } from '../api.ts'
import type { Rule } from '../rule.ts'

/** Ordered classes, each person in exactly one; the last is for everybody else. */
export type Segmentation = {
  id: string
  name: LocalText
  description: string
  state: SegmentState
  progress: number
  version: number
  includesStaff: boolean
  /** People in all classes together. */
  size: number
  classes: Segment[]
  updatedAt: string
  updatedBy: string
}

export type ClassInput = { id?: string; name: LocalText; rule: Rule }
export type SegmentationInput = {
  name: LocalText
  classes: ClassInput[]
  otherwise: { id?: string; name: LocalText }
  includesStaff: boolean
  effects?: Effects
}

export type Shares = { base: number; classes: { count: number; percent: number }[] }

const REFRESH_MS = 5_000

export function useSegmentations() {
  return useQuery({
    queryKey: ['segmentations'],
    queryFn: ({ signal }) => api.get<Page<Segmentation>>('/segmentations', { signal }),
    select: (page) => page.data,
    refetchInterval: REFRESH_MS,
  })
}

export function useSegmentation(id: string | null) {
  return useQuery({
    queryKey: ['segmentations', id],
    queryFn: ({ signal }) => api.get<Segmentation>(`/segmentations/${id}`, { signal }),
    enabled: id !== null,
  })
}

/** How many people each class would have; a newer order aborts the question about the older one. */
export function useShares(rules: readonly Rule[] | null, includesStaff: boolean) {
  return useQuery({
    queryKey: ['segmentations', 'preview', rules, includesStaff],
    queryFn: ({ signal }) =>
      api.post<Shares>(
        '/segmentations/preview',
        { classes: rules?.map((rule) => ({ rule })), includesStaff },
        { signal },
      ),
    enabled: rules !== null,
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 30_000,
    retry: false,
  })
}

/** `to`: the place of the class; null: in none, as who is left out. */
type Moves = { moves: { from: string | null; to: number | null; count: number }[] }

/** Who of each class of now would be in which one. */
export function useMoves(
  id: string | null,
  { rules, includesStaff }: { rules: readonly Rule[] | null; includesStaff: boolean },
) {
  return useQuery({
    queryKey: ['segmentations', id, 'diff', rules, includesStaff],
    queryFn: ({ signal }) =>
      api.post<Moves>(
        `/segmentations/${id}/diff`,
        { classes: rules?.map((rule) => ({ rule })), includesStaff },
        { signal },
      ),
    enabled: id !== null && rules !== null,
    staleTime: 0,
    retry: false,
  })
}

export function useSegmentationActions(id: string | null) {
  const client = useQueryClient()
  const onSuccess = () => {
    client.invalidateQueries({ queryKey: ['segmentations'] })
    client.invalidateQueries({ queryKey: ['segments'] })
  }
  return {
    publish: useMutation({
      mutationFn: (input: SegmentationInput) =>
        id
          ? api.patch<Segmentation>(`/segmentations/${id}`, input)
          : api.post<Segmentation>('/segmentations', input),
      onSuccess,
    }),
    archive: useMutation({
      mutationFn: (one: string) => api.delete(`/segmentations/${one}`),
      onSuccess,
    }),
    unarchive: useMutation({
      mutationFn: (one: string) => api.post<Segmentation>(`/segmentations/${one}/unarchive`),
      onSuccess,
    }),
  }
}
