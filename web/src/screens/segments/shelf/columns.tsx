import { Link } from '@tanstack/react-router'
import { usePermission } from '../../../api/session.ts'
import type { Column } from '../../../design/DataTable.tsx'
import { RelativeTime } from '../../../design/RelativeTime.tsx'
import { Sparkline } from '../../../design/Sparkline.tsx'
import { useFormats } from '../../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../../i18n/i18n.ts'
import type { SegmentRow } from '../api.ts'
import { SegmentStateChip } from '../SegmentStateChip.tsx'
import css from '../segments.module.css'
import { RowActions } from './RowActions.tsx'

const TAGS_SHOWN = 2

/** A draft is gone on with; everything else has a page to look at. */
export const toSegment = ({ id, state }: SegmentRow) =>
  ({ to: state === 'draft' ? '/segments/$id/edit' : '/segments/$id', params: { id } }) as const

/** What the list says of each segment. */
export function useColumns(): Column<SegmentRow>[] {
  const t = useT()
  const format = useFormats()
  const canEdit = usePermission('segments:write')
  return [
    {
      key: 'name',
      header: t('segments.column.name'),
      width: 'minmax(150px, 2.6fr)',
      sort: 'name',
      cell: (row) => <Name row={row} />,
    },
    {
      key: 'size',
      header: t('segments.column.size'),
      width: '78px',
      align: 'end',
      sort: 'size',
      cell: (row) => <b className={css.size}>{format.number(row.size)}</b>,
    },
    {
      key: 'trend',
      header: t('segments.column.trend'),
      width: '92px',
      wideOnly: true,
      cell: (row) => <Sparkline values={row.trend.map((each) => each.size)} width={76} />,
    },
    {
      key: 'moved',
      header: t('segments.column.moved'),
      width: '134px',
      align: 'end',
      sort: 'moved',
      wideOnly: true,
      cell: (row) => (
        <span>
          <span className={row.entered24h ? css.in : 'ink-3'}>{format.signed(row.entered24h)}</span>{' '}
          / <span className={row.left24h ? css.out : 'ink-3'}>{format.signed(-row.left24h)}</span>
        </span>
      ),
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
      header: t('segments.column.updated'),
      width: '128px',
      sort: 'updatedAt',
      wideOnly: true,
      cell: (row) => <Changed row={row} />,
    },
    ...(canEdit
      ? [
          {
            key: 'menu',
            header: <span className="visually-hidden">{t('segments.more')}</span>,
            width: '40px',
            align: 'end' as const,
            cell: (row: SegmentRow) => <RowActions segment={row} />,
          },
        ]
      : []),
  ]
}

function Name({ row }: { row: SegmentRow }) {
  const language = useLanguage()
  const sentence = row.sentence ? localText(row.sentence, language) : ''
  return (
    <span className={css.name}>
      <Link {...toSegment(row)} className="ellipsis">
        {localText(row.name, language)}
      </Link>
      <span className={css.nameLine}>
        {row.tags.slice(0, TAGS_SHOWN).map((tag) => (
          <span key={tag} className={css.tag}>
            {tag}
          </span>
        ))}
        {row.tags.length > TAGS_SHOWN && (
          <span className={css.tag} title={row.tags.slice(TAGS_SHOWN).join(', ')}>
            +{row.tags.length - TAGS_SHOWN}
          </span>
        )}
        <span className={`${css.sentence} ellipsis`} title={sentence}>
          {sentence}
        </span>
      </span>
    </span>
  )
}

/** When it was last changed, and who answers for it. */
function Changed({ row }: { row: SegmentRow }) {
  const t = useT()
  return (
    <span className={css.name}>
      <RelativeTime at={row.updatedAt} />
      <span className={`${css.sentence} ellipsis`} title={row.owner?.name}>
        {row.owner?.name ?? t('segments.owner.none')}
      </span>
    </span>
  )
}
