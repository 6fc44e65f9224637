import { Button, TextInput } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { ErrorState } from '../../design/ErrorState.tsx'
import { PageHeader } from '../../design/PageHeader.tsx'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { type TraitTemplate, useComputedChanges, useTraitTemplates } from './api.ts'
import { definitionIn, draftFrom, EMPTY, type TraitDraft } from './draft.ts'
import { keyFrom } from './form.ts'
import { TraitEditor } from './TraitEditor.tsx'
import css from './traits.module.css'

/** A new computed trait, from a ready-made one or from nothing, seen on people as it is made. */
export function NewTraitScreen() {
  const t = useT()
  const language = useLanguage()
  const navigate = useNavigate()
  const { create } = useComputedChanges()
  const [name, setName] = useState('')
  const [key, setKey] = useState<string | null>(null)
  const [draft, setDraft] = useState<TraitDraft>(EMPTY.events)
  const definition = definitionIn(draft)
  const ownKey = key ?? keyFrom(name)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!definition) return
    create.mutate(
      { key: ownKey, name: name.trim(), definition },
      { onSuccess: ({ id }) => navigate({ to: '/traits/$id', params: { id } }) },
    )
  }
  const choose = (template: TraitTemplate) => {
    setDraft(draftFrom(template.definition) ?? EMPTY.events)
    setName(localText(template.name, language))
    setKey(template.key)
  }
  return (
    <form onSubmit={submit}>
      <PageHeader
        crumbs={[
          <Link key="list" to="/traits">
            {t('traits.title')}
          </Link>,
        ]}
        title={t('traits.create')}
        lead={t('traits.create.lead')}
        actions={
          <Button
            type="submit"
            loading={create.isPending}
            disabled={!definition || !name.trim() || !ownKey}
          >
            {t('traits.save')}
          </Button>
        }
      />
      <TemplateButtons onChoose={choose} />
      <TraitEditor draft={draft} onChange={setDraft} traitKey={null}>
        {create.error && <ErrorState error={create.error} />}
        <TextInput
          label={t('traits.name')}
          required
          maxLength={120}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label={t('traits.key')}
          description={t('traits.key.help')}
          required
          maxLength={60}
          value={ownKey}
          onChange={(event) => setKey(event.currentTarget.value)}
        />
      </TraitEditor>
    </form>
  )
}

/** Those that the data of the workspace allows; the others say what they lack. */
function TemplateButtons({ onChoose }: { onChoose: (template: TraitTemplate) => void }) {
  const t = useT()
  const language = useLanguage()
  const templates = useTraitTemplates().data ?? []
  return (
    <fieldset className={css.templates}>
      <legend>{t('traits.templates')}</legend>
      {templates.map((each) => {
        const missing = each.missing.map((one) => localText(one, language)).join(', ')
        return (
          <Button
            key={each.key}
            variant="default"
            size="xs"
            title={
              missing
                ? t('traits.template.missing', { what: missing })
                : localText(each.description, language)
            }
            onClick={() => onChoose(each)}
          >
            {localText(each.name, language)}
          </Button>
        )
      })}
    </fieldset>
  )
}
