import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, type Page } from '../../api/client.ts'
import type { LocalText } from '../../i18n/i18n.ts'
import type { Moment } from '../segments/moment.ts'
import type { Identity, Person, Session, Stay, TraitVersion, UnmergePreview, Why } from './types.ts'

const path = (id: string) => `/profiles/${encodeURIComponent(id)}`
const REFRESH_MS = 10_000

/** Lists come bare or as a page, depending on the route: both are read. */
const rows = <T>(answer: T[] | { data: T[] }): T[] => (Array.isArray(answer) ? answer : answer.data)

/** One person by profile id or by `namespace:value`. */
export function usePerson(id: string) {
  return useQuery({
    queryKey: ['profile', id],
    queryFn: ({ signal }) => api.get<Person>(path(id), { signal }),
    refetchInterval: REFRESH_MS,
  })
}

/** The timeline by session, page by page. */
export function useTimeline(id: string) {
  return useInfiniteQuery({
    queryKey: ['profile', id, 'timeline'],
    queryFn: ({ pageParam, signal }) =>
      api.get<{ sessions?: Session[]; data?: Session[]; next: string | null }>(
        `${path(id)}/timeline`,
        { query: { cursor: pageParam }, signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next ?? null,
    refetchInterval: REFRESH_MS,
  })
}

/** Every value that a trait has had, newest first. */
export function useTraitHistory(id: string, key: string | null) {
  return useQuery({
    queryKey: ['profile', id, 'trait', key],
    queryFn: ({ signal }) =>
      api.get<TraitVersion[] | Page<TraitVersion>>(
        `${path(id)}/traits/${encodeURIComponent(key ?? '')}/history`,
        { signal },
      ),
    select: rows,
    enabled: key !== null,
  })
}

/** Identifiers, and the links accepted and refused between them. */
export function useIdentity(id: string) {
  return useQuery({
    queryKey: ['profile', id, 'identity'],
    queryFn: ({ signal }) => api.get<Identity>(`${path(id)}/identity`, { signal }),
    refetchInterval: REFRESH_MS,
  })
}

type Stays = Stay[] | { current?: Stay[]; history?: Stay[]; data?: Stay[] }

/** Every stay in a segment, the current ones included. */
export function useStays(id: string) {
  return useQuery({
    queryKey: ['profile', id, 'segments'],
    queryFn: ({ signal }) => api.get<Stays>(`${path(id)}/segments`, { signal }),
    select: (answer) =>
      Array.isArray(answer) ? answer : (answer.history ?? answer.data ?? answer.current ?? []),
  })
}

/** Each part of a segment's rule with its answer about this person, now or at a past moment. */
export function useWhy(id: string, segment: string, moment: Moment | null) {
  return useQuery({
    queryKey: ['profile', id, 'why', segment, moment],
    queryFn: ({ signal }) => {
      const query = moment ? { [moment.question]: moment.at } : {}
      return api.get<Why>(`${path(id)}/segments/${segment}/why`, { query, signal })
    },
    refetchInterval: moment ? false : REFRESH_MS,
    retry: false,
  })
}

export type Purpose = { key: string; name: LocalText; basis: 'consent' | 'legitimate_interest' }

/** The purposes of the workspace. */
export function usePurposes() {
  return useQuery({
    queryKey: ['purposes'],
    queryFn: ({ signal }) => api.get<Purpose[] | Page<Purpose>>('/purposes', { signal }),
    select: rows,
    staleTime: 60_000,
  })
}

const DECISION_MS = 1_500

export type UnmergeTarget = { links?: string[]; identifier?: string }

/** What would leave if these links worked no more; nothing is changed. */
export function useUnmergePreview(id: string, target: UnmergeTarget | null) {
  return useQuery({
    queryKey: ['profile', id, 'unmerge', target],
    queryFn: ({ signal }) =>
      api.post<UnmergePreview>(`${path(id)}/unmerge`, target, {
        query: { preview: true },
        signal,
      }),
    enabled: target !== null,
    retry: false,
  })
}

/** Takes links out, or puts an identifier back (`decision: 'retract'` undoes the decision). */
export function useIdentityDecisions(id: string) {
  const client = useQueryClient()
  const refresh = () => {
    client.invalidateQueries({ queryKey: ['profile', id] })
    // A decision goes through the log: what it changes is there a moment later.
    setTimeout(() => client.invalidateQueries({ queryKey: ['profile', id] }), DECISION_MS)
  }
  const unmerge = useMutation({
    mutationFn: (target: UnmergeTarget) =>
      api.post<{ position: unknown; profiles: string[] }>(`${path(id)}/unmerge`, target),
    onSuccess: refresh,
  })
  const link = useMutation({
    mutationFn: (body: { identifier: string; decision: 'link' | 'cannot-link' | 'retract' }) =>
      api.post(`${path(id)}/link`, body),
    onSuccess: refresh,
  })
  return { unmerge, link }
}

/** Shows one masked value; the server writes who asked into the audit log. */
export function useReveal(id: string) {
  return useMutation({
    mutationFn: (field: string) => api.post<{ value: unknown }>(`${path(id)}/reveal`, { field }),
  })
}
