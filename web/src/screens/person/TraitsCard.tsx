import { ActionIcon, Tooltip } from '@mantine/core'
import { IconEye, IconEyeOff, IconTags } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { usePermission } from '../../api/session.ts'
import { Card } from '../../design/Card.tsx'
import { EmptyState } from '../../design/EmptyState.tsx'
import { SearchField } from '../../design/FilterBar.tsx'
import { useToast } from '../../design/Toast.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { useNames } from '../segments/names.ts'
import { useReveal } from './api.ts'
import { Provenance } from './Provenance.tsx'
import css from './person.module.css'
import type { Person, Trait } from './types.ts'
import { traitRank, valueText } from './words.ts'

type Row = { key: string; name: string; trait: Trait }

/** Every trait with the value kept and where it comes from; masked ones are revealed on demand. */
export function TraitsCard({ person, limit }: { person: Person; limit?: number }) {
  const t = useT()
  const names = useNames()
  const [text, setText] = useState('')
  const needle = text.trim().toLocaleLowerCase()
  const all: Row[] = Object.entries(person.traits).map(([key, trait]) => ({
    key,
    trait,
    name: names.trait(key),
  }))
  all.sort((a, b) => traitRank(a.key) - traitRank(b.key) || a.name.localeCompare(b.name))
  const found = all.filter((row) => `${row.key} ${row.name}`.toLocaleLowerCase().includes(needle))
  const shown = found.slice(0, limit)
  return (
    <Card
      flush
      title={t('person.traits.title')}
      note={t('person.traits.note', { shown: shown.length, total: all.length })}
      actions={
        <SearchField
          value={text}
          onChange={setText}
          label={t('person.traits.search')}
          width={200}
        />
      }
    >
      {shown.length === 0 ? (
        <EmptyState
          icon={<IconTags />}
          title={t('person.traits.empty.title')}
          why={t(all.length ? 'person.traits.empty.filtered' : 'person.traits.empty.why')}
        />
      ) : (
        <div className={css.scrollX}>
          <TraitTable person={person} rows={shown} />
        </div>
      )}
      {limit && found.length > limit && (
        <Link to="." search={{ tab: 'traits' }} className={css.foot}>
          {t('person.traits.all', { count: found.length })}
        </Link>
      )}
    </Card>
  )
}

function TraitTable({ person, rows }: { person: Person; rows: Row[] }) {
  const t = useT()
  return (
    <table className={css.table}>
      <thead>
        <tr>
          <th scope="col">{t('person.traits.column.trait')}</th>
          <th scope="col">{t('person.traits.column.value')}</th>
          <th scope="col">{t('person.traits.column.source')}</th>
          <th scope="col">{t('person.traits.column.on')}</th>
          <th scope="col">
            <span className="visually-hidden">{t('person.traits.column.history')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <TraitRow key={row.key} person={person} row={row} />
        ))}
      </tbody>
    </table>
  )
}

function TraitRow({ person, row }: { person: Person; row: Row }) {
  const format = useFormats()
  const { trait } = row
  return (
    <tr>
      <th scope="row" className={css.traitName} title={row.key}>
        {row.name}
      </th>
      <td>
        <TraitValue person={person} row={row} />
      </td>
      <td className="ink-2">
        {trait.computed ? <Computed {...trait.computed} /> : (trait.source?.name ?? '—')}
      </td>
      <td className="ink-3">
        <span title={format.dateTime(trait.time)}>{format.date(trait.time)}</span>
      </td>
      <td className={css.endCell}>
        {!trait.computed && <Provenance personId={person.id} traitKey={row.key} name={row.name} />}
      </td>
    </tr>
  )
}

/** Where a computed value comes from: the way to its definition. */
function Computed({ id, events }: NonNullable<Trait['computed']>) {
  const t = useT()
  const format = useFormats()
  return (
    <Link to="/traits/$id" params={{ id }}>
      {t('person.traits.computed', { count: events, n: format.number(events) })}
    </Link>
  )
}

function TraitValue({ person, row }: { person: Person; row: Row }) {
  const t = useT()
  const format = useFormats()
  const toast = useToast()
  const reveal = useReveal(person.id)
  const mayReveal = usePermission('profiles:reveal')
  const shown = reveal.data?.value ?? row.trait.value
  const masked = row.trait.masked && !reveal.data
  const approximate = row.trait.computed?.approximate === true
  return (
    <span className={css.value}>
      <span className="ellipsis" title={approximate ? t('person.traits.approximate') : undefined}>
        {approximate && '≈ '}
        {valueText(shown, t, format)}
      </span>
      {masked && !mayReveal && <IconEyeOff size={15} aria-label={t('person.masked')} />}
      {masked && mayReveal && (
        <Tooltip label={t('person.reveal.note')}>
          <ActionIcon
            size={24}
            aria-label={t('person.reveal', { trait: row.name })}
            loading={reveal.isPending}
            onClick={() =>
              reveal.mutate(row.key, {
                onSuccess: () => toast({ message: t('person.reveal.done') }),
                onError: toast,
              })
            }
          >
            <IconEye size={15} />
          </ActionIcon>
        </Tooltip>
      )}
    </span>
  )
}
