import { Button, NumberInput, Select, TextInput } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { Card } from '../../design/Card.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { PageHeader } from '../../design/PageHeader.tsx'
import { useT } from '../../i18n/i18n.ts'
import { useEventNames } from '../segments/api.ts'
import { useNames } from '../segments/names.ts'
import { useComputedChanges } from './api.ts'
import {
  asksProperty,
  definitionOf,
  KINDS,
  keyFrom,
  TEMPLATES,
  type TemplateKey,
  type TraitForm,
} from './form.ts'
import { PreviewCard } from './PreviewCard.tsx'
import css from './traits.module.css'

const DAYS_MAX = 3_650

/** A new computed trait, from a ready-made one or from nothing, seen on people as it is made. */
export function NewTraitScreen() {
  const t = useT()
  const navigate = useNavigate()
  const { create } = useComputedChanges()
  const [name, setName] = useState('')
  const [key, setKey] = useState<string | null>(null)
  const [form, setForm] = useState<TraitForm>({ kind: 'sum', did: '', property: '', days: 365 })
  const set = (patch: Partial<TraitForm>) => setForm((held) => ({ ...held, ...patch }))
  const definition = definitionOf(form)
  const ownKey = key ?? keyFrom(name)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!definition) return
    create.mutate(
      { key: ownKey, name: name.trim(), definition },
      { onSuccess: ({ id }) => navigate({ to: '/traits/$id', params: { id } }) },
    )
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
      <TemplateButtons
        onChoose={(template) => {
          set(TEMPLATES[template])
          setName(t(`traits.template.${template}`))
        }}
      />
      <div className={css.split}>
        <Card title={t('traits.definition')}>
          <div className={css.fields}>
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
            <DefinitionFields form={form} onChange={set} />
          </div>
        </Card>
        <PreviewCard definition={definition} />
      </div>
    </form>
  )
}

function TemplateButtons({ onChoose }: { onChoose: (template: TemplateKey) => void }) {
  const t = useT()
  return (
    <fieldset className={css.templates}>
      <legend>{t('traits.templates')}</legend>
      {(Object.keys(TEMPLATES) as TemplateKey[]).map((each) => (
        <Button key={each} variant="default" size="xs" onClick={() => onChoose(each)}>
          {t(`traits.template.${each}`)}
        </Button>
      ))}
    </fieldset>
  )
}

type FieldsProps = { form: TraitForm; onChange: (patch: Partial<TraitForm>) => void }

function DefinitionFields({ form, onChange }: FieldsProps) {
  const t = useT()
  const names = useNames()
  const events = useEventNames().data ?? []
  const properties = events.find((each) => each.name === form.did)?.properties ?? []
  return (
    <>
      <Select
        label={t('traits.kind')}
        allowDeselect={false}
        value={form.kind}
        data={KINDS.map((value) => ({ value, label: t(`traits.kind.${value}`) }))}
        onChange={(value) => onChange({ kind: KINDS.find((each) => each === value) ?? form.kind })}
      />
      <Select
        label={t('traits.event')}
        required
        searchable
        allowDeselect={false}
        value={form.did || null}
        data={events.map((each) => ({ value: each.name, label: names.event(each.name) }))}
        onChange={(did) => onChange({ did: did ?? '', property: '' })}
      />
      {asksProperty(form.kind) && (
        <Select
          label={t('traits.property')}
          required
          searchable
          allowDeselect={false}
          disabled={!form.did}
          value={form.property || null}
          data={properties.map(({ path }) => ({ value: path, label: names.property(path) }))}
          onChange={(property) => onChange({ property: property ?? '' })}
        />
      )}
      <NumberInput
        label={t('traits.days')}
        description={t('traits.days.help')}
        min={1}
        max={DAYS_MAX}
        allowDecimal={false}
        value={form.days ?? ''}
        onChange={(days) => onChange({ days: typeof days === 'number' && days > 0 ? days : null })}
      />
    </>
  )
}
