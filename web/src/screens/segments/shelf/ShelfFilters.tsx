import { IconClockOff, IconStatusChange, IconTag, IconUser } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { FilterChip, FilterToggle, SearchField } from '../../../design/FilterBar.tsx'
import { useFormats } from '../../../i18n/format.ts'
import { useT } from '../../../i18n/i18n.ts'
import { SEGMENT_STATES } from '../api.ts'
import type { ShelfSearch } from '../list.ts'
import type { Shelf } from './api.ts'

/** Search, state, tag, owner, and what nobody uses; what they say is in the address. */
export function ShelfFilters({ shelf }: { shelf: Shelf | undefined }) {
  const t = useT()
  const format = useFormats()
  const search = useSearch({ from: '/shell/segments' })
  const navigate = useNavigate({ from: '/segments' })
  const filter = (patch: Partial<ShelfSearch>) =>
    navigate({ search: (previous) => ({ ...previous, ...patch }), replace: true })
  const named = (each: { name: string; count: number }, value: string) => ({
    value,
    label: `${each.name} (${format.number(each.count)})`,
  })
  const tags = shelf?.tags ?? []
  const owners = shelf?.owners ?? []
  const unused = shelf?.unused ?? 0
  return (
    <>
      <SearchField
        value={search.q ?? ''}
        onChange={(q) => filter({ q: q || undefined })}
        label={t('segments.search')}
      />
      <FilterChip
        icon={<IconStatusChange size={15} />}
        label={t('segments.filter.state')}
        all={t('segments.filter.state.all')}
        value={search.state}
        options={SEGMENT_STATES.map((state) => ({
          value: state,
          label: t(`segments.state.${state}`),
        }))}
        onChange={(state) => filter({ state: SEGMENT_STATES.find((each) => each === state) })}
      />
      {(tags.length > 0 || search.tag) && (
        <FilterChip
          icon={<IconTag size={15} />}
          label={t('segments.filter.tag')}
          all={t('segments.filter.tag.all')}
          value={search.tag}
          options={tags.map((each) => named(each, each.name))}
          onChange={(tag) => filter({ tag })}
        />
      )}
      {(owners.length > 0 || search.owner) && (
        <FilterChip
          icon={<IconUser size={15} />}
          label={t('segments.filter.owner')}
          all={t('segments.filter.owner.all')}
          value={search.owner}
          options={owners.map((each) => named(each, each.id))}
          onChange={(owner) => filter({ owner })}
        />
      )}
      {(unused > 0 || search.unused) && (
        <FilterToggle
          icon={<IconClockOff size={15} />}
          on={search.unused === true}
          onChange={(on) => filter({ unused: on || undefined })}
        >
          {t('segments.filter.unused', { n: format.number(unused) })}
        </FilterToggle>
      )}
    </>
  )
}
