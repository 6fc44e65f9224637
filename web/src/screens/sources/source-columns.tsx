import { Link } from '@tanstack/react-router'
import { Chip } from '../../design/Chip.tsx'
import type { Column } from '../../design/DataTable.tsx'
import { KindIcon } from '../../design/kind-icons.tsx'
import { Num } from '../../design/Num.tsx'
import { RelativeTime } from '../../design/RelativeTime.tsx'
import { Sparkline } from '../../design/Sparkline.tsx'
import { useT } from '../../i18n/i18n.ts'
import type { Source } from './api.ts'
import css from './Sources.module.css'

function rejectShare(source: Source): number {
  return source.rejected24h / Math.max(1, source.rejected24h + source.events24h)
}

/** Waiting, receiving, or rejecting: one chip. */
export function SourceState({ source }: { source: Source }) {
  const t = useT()
  if (!source.firstEventAt) return <Chip tone="outline">{t('sources.state.waiting')}</Chip>
  if (rejectShare(source) > 0.01) return <Chip tone="amber">{t('sources.state.rejects')}</Chip>
  return <Chip tone="teal">{t('sources.state.receiving')}</Chip>
}

/** The columns of the list of sources. */
export function useSourceColumns(): Column<Source>[] {
  const t = useT()
  return [
    {
      key: 'name',
      header: t('sources.name'),
      width: 'minmax(180px, 2fr)',
      cell: (source) => (
        <Link to="/sources/$source" params={{ source: source.id }} className={css.name}>
          <KindIcon kind={source.kind} size={16} />
          {source.name}
        </Link>
      ),
    },
    {
      key: 'kind',
      header: t('sources.kind'),
      width: 'minmax(100px, 1fr)',
      wideOnly: true,
      cell: ({ kind, party }) =>
        party === 'first'
          ? t(`sources.kind.${kind}`)
          : `${t(`sources.kind.${kind}`)} · ${t(`sources.party.short.${party}`)}`,
    },
    {
      key: 'state',
      header: t('sources.state'),
      width: '116px',
      cell: (source) => <SourceState source={source} />,
    },
    {
      key: 'events',
      header: t('sources.events24h'),
      width: '110px',
      align: 'end',
      wideOnly: true,
      cell: (source) => (
        <Link to="/events" search={{ source: source.id }}>
          <Num value={source.events24h} />
        </Link>
      ),
    },
    {
      key: 'trend',
      header: t('sources.trend'),
      width: '96px',
      wideOnly: true,
      cell: (source) => <Sparkline values={source.perHour} width={88} height={22} fromZero />,
    },
    {
      key: 'rejected',
      header: t('sources.rejected24h'),
      width: '84px',
      align: 'end',
      wideOnly: true,
      cell: (source) => (
        <span className={rejectShare(source) > 0.01 ? css.rejected : ''}>
          <Num value={source.rejected24h} />
        </span>
      ),
    },
    {
      key: 'last',
      header: t('sources.lastEvent'),
      width: '110px',
      align: 'end',
      cell: (source) => <RelativeTime at={source.lastEventAt} />,
    },
  ]
}
