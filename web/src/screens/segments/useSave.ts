import { useNavigate } from '@tanstack/react-router'
import { useToast } from '../../design/Toast.tsx'
import { useT } from '../../i18n/i18n.ts'
import { type Effects, type Segment, usePublish } from './api.ts'
import { filled } from './draft.ts'
import type { Builder } from './useBuilder.ts'

/** Publishes the draft, says so, and goes to the segment. */
export function useSave(segment: Segment | null, builder: Builder) {
  const t = useT()
  const toast = useToast()
  const navigate = useNavigate()
  const publish = usePublish(builder.segmentId)
  const version = (segment?.version ?? 0) + 1
  const { name, rule, includesStaff } = builder.draft
  const save = (effects: Effects = 'none') =>
    publish.mutate(
      { name: filled(name), rule, includesStaff, effects },
      {
        onSuccess: (published) => {
          builder.forget()
          toast({ message: t('segments.published', { version: published.version ?? version }) })
          navigate({ to: '/segments/$id', params: { id: published.id } })
        },
        onError: toast,
      },
    )
  return { save, saving: publish.isPending, version }
}

export type Save = ReturnType<typeof useSave>
