import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { api } from '../../../api/client.ts'
import type { LocalText } from '../../../i18n/i18n.ts'
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

export type OverlapRow = { id: string; name: LocalText; size: number; shared: number }
export type Overlap = { size: number; others: OverlapRow[] }

/** The segments that share people with one. */
export function useOverlap(id: string) {
  return useQuery({
    queryKey: ['segment', id, 'overlap'],
    queryFn: ({ signal }) => api.get<Overlap>(`/segments/${id}/overlap`, { signal }),
  })
}

/** People who are in exactly these of the asked segments. */
export type ExactSet = { in: string[]; n: number }

export function useIntersections(ids: readonly string[]) {
  return useQuery({
    queryKey: ['segments', 'intersections', ids],
    queryFn: ({ signal }) =>
      api.get<{ sets: ExactSet[] }>('/segments/intersections', {
        query: { in: ids.join(',') },
        signal,
      }),
    enabled: ids.length > 0,
    placeholderData: keepPreviousData,
  })
}

export type Flow = {
  via: 'segment' | 'new' | 'filled' | 'none'
  segment: { id: string; name: LocalText } | null
  n: number
}
export type Flows = { within: number; entered: Flow[]; left: Flow[] }

/** Where those who entered came from, and where those who left went. */
export function useFlows(id: string, time: TimeSearch, within: number) {
  return useQuery({
    queryKey: ['segment', id, 'flows', time, within],
    queryFn: ({ signal }) =>
      api.get<Flows>(`/segments/${id}/flows`, {
        query: { ...timeQuery(time, Date.now()), within },
        signal,
      }),
    placeholderData: keepPreviousData,
  })
}

/** Something that is over-represented in a segment. */
export type Finding = {
  kind: string
  key: string
  subject: LocalText
  value: LocalText
  n: number
  of: number
  baseN: number
  baseOf: number
  share: number
  baseShare: number
  lift: number
  inRule: boolean
  filter: string | null
  sentence: LocalText
}
export type Bar = { value: number; n: number; baseN: number }
export type Portrait = {
  size: number
  base: number
  active: number
  baseActive: number
  findings: Finding[]
  slots: Bar[]
  weekdays: Bar[]
}

/** What makes the people of a segment different. `days`: how far back events are looked at. */
export function usePortrait(id: string, days: number) {
  return useQuery({
    queryKey: ['segment', id, 'portrait', days],
    queryFn: ({ signal }) =>
      api.get<Portrait>(`/segments/${id}/portrait`, { query: { days }, signal }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })
}

export type Consumers = {
  destinations: { id: string; name: string; enabled: boolean; on: string[] }[]
  segments: { id: string; name: LocalText }[]
}

/** What works with a segment. */
export function useConsumers(id: string) {
  return useQuery({
    queryKey: ['segment', id, 'consumers'],
    queryFn: ({ signal }) => api.get<Consumers>(`/segments/${id}/consumers`, { signal }),
  })
}
