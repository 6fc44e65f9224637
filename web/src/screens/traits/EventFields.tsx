import { NumberInput, Select } from '@mantine/core'
import { useT } from '../../i18n/i18n.ts'
import { useEventNames } from '../segments/api.ts'
import { useNames } from '../segments/names.ts'
import { asksProperty, KINDS, type TraitForm } from './form.ts'

const DAYS_MAX = 3_650

type FieldsProps = { form: TraitForm; onChange: (patch: Partial<TraitForm>) => void }

/** What is computed of one kind of event. */
export function EventFields({ form, onChange }: FieldsProps) {
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
