import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { api } from '../../../api/client.ts'
import { type TimeSearch, timeQuery, type Unit } from './time.ts'

export type CoursePoint = {
  from: string
  to: string
  size: number
  entered: number
  left: number
  /** Of those who entered: found by the filling of a new or changed rule. */
  filled: number
}
export type Course = { by: Unit; points: CoursePoint[] }

/** Size, entries and exits of a segment over a time. */
export function useCourse(id: string, time: TimeSearch, by: Unit | undefined) {
  return useQuery({
    queryKey: ['segment', id, 'history', time, by],
    queryFn: ({ signal }) =>
      api.get<Course>(`/segments/${id}/history`, {
        query: { ...timeQuery(time, Date.now()), by },
        signal,
      }),
    placeholderData: keepPreviousData,
  })
}

/** Lengths in ms; null where there is none. */
export type Quartiles = {
  count: number
  first: number | null
  median: number | null
  third: number | null
}

export type Lengths = {
  ended: Quartiles
  lasting: Quartiles
  unknown: number
  classes: { from: number; to: number | null; ended: number; lasting: number }[]
  kept: { days: number; of: number; stayed: number }[]
}

/** How long people stay in a segment. */
export function useLengths(id: string) {
  return useQuery({
    queryKey: ['segment', id, 'stays'],
    queryFn: ({ signal }) => api.get<Lengths>(`/segments/${id}/stays`, { signal }),
  })
}
