import { Button, Checkbox, Group, Modal } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useState } from 'react'
import { useFormats } from '../../i18n/format.ts'
import { useLanguage, useT } from '../../i18n/i18n.ts'
import { useTraits } from '../segments/api.ts'
import { useNames } from '../segments/names.ts'
import type { PeopleSearch } from './api.ts'
import css from './people.module.css'
import { EXPORT_COLUMNS, useExportPeople } from './useExportPeople.ts'

type ExportButtonProps = {
  /** Whom the file is about. */
  search: PeopleSearch
  total: number
  size?: 'xs' | 'sm'
}

/** Makes a CSV file of people: one chooses its columns, the rest goes on in the background. */
export function ExportButton({ search, total, size = 'sm' }: ExportButtonProps) {
  const t = useT()
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button
        variant="default"
        size={size}
        leftSection={<IconDownload size={16} />}
        disabled={total === 0}
        onClick={() => setOpen(true)}
      >
        {t('people.export')}
      </Button>
      {isOpen && <ExportDialog search={search} total={total} onClose={() => setOpen(false)} />}
    </>
  )
}

const AT_FIRST: readonly string[] = ['id', 'name', 'email', 'phone', 'city', 'lastSeen']

function ExportDialog({ search, total, onClose }: ExportButtonProps & { onClose: () => void }) {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  const names = useNames()
  const traits = useTraits()
  const start = useExportPeople()
  const [columns, setColumns] = useState<readonly string[]>(AT_FIRST)
  const own = EXPORT_COLUMNS.map((key) => ({ key: key as string, name: t(`people.export.${key}`) }))
  const theirs = (traits.data ?? [])
    .map(({ key }) => ({ key: `trait.${key}`, name: names.trait(key) }))
    .sort((x, y) => x.name.localeCompare(y.name, format.locale))
  // In the order in which they are shown, whatever the order of ticking.
  const chosen = [...own, ...theirs].map(({ key }) => key).filter((key) => columns.includes(key))
  const toggle = (key: string, isOn: boolean) =>
    setColumns(isOn ? [...columns, key] : columns.filter((each) => each !== key))
  const fieldset = (title: string, fields: { key: string; name: string }[]) => (
    <fieldset className={css.columns}>
      <legend>{title}</legend>
      {fields.map(({ key, name }) => (
        <Checkbox
          key={key}
          size="xs"
          label={name}
          checked={columns.includes(key)}
          onChange={(event) => toggle(key, event.currentTarget.checked)}
        />
      ))}
    </fieldset>
  )
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={<strong>{t('people.export.title')}</strong>}
      closeButtonProps={{ 'aria-label': t('design.close') }}
    >
      <p className={css.exportNote}>{t('people.export.note')}</p>
      {fieldset(t('people.export.own'), own)}
      {theirs.length > 0 && fieldset(t('people.export.traits'), theirs)}
      <Group justify="flex-end" mt={16}>
        <Button variant="default" onClick={onClose}>
          {t('personas.cancel')}
        </Button>
        <Button
          leftSection={<IconDownload size={16} />}
          disabled={chosen.length === 0}
          onClick={() => {
            start({ search, total, columns: chosen, language })
            onClose()
          }}
        >
          {t('people.export.start', { count: total, n: format.number(total) })}
        </Button>
      </Group>
    </Modal>
  )
}
