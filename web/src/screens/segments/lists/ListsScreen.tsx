import { Button, Menu } from '@mantine/core'
import {
  IconDownload,
  IconListCheck,
  IconPencil,
  IconPlus,
  IconTrash,
  IconUpload,
} from '@tabler/icons-react'
import { useState } from 'react'
import { apiUrl } from '../../../api/client.ts'
import { usePermission } from '../../../api/session.ts'
import { type Column, DataTable } from '../../../design/DataTable.tsx'
import { EmptyState } from '../../../design/EmptyState.tsx'
import { ErrorState } from '../../../design/ErrorState.tsx'
import { PageHeader } from '../../../design/PageHeader.tsx'
import { RelativeTime } from '../../../design/RelativeTime.tsx'
import { RowMenu } from '../../../design/RowMenu.tsx'
import { useToast } from '../../../design/Toast.tsx'
import { useFormats } from '../../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../../i18n/i18n.ts'
import { UsedBy } from '../UsedBy.tsx'
import { type ListRow, useListActions, useLists } from './api.ts'
import css from './lists.module.css'
import { NameDialog } from './NameDialog.tsx'
import { UploadDialog } from './UploadDialog.tsx'

type Open = { kind: 'create' } | { kind: 'rename' | 'upload'; list: ListRow } | null

/** Static lists: people named by a file, to be asked for in the rules of segments. */
export function ListsScreen() {
  const t = useT()
  const lists = useLists()
  const [open, setOpen] = useState<Open>(null)
  const canEdit = usePermission('segments:write')
  const columns = useColumns(setOpen)
  const create = canEdit && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen({ kind: 'create' })}>
      {t('lists.create')}
    </Button>
  )
  return (
    <>
      <PageHeader title={t('lists.title')} lead={t('lists.lead')} actions={create} />
      {lists.isError ? (
        <ErrorState error={lists.error} onRetry={() => lists.refetch()} />
      ) : (
        <DataTable
          label={t('lists.title')}
          columns={columns}
          rows={lists.data ?? []}
          rowKey={(row) => row.id}
          rowHeight={52}
          loading={lists.isPending}
          empty={
            <EmptyState
              icon={<IconListCheck />}
              title={t('lists.empty')}
              why={t('lists.empty.why')}
              actions={create}
            />
          }
        />
      )}
      <Dialogs open={open} onOpen={setOpen} />
    </>
  )
}

function Dialogs({ open, onOpen }: { open: Open; onOpen: (open: Open) => void }) {
  const t = useT()
  const language = useLanguage()
  const toast = useToast()
  const { create, rename } = useListActions()
  const close = () => onOpen(null)
  if (open?.kind === 'create') {
    return (
      <NameDialog
        title={t('lists.create')}
        name=""
        onClose={close}
        onName={(name) =>
          create.mutate(name, {
            onSuccess: (list) => onOpen({ kind: 'upload', list }),
            onError: toast,
          })
        }
      />
    )
  }
  if (open?.kind === 'rename') {
    const { id, name } = open.list
    return (
      <NameDialog
        title={t('lists.rename')}
        name={localText(name, language)}
        onClose={close}
        onName={(next) => rename.mutate({ id, name: next }, { onSuccess: close, onError: toast })}
      />
    )
  }
  return open ? <UploadDialog list={open.list} onClose={close} /> : null
}

function useColumns(onOpen: (open: Open) => void): Column<ListRow>[] {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  const canEdit = usePermission('segments:write')
  return [
    {
      key: 'name',
      header: t('lists.column.name'),
      width: 'minmax(160px, 2fr)',
      cell: (row) => <b className="ellipsis">{localText(row.name, language)}</b>,
    },
    {
      key: 'members',
      header: t('segments.column.size'),
      width: '96px',
      align: 'end',
      cell: (row) => (row.members === null ? '—' : format.number(row.members)),
    },
    {
      key: 'usedBy',
      header: t('lists.column.usedBy'),
      width: 'minmax(140px, 1.4fr)',
      wideOnly: true,
      cell: (row) => <UsedBy segments={row.usedBy} none={t('lists.unused')} />,
    },
    {
      key: 'change',
      header: t('lists.column.change'),
      width: 'minmax(180px, 1.6fr)',
      wideOnly: true,
      cell: (row) => <LastChange row={row} />,
    },
    {
      key: 'menu',
      header: <span className="visually-hidden">{t('segments.more')}</span>,
      width: '48px',
      align: 'end',
      cell: (row) => <ListMenu row={row} canEdit={canEdit} onOpen={onOpen} />,
    },
  ]
}

function LastChange({ row }: { row: ListRow }) {
  const t = useT()
  const format = useFormats()
  const [last] = row.changes
  if (!last) return <span className="ink-3">{t('lists.never')}</span>
  const rejected = last.rejected.reduce((sum, each) => sum + each.count, 0)
  return (
    <span className={css.change}>
      <span>
        {t(`lists.${last.kind}`, { count: last.taken, n: format.number(last.taken) })}
        {rejected > 0 && (
          <span className={css.rejected}>
            {' '}
            {t('lists.rejected', { count: rejected, n: format.number(rejected) })}
          </span>
        )}
      </span>
      <span className="meta">
        <RelativeTime at={last.at} /> · {last.author}
      </span>
    </span>
  )
}

type ListMenuProps = { row: ListRow; canEdit: boolean; onOpen: (open: Open) => void }

function ListMenu({ row, canEdit, onOpen }: ListMenuProps) {
  const t = useT()
  const language = useLanguage()
  const toast = useToast()
  const { remove } = useListActions()
  const canExport = usePermission('profiles:read')
  const name = localText(row.name, language)
  return (
    <RowMenu label={t('segments.row.menu', { name })}>
      {canEdit && (
        <Menu.Item
          leftSection={<IconUpload size={15} />}
          onClick={() => onOpen({ kind: 'upload', list: row })}
        >
          {t('lists.upload')}
        </Menu.Item>
      )}
      {canExport && (
        <Menu.Item
          component="a"
          href={apiUrl(`/lists/${row.id}/export`)}
          leftSection={<IconDownload size={15} />}
        >
          {t('lists.export')}
        </Menu.Item>
      )}
      {canEdit && (
        <>
          <Menu.Item
            leftSection={<IconPencil size={15} />}
            onClick={() => onOpen({ kind: 'rename', list: row })}
          >
            {t('lists.rename')}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={15} />}
            disabled={row.usedBy.length > 0}
            onClick={() =>
              remove.mutate(row.id, {
                onSuccess: () => toast({ message: t('lists.gone', { name }) }),
                onError: toast,
              })
            }
          >
            {t('lists.remove')}
          </Menu.Item>
        </>
      )}
    </RowMenu>
  )
}
