import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, type Page } from '../../api/client.ts'
import type { LocalText } from '../../i18n/i18n.ts'
import type { Segment } from '../segments/api.ts'
import type { Rule } from '../segments/rule.ts'

/** What a computed trait is made of; each kind has its own keys, as docs/traits.md shows them. */
export type Definition = Record<string, unknown>

/** A trait that is made of events. */
export type ComputedTrait = {
  id: string
  /** What rules call it. */
  key: string
  name: LocalText
  description: string
  definition: Definition
  type: string
  sentence: LocalText
  version: number
  state: 'live' | 'backfilling' | 'archived'
  progress: number
  usedBy: { segments: { id: string; name: LocalText }[] }
  /** Events tell a trait of this name too; rules keep to the computed one. */
  givenToo: boolean
  updatedAt: string
  updatedBy: string
}

export type Cell = { r: number; f: number }
export type GridCell = Cell & { people: number; sum: number }
export type Grid = {
  cells: GridCell[]
  /** When the cut-offs were computed; null: they are fixed, or not computed yet. */
  cutsAt: string | null
}

const FILLING_MS = 3_000

/** Every computed trait; asked for again while one is filled from history. */
export function useComputedList() {
  return useQuery({
    queryKey: ['computed-traits'],
    queryFn: ({ signal }) => api.get<Page<ComputedTrait>>('/computed-traits', { signal }),
    select: (page) => page.data.filter(({ state }) => state !== 'archived'),
    refetchInterval: ({ state }) =>
      state.data?.data.some((each) => each.state === 'backfilling') ? FILLING_MS : false,
  })
}

export function useComputedTrait(id: string) {
  return useQuery({
    queryKey: ['computed-traits', id],
    queryFn: ({ signal }) => api.get<ComputedTrait>(`/computed-traits/${id}`, { signal }),
    refetchInterval: ({ state }) => (state.data?.state === 'backfilling' ? FILLING_MS : false),
  })
}

/** People and sums of the 5 × 5 grid of an RFM, now. */
export function useGrid(id: string) {
  return useQuery({
    queryKey: ['computed-traits', id, 'grid'],
    queryFn: ({ signal }) => api.get<Grid>(`/computed-traits/${id}/grid`, { signal }),
  })
}

/** Keeps a rule as a draft of a segment, for the builder to go on from. */
export function useDraftSegment() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: { name: LocalText; rule: Rule }) =>
      api.post<Segment>('/segments', { ...input, state: 'draft' }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['segments'] }),
  })
}

export type ComputedInput = Pick<ComputedTrait, 'key' | 'definition'> & {
  name: LocalText | string
  description?: string
}

/** Makes, renames and archives computed traits; the lists follow. */
export function useComputedChanges() {
  const client = useQueryClient()
  const onSuccess = () => {
    client.invalidateQueries({ queryKey: ['computed-traits'] })
  }
  return {
    create: useMutation({
      mutationFn: (input: ComputedInput) => api.post<ComputedTrait>('/computed-traits', input),
      onSuccess,
    }),
    rename: useMutation({
      mutationFn: ({ id, name }: Pick<ComputedTrait, 'id' | 'name'>) =>
        api.patch<ComputedTrait>(`/computed-traits/${id}`, { name }),
      onSuccess,
    }),
    archive: useMutation({
      mutationFn: (id: string) => api.delete(`/computed-traits/${id}`),
      // The page that is left would ask for what is gone.
      onSuccess: () => client.invalidateQueries({ queryKey: ['computed-traits'], exact: true }),
    }),
  }
}

export type TraitPreview = {
  sentence: LocalText
  /** People for whom it has a value. */
  have: number
  people: { id: string; name: string; email: string | null; value: unknown; count: number }[]
}

/** What a definition gives for one person, or for a few; nothing is saved. */
export function useTraitPreview(definition: Definition | null, profile: string | null) {
  return useQuery({
    queryKey: ['computed-traits', 'preview', definition, profile],
    queryFn: ({ signal }) =>
      api.post<TraitPreview>(
        '/computed-traits/preview',
        { definition, ...(profile ? { profile } : {}) },
        { signal },
      ),
    enabled: definition !== null,
    staleTime: 0,
    gcTime: 30_000,
    retry: false,
  })
}
