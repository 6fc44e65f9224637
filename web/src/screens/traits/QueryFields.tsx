import { NumberInput, Select, Textarea, TextInput } from '@mantine/core'
import { useT } from '../../i18n/i18n.ts'
import { type QueryDraft, type Schedule, VALUE_KINDS } from './draft.ts'
import css from './formula.module.css'

type QueryFieldsProps = { query: QueryDraft; onChange: (patch: Partial<QueryDraft>) => void }

const WEEKDAYS = ['1', '2', '3', '4', '5', '6', '7'] as const

/** A query, whose rows it gives, and when it is asked. */
export function QueryFields({ query, onChange }: QueryFieldsProps) {
  const t = useT()
  return (
    <>
      <Textarea
        label={t('traits.query.sql')}
        description={t('traits.query.help')}
        required
        autosize
        minRows={6}
        maxRows={20}
        spellCheck={false}
        classNames={{ input: css.code ?? '' }}
        value={query.sql}
        onChange={(event) => onChange({ sql: event.currentTarget.value })}
      />
      <TextInput
        label={t('traits.query.key')}
        description={t('traits.query.key.help')}
        required
        maxLength={64}
        value={query.key}
        onChange={(event) => onChange({ key: event.currentTarget.value })}
      />
      <Select
        label={t('traits.query.type')}
        allowDeselect={false}
        value={query.type}
        data={VALUE_KINDS.map((value) => ({ value, label: t(`traits.type.${value}`) }))}
        onChange={(value) =>
          onChange({ type: VALUE_KINDS.find((each) => each === value) ?? query.type })
        }
      />
      <ScheduleFields schedule={query.schedule} onChange={(schedule) => onChange({ schedule })} />
    </>
  )
}

type ScheduleFieldsProps = { schedule: Schedule; onChange: (schedule: Schedule) => void }

function ScheduleFields({ schedule, onChange }: ScheduleFieldsProps) {
  const t = useT()
  const at = schedule.every === 'hour' ? 4 : schedule.at
  const weekday = schedule.every === 'week' ? schedule.weekday : 1
  const choose = (every: string | null) => {
    if (every === 'hour') onChange({ every })
    if (every === 'day') onChange({ every, at })
    if (every === 'week') onChange({ every, weekday, at })
  }
  const setHour = (hour: number) => {
    if (schedule.every !== 'hour') onChange({ ...schedule, at: hour })
  }
  return (
    <div className={css.run}>
      <Select
        label={t('traits.query.every')}
        allowDeselect={false}
        value={schedule.every}
        data={(['hour', 'day', 'week'] as const).map((value) => {
          return { value, label: t(`traits.query.every.${value}`) }
        })}
        onChange={choose}
      />
      {schedule.every === 'week' && (
        <Select
          label={t('traits.query.weekday')}
          allowDeselect={false}
          value={String(weekday)}
          data={WEEKDAYS.map((value) => ({ value, label: t(`traits.query.weekday.${value}`) }))}
          onChange={(value) => onChange({ ...schedule, weekday: Number(value ?? weekday) })}
        />
      )}
      {schedule.every !== 'hour' && (
        <NumberInput
          label={t('traits.query.at')}
          min={0}
          max={23}
          allowDecimal={false}
          w={120}
          value={at}
          onChange={(value) => typeof value === 'number' && setHour(value)}
        />
      )}
    </div>
  )
}
