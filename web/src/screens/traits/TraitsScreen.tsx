import { IconPlus } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { usePermission } from '../../api/session.ts'
import { FilterBar, SearchField } from '../../design/FilterBar.tsx'
import { LinkButton } from '../../design/LinkButton.tsx'
import { PageHeader } from '../../design/PageHeader.tsx'
import { Tabs } from '../../design/Tabs.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { useTraits } from '../segments/api.ts'
import { useComputedList } from './api.ts'
import { ComputedTable } from './ComputedTable.tsx'
import { GivenTable } from './GivenTable.tsx'

/** What is known of people: computed from what they did, or told by events and imports. */
export function TraitsScreen() {
  const t = useT()
  const format = useFormats()
  const { tab = 'computed', q = '' } = useSearch({ from: '/shell/traits' })
  const navigate = useNavigate({ from: '/traits' })
  const computed = useComputedList()
  const given = useTraits()
  const count = (rows: readonly unknown[] | undefined) => rows && format.number(rows.length)
  const find = (text: string) =>
    navigate({ search: (before) => ({ ...before, q: text || undefined }), replace: true })
  const create = usePermission('traits:write') && (
    <LinkButton to="/traits/new" leftSection={<IconPlus size={16} />}>
      {t('traits.create')}
    </LinkButton>
  )
  return (
    <>
      <PageHeader title={t('traits.title')} lead={t('traits.lead')} actions={create} />
      <Tabs
        label={t('traits.title')}
        active={tab}
        items={[
          { key: 'computed', label: t('traits.computed'), count: count(computed.data) },
          { key: 'given', label: t('traits.given'), count: count(given.data) },
        ]}
      />
      <FilterBar>
        <SearchField value={q} onChange={find} label={t('traits.search')} />
      </FilterBar>
      {tab === 'given' ? <GivenTable q={q} /> : <ComputedTable q={q} />}
    </>
  )
}
