import { Button, CloseButton } from '@mantine/core'
import { IconVector } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { usePermission } from '../../api/session.ts'
import { Card } from '../../design/Card.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { RelativeTime } from '../../design/RelativeTime.tsx'
import { SkeletonRows } from '../../design/Skeleton.tsx'
import { useToast } from '../../design/Toast.tsx'
import { useFormats } from '../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { usePersonName } from '../people/columns.tsx'
import { usePreview } from '../segments/api.ts'
import { type ComputedTrait, type GridCell, type GridMove, useDraftSegment } from './api.ts'
import { cellKey, cellName, cellRule, originsOf } from './rfm.ts'
import css from './traits.module.css'

type CellProps = { trait: ComputedTrait; cell: GridCell }
type CellCardProps = CellProps & { moves: readonly GridMove[] }

/** A few people of one cell, and the way to a segment of them. */
export function CellCard({ trait, cell, moves }: CellCardProps) {
  const t = useT()
  const language = useLanguage()
  const format = useFormats()
  const navigate = useNavigate({ from: '/traits/$id' })
  const close = () =>
    navigate({ search: (before) => ({ ...before, cell: undefined }), resetScroll: false })
  return (
    <Card
      flush
      title={`R${cell.r} F${cell.f}${cell.group ? ` · ${localText(cell.group, language)}` : ''}`}
      note={t('people.count', { count: cell.people, n: format.number(cell.people) })}
      actions={<CloseButton size={28} aria-label={t('design.close')} onClick={close} />}
    >
      <div className={css.make}>
        <p>
          {t('traits.grid.sum')} <b>{format.number(cell.sum, { maximumFractionDigits: 0 })}</b>
        </p>
        <MakeSegment trait={trait} cell={cell} />
      </div>
      <Origins moves={originsOf(moves, cell)} />
      <CellPeople trait={trait} cell={cell} />
    </Card>
  )
}

const ORIGINS_MAX = 5

/** Where those were before who are in the cell now and were not then. */
function Origins({ moves }: { moves: readonly GridMove[] }) {
  const t = useT()
  const format = useFormats()
  if (moves.length === 0) return null
  return (
    <div className={css.origins}>
      <h3 id="origins">{t('traits.grid.origins')}</h3>
      <ul className={css.people} aria-labelledby="origins">
        {moves.slice(0, ORIGINS_MAX).map(({ from, people }) => (
          <li key={from ? cellKey(from) : 'none'}>
            <span>
              {from ? t('traits.grid.from', { r: from.r, f: from.f }) : t('traits.grid.from.none')}
            </span>
            <span className="meta">
              {t('people.count', { count: people, n: format.number(people) })}
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function MakeSegment({ trait, cell }: CellProps) {
  const t = useT()
  const toast = useToast()
  const navigate = useNavigate()
  const draft = useDraftSegment()
  if (!usePermission('segments:write')) return null
  const make = () =>
    draft.mutate(
      { name: cellName(trait.name, cell), rule: cellRule(trait.key, cell) },
      {
        onSuccess: ({ id }) => navigate({ to: '/segments/$id/edit', params: { id } }),
        onError: toast,
      },
    )
  return (
    <Button leftSection={<IconVector size={16} />} loading={draft.isPending} onClick={make}>
      {t('traits.makeSegment')}
    </Button>
  )
}

function CellPeople({ trait, cell }: CellProps) {
  const t = useT()
  const nameOf = usePersonName()
  const rule = useMemo(() => cellRule(trait.key, cell), [trait.key, cell])
  const preview = usePreview(rule, false)
  if (preview.isPending) return <SkeletonRows count={4} />
  if (preview.isError) return <ErrorState error={preview.error} onRetry={() => preview.refetch()} />
  if (preview.data.sample.length === 0) return <p className={css.none}>{t('traits.cell.none')}</p>
  return (
    <ul className={css.people}>
      {preview.data.sample.map((person) => (
        <li key={person.id}>
          <span className={css.name}>
            <Link to="/people/$id" params={{ id: person.id }} className="ellipsis">
              {nameOf(person)}
            </Link>
            <span className="meta ellipsis">{person.email ?? '—'}</span>
          </span>
          <span className="meta">
            <RelativeTime at={person.lastSeen} />
          </span>
        </li>
      ))}
    </ul>
  )
}
