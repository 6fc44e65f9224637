import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { api, type Page } from '../../api/client.ts'
import type { LocalText } from '../../i18n/i18n.ts'
import type { Moment } from './moment.ts'
import type { Rule, Window } from './rule.ts'

export const SEGMENT_STATES = ['live', 'backfilling', 'draft', 'paused', 'archived'] as const
export type SegmentState = (typeof SEGMENT_STATES)[number]

/** `repeat`: every so often, not just once. */
export type Stay = { after: Window; repeat: boolean }

export type SegmentRow = {
  id: string
  name: LocalText | string
  description: LocalText | string | null
  size: number
  trend: { day: string; size: number }[]
  entered24h: number
  left24h: number
  state: SegmentState
  progress: number | null
  version: number
  updatedAt: string
  updatedBy: { kind?: string; name: string } | string | null
  sentence: LocalText | null
  /** A path as "Fidélité/Noël"; '' = in no folder. */
  folder: string
  tags: string[]
  owner: { id: string; name: string } | null
  /** Why the program paused it; null: it did not. */
  reason?: LocalText | null
  /** How long members must stay to be told of. */
  stays?: Stay[]
  /** Of a class: the segmentation that it is changed with. */
  segmentation?: { id: string; name: LocalText } | null
  /** Staff and test profiles can be members; else they are left out. */
  includesStaff: boolean
  /** How many destinations and segments use it. */
  consumers: number
  /** Used by nothing and opened by nobody for 90 days. */
  unused: boolean
}

export type Segment = SegmentRow & {
  rule: Rule
  /** A rule that somebody works on; nothing evaluates it. */
  draft: { rule: unknown } | null
}

/**
 * A condition whose live answer is, for some people, of what is kept alone: the newest `kept`
 * events, or the objects that were named last.
 */
export type Approximate = {
  path: string
  sentence: LocalText
  people: number
  keeps: 'events' | 'objects'
  kept: number
}

export type Preview = {
  count: number
  base: number
  percent: number
  conditions: { path: string | number[]; count: number; sentence?: LocalText }[]
  reachable: { channel: string; count: number }[]
  /** What would be approximate once the segment is live; the preview itself is exact. */
  approximate: Approximate[]
  sample: Member[]
  sentence: LocalText
  tookMs: number
  asOf: string
}

export type TraitInfo = {
  key: string
  displayName: LocalText | null
  types: string[]
  completeness: number
  distinct: number
  samples: (string | number | boolean)[]
  /** Made of events by a definition, not told by one. */
  computed?: true
}

export type PropertyInfo = {
  path: string
  types: string[]
  displayName: LocalText | null
  sampleValues: (string | number | boolean)[]
}

export type EventInfo = {
  name: string
  type: string
  displayName: LocalText | null
  count: number
  firstAt: string | null
  lastAt: string | null
  properties: PropertyInfo[]
}

const rows = <T>(answer: T[] | { data: T[] }): T[] => (Array.isArray(answer) ? answer : answer.data)

const REFRESH_MS = 5_000

/** Every segment of the workspace with its size and trend. */
export function useSegments() {
  return useQuery({
    queryKey: ['segments'],
    queryFn: ({ signal }) => api.get<Page<SegmentRow>>('/segments', { signal }),
    select: rows,
    refetchInterval: REFRESH_MS,
  })
}

export function useSegment(id: string | null) {
  return useQuery({
    queryKey: ['segment', id],
    queryFn: ({ signal }) => api.get<Segment>(`/segments/${id}`, { signal }),
    enabled: id !== null,
    refetchInterval: REFRESH_MS,
  })
}

/** The live count of a rule; a newer rule aborts the question about the older one. */
export function usePreview(rule: Rule | null, includesStaff: boolean) {
  return useQuery({
    queryKey: ['segments', 'preview', rule, includesStaff],
    queryFn: ({ signal }) =>
      api.post<Preview>('/segments/preview', { rule, includesStaff }, { signal }),
    enabled: rule !== null,
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 30_000,
    retry: false,
  })
}

export type DiffPerson = { id: string; name: string | null; email: string | null }

export type Diff = {
  enters: number
  leaves: number
  stays: number
  /** Ten of each at the most. */
  samples: { enters: DiffPerson[]; leaves: DiffPerson[] }
  /** Whom it would be told, and of how many; consent is asked for each and may leave fewer. */
  destinations: { id: string; name: string; enabled: boolean; entered: number; left: number }[]
  asOf: string
}

/** Whether destinations are told of those who enter or leave by a change of the rule itself. */
export type Effects = 'none' | 'fire'

/** Who would enter, leave and stay if the segment had this rule, or its version again. */
export function useDiff(
  id: string,
  next: { rule: Rule; includesStaff: boolean } | { version: number },
) {
  return useQuery({
    queryKey: ['segments', 'diff', id, next],
    queryFn: ({ signal }) => api.post<Diff>(`/segments/${id}/diff`, next, { signal }),
    staleTime: 0,
    gcTime: 30_000,
    retry: false,
  })
}

/** Who is in a segment, as its API tells them. */
export type Member = {
  id: string
  name: string | null
  email: string | null
  city: string | null
  lastSeen: string
  events: number
  /** Only of a member, not of a sample; null of a past moment. */
  enteredAt?: string | null
  /** Only of a sample: the places of the lines that hold, of a rule that asks for any. */
  why?: string[]
}

/** The members of now, or of a past moment. */
export function useMembers(id: string, moment: Moment | null) {
  return useInfiniteQuery({
    queryKey: ['segment', id, 'members', moment],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Member> & { total?: number }>(`/segments/${id}/members`, {
        query: {
          cursor: pageParam,
          limit: 100,
          ...(moment ? { [moment.question]: moment.at } : {}),
        },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  })
}

/** Which conditions of a live segment are approximate; history tells, so it may be away. */
export function useApproximate(id: string, enabled: boolean) {
  return useQuery({
    queryKey: ['segment', id, 'approximate'],
    queryFn: ({ signal }) =>
      api.get<{ data: Approximate[] }>(`/segments/${id}/approximate`, { signal }),
    select: ({ data }) => data,
    enabled,
    staleTime: 60_000,
  })
}

export type SegmentVersion = {
  version: number
  at?: string
  createdAt?: string
  by?: { name: string } | string | null
  author?: string
  rule?: Rule
  sentence?: LocalText | null
}

export function useSegmentVersions(id: string) {
  return useQuery({
    queryKey: ['segment', id, 'versions'],
    queryFn: ({ signal }) =>
      api.get<SegmentVersion[] | Page<SegmentVersion>>(`/segments/${id}/versions`, { signal }),
    select: rows,
  })
}

/** Traits with what is known of their values. */
export function useTraits() {
  return useQuery({
    queryKey: ['traits'],
    queryFn: ({ signal }) => api.get<TraitInfo[] | Page<TraitInfo>>('/traits', { signal }),
    select: rows,
    staleTime: 30_000,
  })
}

type ComputedTrait = {
  key: string
  name: LocalText
  type: string
  state: string
  definition: Record<string, unknown>
}

/** The scores of an RFM, which rules name as `key.r`. */
const SCORES = {
  r: { fr: 'récence (1 à 5)', en: 'recency (1 to 5)' },
  f: { fr: 'fréquence (1 à 5)', en: 'frequency (1 to 5)' },
  m: { fr: 'montant (1 à 5)', en: 'monetary value (1 to 5)' },
}

function withScores({ key, name, type, definition }: ComputedTrait): TraitInfo[] {
  const known = { completeness: 1, distinct: 0, samples: [] }
  const scores = Object.entries(SCORES).map(([part, score]): TraitInfo => {
    const displayName = { fr: `${name.fr} · ${score.fr}`, en: `${name.en} · ${score.en}` }
    return { key: `${key}.${part}`, displayName, types: ['number'], ...known, computed: true }
  })
  const own: TraitInfo = { key, displayName: name, types: [type], ...known, computed: true }
  return 'rfm' in definition ? [own, ...scores] : [own]
}

/** Traits that are made of events, as rules name them. */
export function useComputedTraits() {
  return useQuery({
    queryKey: ['computed-traits'],
    queryFn: ({ signal }) => api.get<Page<ComputedTrait>>('/computed-traits', { signal }),
    select: (page) => page.data.filter((each) => each.state !== 'archived').flatMap(withScores),
    staleTime: 30_000,
  })
}

/** Events and their properties as seen so far. */
export function useEventNames() {
  return useQuery({
    queryKey: ['events', 'names'],
    queryFn: ({ signal }) => api.get<EventInfo[] | Page<EventInfo>>('/events/names', { signal }),
    select: rows,
    staleTime: 30_000,
  })
}

/** A type of objects with what has been seen of its attributes. */
export type ObjectTypeInfo = {
  type: string
  displayName: LocalText | null
  objects: number
  attributes: PropertyInfo[]
}

/** What events have named: contracts, cards, tickets. */
export function useObjectTypes() {
  return useQuery({
    queryKey: ['objects', 'types'],
    queryFn: ({ signal }) => api.get<ObjectTypeInfo[]>('/objects/types', { signal }),
    staleTime: 30_000,
  })
}

export type SegmentInput = {
  name: LocalText | string
  rule: Rule
  includesStaff: boolean
  effects?: Effects
}

/** Publishes a rule: a new segment without `id`, a new version with one. */
export function usePublish(id: string | null) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: SegmentInput) =>
      id ? api.patch<Segment>(`/segments/${id}`, input) : api.post<Segment>('/segments', input),
    onSuccess: () => {
      client.invalidateQueries({ queryKey: ['segments'] })
      client.invalidateQueries({ queryKey: ['segment'] })
    },
  })
}

/** Lets a segment rest, and brings it back. */
export function useSegmentState(id: string) {
  const client = useQueryClient()
  const onSuccess = () => {
    client.invalidateQueries({ queryKey: ['segments'] })
    client.invalidateQueries({ queryKey: ['segment', id] })
  }
  return {
    change: useMutation({
      mutationFn: (state: SegmentState) => api.patch<Segment>(`/segments/${id}`, { state }),
      onSuccess,
    }),
  }
}
