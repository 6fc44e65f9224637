import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, type Page } from '../../api/client.ts'
import type { LocalText } from '../../i18n/i18n.ts'

/** A finding of the segment's portrait that is shown first. */
export type PersonaFact = { kind: string; key: string; value: string }

export type PersonaWords = {
  name: string
  description: string
  quote: string
  /** 1 to 6: of the palette of charts. */
  color: number
  /** Empty: those of the name. */
  initials: string
}

export type Persona = PersonaWords & {
  id: string
  facts: PersonaFact[]
  segment: { id: string; name: LocalText; size: number; state: string }
  updatedAt: string
  updatedBy: string
}

export type PersonaInput = Partial<PersonaWords> & {
  name: string
  segment: string
  facts?: PersonaFact[]
}

export function usePersonas() {
  return useQuery({
    queryKey: ['personas'],
    queryFn: ({ signal }) => api.get<Page<Persona>>('/personas', { signal }),
    select: (page) => page.data,
  })
}

export function usePersona(id: string) {
  return useQuery({
    queryKey: ['personas', id],
    queryFn: ({ signal }) => api.get<Persona>(`/personas/${id}`, { signal }),
  })
}

/** Makes, changes and takes away personas; the lists follow. */
export function usePersonaChanges() {
  const client = useQueryClient()
  const onSuccess = () => client.invalidateQueries({ queryKey: ['personas'] })
  return {
    create: useMutation({
      mutationFn: (input: PersonaInput) => api.post<Persona>('/personas', input),
      onSuccess,
    }),
    change: useMutation({
      mutationFn: ({ id, ...change }: Partial<PersonaInput> & { id: string }) =>
        api.patch<Persona>(`/personas/${id}`, change),
      onSuccess,
    }),
    remove: useMutation({
      mutationFn: (id: string) => api.delete(`/personas/${id}`),
      onSuccess,
    }),
  }
}
