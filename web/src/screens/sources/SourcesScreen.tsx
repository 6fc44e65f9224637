import { Button } from '@mantine/core'
import { IconDatabaseShare, IconFileImport, IconPlus } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { usePermission } from '../../api/session.ts'
import { DataTable } from '../../design/DataTable.tsx'
import { EmptyState } from '../../design/EmptyState.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { FilterBar, FilterChip, SearchField } from '../../design/FilterBar.tsx'
import { LinkButton } from '../../design/LinkButton.tsx'
import { PageHeader } from '../../design/PageHeader.tsx'
import { useT } from '../../i18n/i18n.ts'
import { type SourceKind, sourceKinds, useSources } from './api.ts'
import { NewSource } from './NewSource.tsx'
import { useSourceColumns } from './source-columns.tsx'

/** Every source with its volume, its last event and its rejects. */
export function SourcesScreen() {
  const t = useT()
  const navigate = useNavigate()
  const search = useSearch({ from: '/shell/sources' })
  const sources = useSources()
  const canWrite = usePermission('sources:write')
  const columns = useSourceColumns()
  const [text, setText] = useState('')
  const [kind, setKind] = useState<string>()
  const create = () => navigate({ to: '/sources', search: { new: true } })
  const folded = text.trim().toLocaleLowerCase()
  const all = sources.data?.data ?? []
  const rows = all.filter(
    (source) => (!kind || source.kind === kind) && source.name.toLocaleLowerCase().includes(folded),
  )
  const createButton = canWrite && (
    <Button leftSection={<IconPlus size={16} />} onClick={create}>
      {t('sources.create')}
    </Button>
  )
  return (
    <>
      <PageHeader
        title={t('shell.nav.sources')}
        lead={t('sources.lead')}
        actions={
          <>
            {canWrite && (
              <LinkButton variant="default" to="/import" leftSection={<IconFileImport size={16} />}>
                {t('sources.import')}
              </LinkButton>
            )}
            {createButton}
          </>
        }
      />
      <FilterBar>
        <SearchField label={t('sources.search')} value={text} onChange={setText} />
        <FilterChip
          label={t('sources.kind')}
          all={t('sources.allKinds')}
          value={kind}
          onChange={setKind}
          options={sourceKinds.map((one: SourceKind) => ({
            value: one,
            label: t(`sources.kind.${one}`),
          }))}
        />
      </FilterBar>
      {sources.isError ? (
        <ErrorState error={sources.error} onRetry={() => sources.refetch()} />
      ) : (
        <DataTable
          label={t('shell.nav.sources')}
          columns={columns}
          rows={rows}
          rowKey={(source) => source.id}
          loading={sources.isPending}
          onOpen={(source) => navigate({ to: '/sources/$source', params: { source: source.id } })}
          empty={
            <EmptyState
              icon={<IconDatabaseShare />}
              title={t(all.length > 0 ? 'sources.noMatch' : 'sources.none')}
              why={t(all.length > 0 ? 'sources.noMatchWhy' : 'sources.noneWhy')}
              actions={all.length > 0 ? null : createButton}
            />
          }
        />
      )}
      {canWrite && search.new && (
        <NewSource onClose={() => navigate({ to: '/sources', search: {}, replace: true })} />
      )}
    </>
  )
}
