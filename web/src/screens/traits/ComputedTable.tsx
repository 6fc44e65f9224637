import { IconMathFunction } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { type Column, DataTable } from '../../design/DataTable.tsx'
import { EmptyState } from '../../design/EmptyState.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { RelativeTime } from '../../design/RelativeTime.tsx'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { matches } from '../segments/fields.ts'
import { UsedBy } from '../segments/UsedBy.tsx'
import { type ComputedTrait, useComputedList } from './api.ts'
import { NoTraits } from './NoTraits.tsx'
import { TraitStateChip } from './TraitStateChip.tsx'
import css from './traits.module.css'

/** Computed traits: what each is made of, whether it is whole, and the segments that name it. */
export function ComputedTable({ q }: { q: string }) {
  const t = useT()
  const language = useLanguage()
  const navigate = useNavigate()
  const traits = useComputedList()
  const columns = useColumns()
  if (traits.isError) return <ErrorState error={traits.error} onRetry={() => traits.refetch()} />
  const rows = (traits.data ?? []).filter(
    ({ key, name, sentence }) =>
      !q || matches(q, key, localText(name, language), localText(sentence, language)),
  )
  return (
    <DataTable
      label={t('traits.computed')}
      columns={columns}
      rows={rows}
      rowKey={({ id }) => id}
      rowHeight={52}
      loading={traits.isPending}
      onOpen={({ id }) => navigate({ to: '/traits/$id', params: { id } })}
      empty={
        <NoTraits q={q}>
          <EmptyState
            icon={<IconMathFunction />}
            title={t('traits.computed.empty')}
            why={t('traits.computed.empty.why')}
          />
        </NoTraits>
      }
    />
  )
}

function useColumns(): Column<ComputedTrait>[] {
  const t = useT()
  return [
    {
      key: 'name',
      header: t('traits.column.name'),
      width: 'minmax(180px, 2.2fr)',
      cell: (row) => <Name row={row} />,
    },
    {
      key: 'type',
      header: t('traits.column.type'),
      width: '76px',
      wideOnly: true,
      cell: ({ type }) => <TypeName type={type} />,
    },
    {
      key: 'state',
      header: t('segments.column.state'),
      width: '132px',
      cell: (row) => <TraitStateChip trait={row} />,
    },
    {
      key: 'usedBy',
      header: t('traits.column.usedBy'),
      width: 'minmax(140px, 1.3fr)',
      wideOnly: true,
      cell: ({ usedBy }) => <UsedBy {...usedBy} none={t('traits.unused')} />,
    },
    {
      key: 'updatedAt',
      header: t('segmentations.column.updated'),
      width: '96px',
      wideOnly: true,
      cell: ({ updatedAt }) => <RelativeTime at={updatedAt} />,
    },
  ]
}

function Name({ row }: { row: ComputedTrait }) {
  const language = useLanguage()
  const sentence = localText(row.sentence, language)
  return (
    <span className={css.name}>
      <Link to="/traits/$id" params={{ id: row.id }} className="ellipsis">
        {localText(row.name, language)}
      </Link>
      <span className="meta ellipsis" title={sentence}>
        {sentence}
      </span>
    </span>
  )
}

const TYPES = ['number', 'string', 'text', 'boolean', 'date', 'list', 'any'] as const

/** A type in the words of the reader; one that the app does not know stands for itself. */
export function TypeName({ type }: { type: string }) {
  const t = useT()
  const known = TYPES.find((each) => each === type)
  return <span>{known ? t(`traits.type.${known}`) : type}</span>
}
