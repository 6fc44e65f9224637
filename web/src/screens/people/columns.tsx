import { Link } from '@tanstack/react-router'
import { Chip } from '../../design/Chip.tsx'
import type { Column } from '../../design/DataTable.tsx'
import { Num } from '../../design/Num.tsx'
import { RelativeTime } from '../../design/RelativeTime.tsx'
import { useT } from '../../i18n/i18n.ts'
import { Avatar } from './Avatar.tsx'
import type { PersonRow } from './api.ts'
import css from './people.module.css'

/** The name of a person, or the end of the id of someone not known yet. */
export function usePersonName(): (person: { id: string; name: string | null }) => string {
  const t = useT()
  return (person) => person.name || t('people.visitor', { id: person.id.slice(-4) })
}

/** The columns of every list of people; segments are shown by name. */
export function usePeopleColumns(segments: ReadonlyMap<string, string>): Column<PersonRow>[] {
  const t = useT()
  const nameOf = usePersonName()
  return [
    {
      key: 'name',
      header: t('people.column.name'),
      width: 'minmax(180px, 1fr)',
      sort: 'name',
      cell: (row) => <Who row={row} name={nameOf(row)} />,
    },
    {
      key: 'email',
      header: t('people.column.email'),
      width: 'minmax(150px, 1.5fr)',
      wideOnly: true,
      cell: (row) => row.email ?? <span className="ink-3">—</span>,
    },
    {
      key: 'city',
      header: t('people.column.city'),
      width: 'minmax(80px, 0.6fr)',
      wideOnly: true,
      cell: (row) => row.city ?? <span className="ink-3">—</span>,
    },
    {
      key: 'segments',
      header: t('people.column.segments'),
      width: 'minmax(150px, 2.1fr)',
      wideOnly: true,
      cell: (row) => <SegmentChips ids={row.segments} names={segments} />,
    },
    {
      key: 'events',
      header: t('people.column.events'),
      width: '84px',
      align: 'end',
      sort: 'events',
      wideOnly: true,
      cell: (row) => <Num value={row.events} />,
    },
    {
      key: 'firstSeen',
      header: t('people.column.firstSeen'),
      width: '100px',
      sort: 'firstSeen',
      wideOnly: true,
      cell: (row) => <RelativeTime at={row.firstSeen} />,
    },
    {
      key: 'lastSeen',
      header: t('people.column.lastSeen'),
      width: '104px',
      sort: 'lastSeen',
      cell: (row) => <RelativeTime at={row.lastSeen} />,
    },
  ]
}

function Who({ row, name }: { row: PersonRow; name: string }) {
  const t = useT()
  return (
    <span className={css.who}>
      <Avatar initials={row.initials} known={row.kind === 'known'} />
      <span className={css.whoText}>
        <Link to="/people/$id" params={{ id: row.id }} className="ellipsis">
          {name}
        </Link>
        <span className={css.under}>{t('people.identifiers', { count: row.identifiers })}</span>
      </span>
    </span>
  )
}

const SHOWN = 2

function SegmentChips({ ids, names }: { ids: string[]; names: ReadonlyMap<string, string> }) {
  if (ids.length === 0) return <span className="ink-3">—</span>
  const rest = ids.slice(SHOWN)
  return (
    <span className={css.chips}>
      {ids.slice(0, SHOWN).map((id) => (
        <Chip key={id} tone="outline">
          <span className={css.chipText}>{names.get(id) ?? id.slice(0, 8)}</span>
        </Chip>
      ))}
      {rest.length > 0 && (
        <span className="meta" title={rest.map((id) => names.get(id) ?? id).join(', ')}>
          +{rest.length}
        </span>
      )}
    </span>
  )
}
