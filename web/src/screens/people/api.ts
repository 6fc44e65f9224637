import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { api, type Page } from '../../api/client.ts'

export type PersonRow = {
  id: string
  name: string | null
  initials: string | null
  email: string | null
  phone: string | null
  city: string | null
  firstSeen: string
  lastSeen: string
  events: number
  segments: string[]
  identifiers: number
  kind: 'known' | 'anonymous' | 'account'
}

export const PEOPLE_SORTS = ['lastSeen', 'firstSeen', 'events', 'name'] as const
export type PeopleSort = (typeof PEOPLE_SORTS)[number]

/** Whom a number of a segment's page is about; see the API's list of profiles. */
export type Behind = {
  in?: string
  out?: string
  entered?: string
  left?: string
  since?: string
  until?: string
  /** By way of a segment, or of none: see its flows. */
  via?: string
  within?: number
  stayed?: string
  stay?: 'ended' | 'lasting'
  least?: number
  most?: number
}

/** The filters of the list as they stand in the address. */
export type PeopleSearch = Behind & {
  q?: string
  segment?: string
  city?: string
  /** A trait and the value that it must have. */
  trait?: string
  value?: string
  kind?: 'known' | 'anonymous'
  sort?: PeopleSort
  order?: 'asc' | 'desc'
}

/** The query that the API takes for these filters. */
export function peopleQuery(search: PeopleSearch) {
  const { city, trait, value, sort = 'lastSeen', order, ...filters } = search
  return {
    ...filters,
    'trait.city': city,
    ...(trait ? { [`trait.${trait}`]: value } : {}),
    sort,
    order: order ?? (sort === 'name' ? 'asc' : 'desc'),
  }
}

const PAGE = 100

/** The people that match, page by page as one scrolls. */
export function usePeople(search: PeopleSearch) {
  return useInfiniteQuery({
    queryKey: ['profiles', search],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<PersonRow>>('/profiles', {
        query: { ...peopleQuery(search), cursor: pageParam, limit: PAGE },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  })
}

export type CountedValue = { value: string; count: number }

/** The usual values of a property in the newest events of a name. */
export function usePropertyValues({ event, property }: EventProperty, text: string) {
  return useQuery({
    queryKey: ['events', event, property, 'values', text],
    queryFn: ({ signal }) =>
      api.get<CountedValue[]>('/events/values', { query: { event, property, q: text }, signal }),
    enabled: event !== '' && property !== '',
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  })
}

/** A property of the events of a name; '' while one is not chosen. */
export type EventProperty = { event: string; property: string }

/** The usual values of a trait that start with `text`, most frequent first. */
export function useTraitValues(key: string, text: string, enabled = true) {
  return useQuery({
    queryKey: ['traits', key, 'values', text],
    queryFn: ({ signal }) =>
      api.get<CountedValue[] | Page<CountedValue>>(`/traits/${encodeURIComponent(key)}/values`, {
        query: { q: text },
        signal,
      }),
    select: (answer) => (Array.isArray(answer) ? answer : answer.data),
    enabled: enabled && key !== '',
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  })
}
