import { Button } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { usePermission } from '../../api/session.ts'
import { ErrorState } from '../../design/ErrorState.tsx'
import { useToast } from '../../design/Toast.tsx'
import { useT } from '../../i18n/i18n.ts'
import { type ComputedTrait, useComputedChanges } from './api.ts'
import { definitionIn, draftFrom, type TraitDraft } from './draft.ts'
import { PreviewCard } from './PreviewCard.tsx'
import { TraitEditor } from './TraitEditor.tsx'

/** What a trait is made of: to be changed, where the actor may and the form can say it. */
export function DefinitionCard({ trait }: { trait: ComputedTrait }) {
  const [profile, setProfile] = useState<string | null>(null)
  const draft = draftFrom(trait.definition)
  const mayWrite = usePermission('traits:write')
  const mayQuery = usePermission('traits:sql')
  const isQuery = draft?.way === 'query'
  if (draft && (isQuery ? mayQuery : mayWrite)) return <Editing trait={trait} begun={draft} />
  // Of a query only who may write one sees what it would give.
  if (isQuery) return null
  return (
    <PreviewCard
      definition={trait.definition}
      traitKey={trait.key}
      profile={profile}
      onProfile={setProfile}
      way={draft?.way ?? 'events'}
    />
  )
}

function Editing({ trait, begun }: { trait: ComputedTrait; begun: TraitDraft }) {
  const t = useT()
  const toast = useToast()
  const { define } = useComputedChanges()
  const [draft, setDraft] = useState(begun)
  const definition = definitionIn(draft)
  const isChanged = JSON.stringify(definition) !== JSON.stringify(definitionIn(begun))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!definition) return
    define.mutate(
      { id: trait.id, definition, version: trait.version },
      { onSuccess: () => toast({ message: t('traits.defined') }) },
    )
  }
  return (
    <form onSubmit={submit}>
      <TraitEditor
        draft={draft}
        onChange={setDraft}
        traitKey={trait.key}
        actions={
          <Button
            type="submit"
            size="xs"
            disabled={!isChanged || !definition}
            loading={define.isPending}
          >
            {t('traits.save')}
          </Button>
        }
      >
        {define.error && <ErrorState error={define.error} />}
        {isChanged && <p className="meta">{t('traits.define.help')}</p>}
      </TraitEditor>
    </form>
  )
}
