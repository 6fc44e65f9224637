import { IconTags } from '@tabler/icons-react'
import { type Column, DataTable } from '../../design/DataTable.tsx'
import { EmptyState } from '../../design/EmptyState.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { valueText } from '../person/words.ts'
import { type TraitInfo, useTraits } from '../segments/api.ts'
import { matches } from '../segments/fields.ts'
import { useNames } from '../segments/names.ts'
import { TypeName } from './ComputedTable.tsx'
import { NoTraits } from './NoTraits.tsx'
import css from './traits.module.css'

/** From so many rows on, only those that are seen are drawn. */
const DRAWN_MAX = 100

/** Traits that events and imports tell, and how much is known of them. */
export function GivenTable({ q }: { q: string }) {
  const t = useT()
  const names = useNames()
  const traits = useTraits()
  const columns = useColumns()
  if (traits.isError) return <ErrorState error={traits.error} onRetry={() => traits.refetch()} />
  const rows = (traits.data ?? []).filter(({ key }) => !q || matches(q, key, names.trait(key)))
  return (
    <DataTable
      label={t('traits.given')}
      columns={columns}
      rows={rows}
      rowKey={({ key }) => key}
      rowHeight={52}
      {...(rows.length > DRAWN_MAX ? { height: 'calc(100vh - 230px)' } : {})}
      loading={traits.isPending}
      empty={
        <NoTraits q={q}>
          <EmptyState
            icon={<IconTags />}
            title={t('traits.given.empty')}
            why={t('traits.given.empty.why')}
          />
        </NoTraits>
      }
    />
  )
}

function useColumns(): Column<TraitInfo>[] {
  const t = useT()
  const format = useFormats()
  const names = useNames()
  return [
    {
      key: 'name',
      header: t('traits.column.name'),
      width: 'minmax(150px, 1.4fr)',
      cell: ({ key }) => (
        <span className={css.name}>
          <b className="ellipsis">{names.trait(key)}</b>
          <span className="meta ellipsis">{key}</span>
        </span>
      ),
    },
    {
      key: 'type',
      header: t('traits.column.type'),
      width: '110px',
      cell: ({ types }) => (
        <span className="ellipsis">
          {types.map((type, index) => (
            <span key={type}>
              {index > 0 && ', '}
              <TypeName type={type} />
            </span>
          ))}
        </span>
      ),
    },
    {
      key: 'completeness',
      header: t('traits.column.completeness'),
      width: '132px',
      align: 'end',
      cell: ({ completeness }) => format.percent(completeness, 0),
    },
    {
      key: 'distinct',
      header: t('traits.column.distinct'),
      width: '130px',
      align: 'end',
      wideOnly: true,
      cell: ({ distinct }) => format.number(distinct),
    },
    {
      key: 'samples',
      header: t('traits.column.samples'),
      width: 'minmax(140px, 2fr)',
      wideOnly: true,
      cell: ({ samples }) => (
        <span className="ellipsis">
          {samples.map((one) => valueText(one, t, format)).join(' · ')}
        </span>
      ),
    },
  ]
}
