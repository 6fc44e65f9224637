import { Menu } from '@mantine/core'
import { IconArchive, IconLayersSubtract, IconPlus } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { usePermission } from '../../../api/session.ts'
import { type Column, DataTable } from '../../../design/DataTable.tsx'
import { EmptyState } from '../../../design/EmptyState.tsx'
import { ErrorState } from '../../../design/ErrorState.tsx'
import { LinkButton } from '../../../design/LinkButton.tsx'
import { PageHeader } from '../../../design/PageHeader.tsx'
import { RelativeTime } from '../../../design/RelativeTime.tsx'
import { RowMenu } from '../../../design/RowMenu.tsx'
import { useFormats } from '../../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../../i18n/i18n.ts'
import { SegmentStateChip } from '../SegmentStateChip.tsx'
import { useArchiving } from '../shelf/useArchiving.ts'
import { type Segmentation, useSegmentationActions, useSegmentations } from './api.ts'
import css from './segmentations.module.css'

/** Every segmentation with the shares of its classes. */
export function SegmentationsScreen() {
  const t = useT()
  const navigate = useNavigate()
  const segmentations = useSegmentations()
  const columns = useColumns()
  const canEdit = usePermission('segments:write')
  const create = canEdit && (
    <LinkButton to="/segmentations/new" leftSection={<IconPlus size={16} />}>
      {t('segmentations.create')}
    </LinkButton>
  )
  return (
    <>
      <PageHeader
        title={t('segmentations.title')}
        lead={t('segmentations.lead')}
        actions={create}
      />
      {segmentations.isError ? (
        <ErrorState error={segmentations.error} onRetry={() => segmentations.refetch()} />
      ) : (
        <DataTable
          label={t('segmentations.title')}
          columns={columns}
          rows={segmentations.data ?? []}
          rowKey={(row) => row.id}
          rowHeight={64}
          onOpen={({ id }) => navigate({ to: '/segmentations/$id', params: { id } })}
          loading={segmentations.isPending}
          empty={
            <EmptyState
              icon={<IconLayersSubtract />}
              title={t('segmentations.empty')}
              why={t('segmentations.empty.why')}
              actions={create}
            />
          }
        />
      )}
    </>
  )
}

function useColumns(): Column<Segmentation>[] {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  const canEdit = usePermission('segments:write')
  return [
    {
      key: 'name',
      header: t('segmentations.column.name'),
      width: 'minmax(150px, 1fr)',
      cell: ({ id, name }) => (
        <Link to="/segmentations/$id" params={{ id }} className="ellipsis">
          {localText(name, language)}
        </Link>
      ),
    },
    {
      key: 'classes',
      header: t('segmentations.classes'),
      width: 'minmax(220px, 2.4fr)',
      wideOnly: true,
      cell: (row) => <Shares row={row} />,
    },
    {
      key: 'size',
      header: t('segments.column.size'),
      width: '90px',
      align: 'end',
      cell: (row) => format.number(row.size),
    },
    {
      key: 'state',
      header: t('segments.column.state'),
      width: '134px',
      wideOnly: true,
      cell: (row) => <SegmentStateChip segment={row} />,
    },
    {
      key: 'updatedAt',
      header: t('segmentations.column.updated'),
      width: '96px',
      wideOnly: true,
      cell: (row) => <RelativeTime at={row.updatedAt} />,
    },
    ...(canEdit
      ? [
          {
            key: 'menu',
            header: <span className="visually-hidden">{t('segments.more')}</span>,
            width: '44px',
            align: 'end' as const,
            cell: (row: Segmentation) => <Actions row={row} />,
          },
        ]
      : []),
  ]
}

/** One bar of all classes, each with its name; a click leads to the class. */
function Shares({ row }: { row: Segmentation }) {
  const format = useFormats()
  const language = useLanguage()
  const total = row.size || 1
  return (
    <span className={css.shares}>
      <span className={css.sharesBar} aria-hidden>
        {row.classes.map(({ id, size }) => (
          <span key={id} style={{ flexGrow: size }} />
        ))}
      </span>
      <span className={`${css.sharesWords} ellipsis`}>
        {row.classes.map(({ id, name, size }, index) => (
          <span key={id}>
            {index > 0 && ' · '}
            <Link to="/segments/$id" params={{ id }}>
              {localText(name, language)}
            </Link>{' '}
            {format.percent(size / total, 0)}
          </span>
        ))}
      </span>
    </span>
  )
}

function Actions({ row }: { row: Segmentation }) {
  const t = useT()
  const language = useLanguage()
  const { archive, unarchive } = useSegmentationActions(row.id)
  const name = localText(row.name, language)
  const { putAway } = useArchiving(name, {
    archive: (then) => archive.mutate(row.id, then),
    unarchive: (then) => unarchive.mutate(row.id, then),
  })
  return (
    <RowMenu label={t('segments.row.menu', { name })}>
      <Menu.Item leftSection={<IconArchive size={15} />} onClick={() => putAway()}>
        {t('segments.archive')}
      </Menu.Item>
    </RowMenu>
  )
}
