import { IconMapPin, IconUser, IconVector } from '@tabler/icons-react'
import { FilterBar, FilterChip, SearchField, SetChip } from '../../design/FilterBar.tsx'
import { useT } from '../../i18n/i18n.ts'
import { useNames, useSegmentNames } from '../segments/names.ts'
import { type PeopleSearch, useTraitValues } from './api.ts'
import { BehindChip } from './BehindChip.tsx'
import { withoutBehind } from './search.ts'

type PeopleFiltersProps = {
  search: PeopleSearch
  onChange: (patch: Partial<PeopleSearch>) => void
  count: string | null
}

/** Search by any identifier, and the filters people use most. */
export function PeopleFilters({ search, onChange, count }: PeopleFiltersProps) {
  const t = useT()
  const segments = useSegmentNames()
  const names = useNames()
  const cities = useTraitValues('city', '')
  return (
    <FilterBar end={<span aria-live="polite">{count}</span>}>
      <SearchField
        value={search.q ?? ''}
        onChange={(q) => onChange({ q: q || undefined })}
        label={t('people.search')}
        width={340}
      />
      <FilterChip
        icon={<IconUser size={15} />}
        label={t('people.filter.kind')}
        all={t('people.filter.kind.all')}
        value={search.kind}
        options={[
          { value: 'known', label: t('people.kind.known') },
          { value: 'anonymous', label: t('people.kind.anonymous') },
        ]}
        onChange={(kind) => onChange({ kind: kind as PeopleSearch['kind'] })}
      />
      <FilterChip
        icon={<IconVector size={15} />}
        label={t('people.filter.segment')}
        all={t('people.filter.segment.all')}
        value={search.segment}
        options={[...segments].map(([value, label]) => ({ value, label }))}
        onChange={(segment) => onChange({ segment })}
      />
      <FilterChip
        icon={<IconMapPin size={15} />}
        label={t('people.filter.city')}
        all={t('people.filter.city.all')}
        value={search.city}
        options={(cities.data ?? []).slice(0, 20).map(({ value }) => ({ value, label: value }))}
        onChange={(city) => onChange({ city })}
      />
      {search.trait && (
        <SetChip onClear={() => onChange({ trait: undefined, value: undefined })}>
          {names.trait(search.trait)} : {search.value}
        </SetChip>
      )}
      <BehindChip search={search} onClear={() => onChange(withoutBehind)} />
    </FilterBar>
  )
}
