import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '../../../api/client.ts'
import type { Segment } from '../api.ts'

/** Who counts as staff or a test: any of these signs. */
export type Staff = {
  domains: string[]
  emails: string[]
  trait: string | null
  /** The id of a static list. */
  list: string | null
}

const key = ['segments', 'staff']

/** Who is staff, and how many they are now. */
export function useStaff() {
  return useQuery({
    queryKey: key,
    queryFn: ({ signal }) => api.get<Staff & { count: number }>('/segments/staff', { signal }),
    staleTime: 10_000,
  })
}

export function useKeepStaff() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ domains, emails, trait, list }: Staff) =>
      api.put<Staff & { count: number }>('/segments/staff', { domains, emails, trait, list }),
    onSuccess: (answer) => {
      client.setQueryData(key, answer)
      client.invalidateQueries({ queryKey: ['segments'] })
      client.invalidateQueries({ queryKey: ['segment'] })
    },
  })
}

/** Takes staff and test profiles into a segment, or leaves them out. */
export function useIncludeStaff(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (includesStaff: boolean) =>
      api.patch<Segment>(`/segments/${id}`, { includesStaff }),
    onSuccess: () => {
      client.invalidateQueries({ queryKey: ['segments'] })
      client.invalidateQueries({ queryKey: ['segment', id] })
    },
  })
}
