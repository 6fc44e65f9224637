import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, type Page } from '../../api/client.ts'
import type { LocalText } from '../../i18n/i18n.ts'
import type { Segment } from '../segments/api.ts'
import type { Rule } from '../segments/rule.ts'

/** What a computed trait is made of; each kind has its own keys, as docs/traits.md shows them. */
export type Definition = Record<string, unknown>

type User = { id: string; name: LocalText }

/** A trait that is made of events, of other traits or by a query. */
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
  /** Why nobody has a value: what a formula refers to is not what it was. */
  fault: string | null
  /**
   * Of a query: when it last gave values, how many, why the last run failed, since when it is
   * being asked, and the next run.
   */
  recomputed: { people?: number; changed?: number; ms?: number } | null
  recomputedAt: string | null
  failure: { message: string; at: string } | null
  runningSince: string | null
  nextRunAt: string | null
  usedBy: { segments: User[]; traits: User[] }
  /** Events tell a trait of this name too; rules keep to the computed one. */
  givenToo: boolean
  updatedAt: string
  updatedBy: string
}

export type Cell = { r: number; f: number }
/** `group`: what its people are called, where they have one name. */
export type GridCell = Cell & { people: number; sum: number; group: LocalText | null }
/** People who came from another cell since; `from` null: from none. */
export type GridMove = { from: Cell | null; to: Cell; people: number; sum: number }
export type Grid = {
  cells: GridCell[]
  moves: GridMove[]
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
    refetchInterval: ({ state }) => (state.data?.data.some(isUnderway) ? FILLING_MS : false),
  })
}

export function useComputedTrait(id: string) {
  return useQuery({
    queryKey: ['computed-traits', id],
    queryFn: ({ signal }) => api.get<ComputedTrait>(`/computed-traits/${id}`, { signal }),
    refetchInterval: ({ state }) => (state.data && isUnderway(state.data) ? FILLING_MS : false),
  })
}

/** It is filled from history, or its query is being asked. */
const isUnderway = ({ state, definition, nextRunAt, runningSince }: ComputedTrait) =>
  state === 'backfilling' ||
  runningSince !== null ||
  (state === 'live' && 'sql' in definition && nextRunAt === null)

/** People and sums of the 5 × 5 grid of an RFM, now; with `since`, who has moved since then. */
export function useGrid(id: string, since?: string) {
  return useQuery({
    queryKey: ['computed-traits', id, 'grid', since],
    queryFn: ({ signal }) =>
      api.get<Grid>(`/computed-traits/${id}/grid`, { query: { since }, signal }),
  })
}

/** A computed trait to begin with, in the names of this workspace's data. */
export type TraitTemplate = {
  key: string
  name: LocalText
  description: LocalText
  /** What the data lacks for it. */
  missing: LocalText[]
  definition: Definition
}

export function useTraitTemplates() {
  return useQuery({
    queryKey: ['computed-traits', 'templates'],
    queryFn: ({ signal }) => api.get<Page<TraitTemplate>>('/computed-traits/templates', { signal }),
    select: (page) => page.data,
  })
}

/** What a formula may call. */
export type FormulaFunction = {
  name: string
  signature: string
  description: LocalText
  example: string
}

export function useFormulaFunctions() {
  return useQuery({
    queryKey: ['computed-traits', 'functions'],
    queryFn: ({ signal }) =>
      api.get<Page<FormulaFunction>>('/computed-traits/functions', { signal }),
    select: (page) => page.data,
    staleTime: Number.POSITIVE_INFINITY,
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

/** Makes, changes, archives and brings back computed traits; the lists follow. */
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
    define: useMutation({
      mutationFn: ({ id, ...change }: Pick<ComputedTrait, 'id' | 'definition' | 'version'>) =>
        api.patch<ComputedTrait>(`/computed-traits/${id}`, change),
      onSuccess,
    }),
    restore: useMutation({
      mutationFn: (id: string) => api.post<ComputedTrait>(`/computed-traits/${id}/restore`),
      onSuccess,
    }),
    run: useMutation({
      mutationFn: (id: string) => api.post<ComputedTrait>(`/computed-traits/${id}/run`),
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
  people: {
    id: string
    name: string
    email: string | null
    value: unknown
    count: number
    /** Of a formula: the traits that it names. */
    inputs: { trait: string; value: unknown }[]
  }[]
  /** Of a query: its test run. */
  run: {
    rows: number
    matched: number
    ms: number
    first: { key: string; value: unknown; profile: string | null }[]
  } | null
}

/** What a definition gives for one person, or for a few; nothing is saved. */
export function useTraitPreview(
  definition: Definition | null,
  profile: string | null,
  key: string | null,
) {
  return useQuery({
    queryKey: ['computed-traits', 'preview', definition, profile, key],
    queryFn: ({ signal }) =>
      api.post<TraitPreview>(
        '/computed-traits/preview',
        { definition, ...(profile ? { profile } : {}), ...(key ? { key } : {}) },
        { signal },
      ),
    enabled: definition !== null,
    staleTime: 0,
    gcTime: 30_000,
    retry: false,
  })
}
