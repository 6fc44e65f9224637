import { Button, Checkbox, CloseButton, Modal } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import { useT } from '../../i18n/i18n.ts'
import type { Stay } from './api.ts'
import css from './builder.module.css'
import { isCount } from './kinds/lacks.ts'
import { WindowFields } from './PeriodToken.tsx'

const STAYS_MAX = 5
const MONTH: Stay = { after: { days: 30 }, repeat: false }

type StaysDialogProps = {
  name: string
  stays: readonly Stay[]
  onClose: () => void
  onSave: (stays: Stay[]) => void
}

/** How long members must stay to be told of: once, or every so often. */
export function StaysDialog({ name, stays, onClose, onSave }: StaysDialogProps) {
  const t = useT()
  const [rows, setRows] = useState<Stay[]>(stays.length > 0 ? [...stays] : [MONTH])
  const set = (index: number, stay: Stay | null) =>
    setRows(rows.flatMap((each, n) => (n === index ? (stay ?? []) : each)))
  const whole = rows.every(({ after }) => isCount(Object.values(after)[0]))
  const send = (event: FormEvent) => {
    event.preventDefault()
    onSave(rows)
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={<strong>{t('segments.stays.title', { name })}</strong>}
      closeButtonProps={{ 'aria-label': t('design.close') }}
    >
      <form onSubmit={send} className={css.stays}>
        <p className="meta">{t('segments.stays.why')}</p>
        {rows.map((stay, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a stay is its place in the list
          <div key={index} className={css.inline}>
            {t('segments.stays.after')}
            <WindowFields
              label={t('segments.stays.length', { place: index + 1 })}
              window={stay.after}
              onChange={(after) => set(index, { ...stay, after })}
            />
            <Checkbox
              label={t('segments.stays.repeat')}
              checked={stay.repeat}
              onChange={(event) => set(index, { ...stay, repeat: event.currentTarget.checked })}
            />
            <CloseButton
              size={24}
              aria-label={t('segments.stays.remove', { place: index + 1 })}
              onClick={() => set(index, null)}
            />
          </div>
        ))}
        {rows.length < STAYS_MAX && (
          <button type="button" className={css.addWhere} onClick={() => setRows([...rows, MONTH])}>
            <IconPlus size={14} aria-hidden />
            {t('segments.stays.add')}
          </button>
        )}
        <Button type="submit" disabled={!whole}>
          {t('segments.stays.save')}
        </Button>
      </form>
    </Modal>
  )
}
