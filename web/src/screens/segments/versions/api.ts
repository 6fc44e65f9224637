import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '../../../api/client.ts'
import type { LocalText } from '../../../i18n/i18n.ts'
import type { Effects, Segment, SegmentVersion } from '../api.ts'

type Line = { path: string; sentence: LocalText }

/** Two versions of a rule, line by line, and on the people of now. */
export type Comparison = {
  from: SegmentVersion
  to: SegmentVersion
  removed: Line[]
  added: Line[]
  kept: Line[]
  /** The lines are joined in another way: all, any, … */
  isRegrouped: boolean
  enters: number
  leaves: number
  stays: number
}

export function useComparison(id: string, { from, to }: { from: number; to: number }) {
  return useQuery({
    queryKey: ['segment', id, 'versions', 'compare', from, to],
    queryFn: ({ signal }) =>
      api.get<Comparison>(`/segments/${id}/versions/compare`, { query: { from, to }, signal }),
    staleTime: 30_000,
    retry: false,
  })
}

/** Publishes an earlier version of the rule again, as a new version. */
export function useRestore(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: { version: number; effects: Effects }) =>
      api.post<Segment>(`/segments/${id}/restore`, body),
    onSuccess: () => {
      client.invalidateQueries({ queryKey: ['segments'] })
      client.invalidateQueries({ queryKey: ['segment', id] })
    },
  })
}
