import { Checkbox } from '@mantine/core'
import { IconCirclesRelation } from '@tabler/icons-react'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Card } from '../../../design/Card.tsx'
import { type Column, DataTable } from '../../../design/DataTable.tsx'
import { EmptyState } from '../../../design/EmptyState.tsx'
import { ErrorState } from '../../../design/ErrorState.tsx'
import { HrefLink } from '../../../design/LinkButton.tsx'
import { Skeleton } from '../../../design/Skeleton.tsx'
import { useFormats } from '../../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../../i18n/i18n.ts'
import { peopleHref } from '../../people/search.ts'
import type { Segment } from '../api.ts'
import { type OverlapRow, useIntersections, useOverlap } from './api.ts'
import { MatrixCard } from './MatrixCard.tsx'
import css from './page.module.css'
import { UpsetCard } from './UpsetCard.tsx'

/** More sets than this make a plot that nobody reads. */
const CHOSEN_MAX = 6
const CHOSEN_AT_FIRST = 4

export type NamedSet = { id: string; name: string }

/** Whom a segment shares with the others: all of them, and a few in every combination. */
export function OverlapTab({ segment }: { segment: Segment }) {
  const t = useT()
  const language = useLanguage()
  const navigate = useNavigate()
  const { with: asked } = useSearch({ from: '/shell/segments/$id' })
  const overlap = useOverlap(segment.id)
  const others = overlap.data?.others ?? []
  const ids = asked?.split(',') ?? others.slice(0, CHOSEN_AT_FIRST - 1).map(({ id }) => id)
  const names = new Map(others.map(({ id, name }) => [id, localText(name, language)]))
  const known = ids.flatMap((id): NamedSet[] => {
    const name = names.get(id)
    return name ? [{ id, name }] : []
  })
  const chosen = [{ id: segment.id, name: localText(segment.name, language) }, ...known]
  const sets = useIntersections(chosen.map(({ id }) => id))
  if (overlap.isPending) return <Skeleton height={420} />
  if (overlap.isError) {
    return <ErrorState error={overlap.error} onRetry={() => overlap.refetch()} />
  }
  if (others.length === 0) {
    return (
      <EmptyState
        icon={<IconCirclesRelation />}
        title={t('segmentPage.overlap.empty')}
        why={t('segmentPage.overlap.empty.why')}
      />
    )
  }
  const choose = (id: string, isOn: boolean) => {
    const next = isOn ? [...ids, id] : ids.filter((each) => each !== id)
    navigate({
      to: '.',
      search: (previous) => ({ ...previous, with: next.join(',') || 'none' }),
      replace: true,
      resetScroll: false,
    })
  }
  return (
    <div className={css.stack}>
      <Card title={t('segmentPage.overlap')} note={t('segmentPage.overlap.note')} flush>
        <Others
          segment={segment}
          size={overlap.data.size}
          rows={others}
          chosen={chosen.map(({ id }) => id)}
          onChoose={choose}
        />
      </Card>
      {sets.isError && <ErrorState error={sets.error} onRetry={() => sets.refetch()} />}
      {sets.isPending && <Skeleton height={320} />}
      {sets.data && (
        <>
          <UpsetCard chosen={chosen} sets={sets.data.sets} />
          <MatrixCard chosen={chosen} sets={sets.data.sets} />
        </>
      )}
    </div>
  )
}

type OthersProps = {
  segment: Segment
  size: number
  rows: readonly OverlapRow[]
  chosen: readonly string[]
  onChoose: (id: string, isOn: boolean) => void
}

function Others({ segment, size, rows, chosen, onChoose }: OthersProps) {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  const columns: Column<OverlapRow>[] = [
    {
      key: 'chosen',
      header: <span className="visually-hidden">{t('segmentPage.overlap.compare')}</span>,
      width: '44px',
      cell: (row) => (
        <Checkbox
          size="xs"
          aria-label={t('segmentPage.overlap.choose', { name: localText(row.name, language) })}
          checked={chosen.includes(row.id)}
          disabled={!chosen.includes(row.id) && chosen.length >= CHOSEN_MAX}
          onChange={(event) => onChoose(row.id, event.currentTarget.checked)}
        />
      ),
    },
    {
      key: 'name',
      header: t('segments.column.name'),
      width: 'minmax(150px, 1.4fr)',
      cell: (row) => (
        <Link to="/segments/$id" params={{ id: row.id }} className="ellipsis">
          {localText(row.name, language)}
        </Link>
      ),
    },
    {
      key: 'size',
      header: t('segments.column.size'),
      width: '96px',
      align: 'end',
      wideOnly: true,
      cell: (row) => format.number(row.size),
    },
    {
      key: 'shared',
      header: t('segmentPage.overlap.shared'),
      width: '104px',
      align: 'end',
      cell: (row) => (
        <HrefLink href={peopleHref({ in: `${segment.id},${row.id}` })}>
          {format.number(row.shared)}
        </HrefLink>
      ),
    },
    {
      key: 'ofThis',
      header: t('segmentPage.overlap.ofThis'),
      width: 'minmax(140px, 1fr)',
      wideOnly: true,
      cell: (row) => <Share part={row.shared} whole={size} />,
    },
    {
      key: 'ofThat',
      header: t('segmentPage.overlap.ofThat'),
      width: 'minmax(140px, 1fr)',
      wideOnly: true,
      cell: (row) => <Share part={row.shared} whole={row.size} />,
    },
  ]
  return (
    <DataTable
      label={t('segmentPage.overlap')}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.id}
      height={rows.length > 8 ? 330 : undefined}
      inCard
    />
  )
}

function Share({ part, whole }: { part: number; whole: number }) {
  const format = useFormats()
  const share = whole === 0 ? 0 : part / whole
  return (
    <span className={css.share}>
      <span className={css.track}>
        <span style={{ width: `${share * 100}%` }} />
      </span>
      {format.percent(share)}
    </span>
  )
}
