import { TextInput } from '@mantine/core'
import { IconTags } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { type Label, type LabelKind, useLabels, usePutLabel } from '../../api/labels.ts'
import { usePermission } from '../../api/session.ts'
import { type Column, DataTable } from '../../design/DataTable.tsx'
import { EmptyState } from '../../design/EmptyState.tsx'
import { FilterBar, FilterChip, SearchField } from '../../design/FilterBar.tsx'
import { useToast } from '../../design/Toast.tsx'
import { useT } from '../../i18n/i18n.ts'
import { useEventNames, useObjectTypes, useTraitKeys } from './api.ts'
import { labelRows } from './label-rows.ts'

const kinds: LabelKind[] = ['event', 'trait', 'property', 'object']

/** The names people read for events, traits, properties and objects, in both languages. */
export function LabelsTab() {
  const t = useT()
  const navigate = useNavigate()
  const search = useSearch({ from: '/shell/settings' })
  const labels = useLabels()
  const events = useEventNames()
  const traits = useTraitKeys()
  const objects = useObjectTypes()
  const canWrite = usePermission('labels:write')
  const [text, setText] = useState('')
  const rows = labelRows({
    labels: labels.data ?? [],
    events: events.data ?? [],
    traits: traits.data ?? [],
    objects: objects.data ?? [],
    kind: kinds.find((one) => one === search.kind),
    text,
  })
  const columns = useLabelColumns(canWrite)
  return (
    <>
      <FilterBar>
        <SearchField label={t('settings.labelSearch')} value={text} onChange={setText} />
        <FilterChip
          label={t('sources.kind')}
          all={t('sources.allKinds')}
          value={search.kind}
          options={kinds.map((value) => ({ value, label: t(`settings.label.${value}`) }))}
          onChange={(kind) =>
            navigate({ to: '/settings', search: { ...search, kind }, replace: true })
          }
        />
      </FilterBar>
      <DataTable
        label={t('settings.tab.labels')}
        columns={columns}
        rows={rows}
        rowKey={(row) => `${row.kind} ${row.name}`}
        rowHeight={44}
        height="max(360px, calc(100vh - 240px))"
        loading={labels.isPending}
        empty={
          <EmptyState
            icon={<IconTags />}
            title={t('settings.noLabel')}
            why={t('settings.noLabelWhy')}
          />
        }
      />
    </>
  )
}

function useLabelColumns(canWrite: boolean): Column<Label>[] {
  const t = useT()
  const field = (language: 'fr' | 'en'): Column<Label> => ({
    key: language,
    header: t(`settings.label.${language}`),
    width: 'minmax(120px, 1fr)',
    cell: (row) => (canWrite ? <LabelField row={row} language={language} /> : row[language] || '—'),
  })
  return [
    {
      key: 'name',
      header: t('settings.technicalName'),
      width: 'minmax(130px, 1.2fr)',
      cell: (row) => <code>{row.name}</code>,
    },
    {
      key: 'kind',
      header: t('sources.kind'),
      width: '110px',
      wideOnly: true,
      cell: (row) => t(`settings.label.${row.kind}`),
    },
    field('fr'),
    field('en'),
  ]
}

function LabelField({ row, language }: { row: Label; language: 'fr' | 'en' }) {
  const t = useT()
  const toast = useToast()
  const put = usePutLabel()
  const [text, setText] = useState(row[language])
  const save = () => {
    if (text === row[language]) return
    put.mutate(
      { ...row, [language]: text },
      {
        onSuccess: () =>
          toast({
            message: t('settings.labelSaved', { name: row.name }),
            undo: () => {
              setText(row[language])
              put.mutate(row)
            },
          }),
        onError: toast,
      },
    )
  }
  return (
    <TextInput
      aria-label={t('settings.labelOf', { name: row.name, language: language.toUpperCase() })}
      value={text}
      maxLength={200}
      placeholder={row.name}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={save}
      onKeyDown={(event) => event.key === 'Enter' && save()}
    />
  )
}
