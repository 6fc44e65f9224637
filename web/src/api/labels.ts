import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { localText, useLanguage } from '../i18n/i18n.ts'
import { api, type Page } from './client.ts'

export type LabelKind = 'event' | 'trait' | 'property' | 'object'
/** A display name in both languages; empty in both removes it. */
export type Label = { kind: LabelKind; name: string; fr: string; en: string }

const key = ['labels']

export function useLabels() {
  return useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => {
      const answer = await api.get<Page<Label> | Label[]>('/labels', { signal })
      return Array.isArray(answer) ? answer : answer.data
    },
    staleTime: 60_000,
  })
}

/** `label('event', 'Order Completed')` → "Commande validée"; the name itself without a label. */
export function useLabel(): (kind: LabelKind, name: string) => string {
  const { data } = useLabels()
  const language = useLanguage()
  return (kind, name) => {
    const found = data?.find((one) => one.kind === kind && one.name === name)
    return found ? localText(found, language) || name : name
  }
}

export function usePutLabel() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (label: Label) => api.put('/labels', label),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  })
}
