import { ActionIcon, Button, Checkbox, Select, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { usePurposes } from '../person/api.ts'
import { CHANNELS } from '../person/stays.ts'
import { useSegmentNames } from '../segments/names.ts'
import type { Change, Trigger } from './api.ts'
import css from './destinations.module.css'
import { type DestinationForm, type FormProblem, isWebAddress } from './form.ts'

type FieldsProps = {
  form: DestinationForm
  onChange: (patch: Partial<DestinationForm>) => void
  /** What to mark; empty until one tries to save. */
  problems: readonly FormProblem[]
}

/** Where it goes, under which consent, and what starts it. */
export function DestinationFields({ form, onChange, problems }: FieldsProps) {
  const t = useT()
  const wrong = (problem: FormProblem) =>
    problems.includes(problem) ? t(`destinations.problem.${problem}`) : undefined
  return (
    <div className={css.fields}>
      <TextInput
        label={t('destinations.field.name')}
        placeholder={t('destinations.field.name.example')}
        value={form.name}
        error={wrong('name')}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <TextInput
        label={t('destinations.field.url')}
        description={t('destinations.field.url.note')}
        placeholder="https://"
        type="url"
        value={form.url}
        error={wrong('url') ?? (form.url && !isWebAddress(form.url) ? ' ' : undefined)}
        onChange={(event) => onChange({ url: event.currentTarget.value })}
      />
      <Headers form={form} onChange={onChange} />
      <Consent form={form} onChange={onChange} problem={wrong('purpose')} />
      <Triggers form={form} onChange={onChange} problem={wrong('triggers')} />
    </div>
  )
}

type PartProps = Omit<FieldsProps, 'problems'> & { problem?: string | undefined }

function Headers({ form, onChange }: PartProps) {
  const t = useT()
  const set = (index: number, patch: { name?: string; value?: string }) =>
    onChange({
      headers: form.headers.map((each, n) => (n === index ? { ...each, ...patch } : each)),
    })
  return (
    <fieldset className={css.part}>
      <legend>{t('destinations.field.headers')}</legend>
      {form.headers.map((header, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a header is its place in the list
        <div key={index} className={css.line}>
          <TextInput
            aria-label={t('destinations.field.header.name')}
            placeholder="x-api-key"
            value={header.name}
            onChange={(event) => set(index, { name: event.currentTarget.value })}
          />
          <TextInput
            aria-label={t('destinations.field.header.value')}
            value={header.value}
            onChange={(event) => set(index, { value: event.currentTarget.value })}
          />
          <ActionIcon
            aria-label={t('destinations.field.header.remove', { n: index + 1 })}
            onClick={() => onChange({ headers: form.headers.filter((_, n) => n !== index) })}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </div>
      ))}
      <Button
        variant="default"
        size="xs"
        leftSection={<IconPlus size={15} />}
        onClick={() => onChange({ headers: [...form.headers, { name: '', value: '' }] })}
      >
        {t('destinations.field.header.add')}
      </Button>
    </fieldset>
  )
}

function Consent({ form, onChange, problem }: PartProps) {
  const t = useT()
  const language = useLanguage()
  const purposes = usePurposes()
  return (
    <div className={css.two}>
      <Select
        label={t('destinations.field.purpose')}
        description={t('destinations.field.purpose.note')}
        placeholder={t('destinations.field.purpose.choose')}
        data={(purposes.data ?? []).map((each) => ({
          value: each.key,
          label: localText(each.name, language),
        }))}
        value={form.purpose || null}
        error={problem}
        onChange={(purpose) => onChange({ purpose: purpose ?? '' })}
      />
      <Select
        label={t('destinations.field.channel')}
        description={t('destinations.field.channel.note')}
        data={[
          { value: '', label: t('destinations.field.channel.any') },
          ...CHANNELS.map((channel) => ({ value: channel, label: t(`person.channel.${channel}`) })),
        ]}
        value={form.channel}
        onChange={(channel) => onChange({ channel: channel ?? '' })}
      />
    </div>
  )
}

function Triggers({ form, onChange, problem }: PartProps) {
  const t = useT()
  const set = (index: number, next: Trigger) =>
    onChange({ triggers: form.triggers.map((each, n) => (n === index ? next : each)) })
  return (
    <fieldset className={css.part}>
      <legend>{t('destinations.field.triggers')}</legend>
      {form.triggers.map((trigger, index) => (
        <TriggerLine
          // biome-ignore lint/suspicious/noArrayIndexKey: a trigger is its place in the list
          key={index}
          trigger={trigger}
          onChange={(next) => set(index, next)}
          onRemove={
            form.triggers.length > 1
              ? () => onChange({ triggers: form.triggers.filter((_, n) => n !== index) })
              : null
          }
        />
      ))}
      {problem && <p className={css.problem}>{problem}</p>}
      <Button
        variant="default"
        size="xs"
        leftSection={<IconPlus size={15} />}
        onClick={() => onChange({ triggers: [...form.triggers, { segment: '', on: ['entered'] }] })}
      >
        {t('destinations.field.trigger.add')}
      </Button>
    </fieldset>
  )
}

type TriggerLineProps = {
  trigger: Trigger
  onChange: (next: Trigger) => void
  onRemove: (() => void) | null
}

function TriggerLine({ trigger, onChange, onRemove }: TriggerLineProps) {
  const t = useT()
  const segments = useSegmentNames()
  const toggle = (change: Change) => ({
    checked: trigger.on.includes(change),
    onChange: () =>
      onChange({
        ...trigger,
        on: trigger.on.includes(change)
          ? trigger.on.filter((each) => each !== change)
          : [...trigger.on, change],
      }),
  })
  return (
    <div className={css.line}>
      <Select
        aria-label={t('destinations.field.trigger.segment')}
        placeholder={t('destinations.field.trigger.choose')}
        searchable
        data={[...segments].map(([value, label]) => ({ value, label }))}
        value={trigger.segment || null}
        onChange={(segment) => onChange({ ...trigger, segment: segment ?? '' })}
      />
      <span className={css.checks}>
        <Checkbox size="xs" label={t('destinations.on.entered')} {...toggle('entered')} />
        <Checkbox size="xs" label={t('destinations.on.left')} {...toggle('left')} />
      </span>
      {onRemove && (
        <ActionIcon aria-label={t('destinations.field.trigger.remove')} onClick={onRemove}>
          <IconTrash size={16} />
        </ActionIcon>
      )}
    </div>
  )
}
