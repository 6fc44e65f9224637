import { Select } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Card } from '../../design/Card.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { SkeletonRows } from '../../design/Skeleton.tsx'
import { useFormats } from '../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { usePeople } from '../people/api.ts'
import { usePersonName } from '../people/columns.tsx'
import { type Definition, type TraitPreview, useTraitPreview } from './api.ts'
import css from './traits.module.css'

/** What a definition gives, for a few people or for one that is chosen. */
export function PreviewCard({ definition }: { definition: Definition | null }) {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  const [profile, setProfile] = useState<string | null>(null)
  const preview = useTraitPreview(definition, profile)
  const have = preview.data?.have ?? 0
  return (
    <Card
      flush
      title={t('traits.preview')}
      note={preview.data && t('traits.preview.have', { count: have, n: format.number(have) })}
    >
      <div className={css.asked}>
        {preview.data && <p>{localText(preview.data.sentence, language)}</p>}
        <PersonChoice value={profile} onChange={setProfile} />
      </div>
      {definition === null && <p className={css.none}>{t('traits.preview.missing')}</p>}
      {preview.isLoading && <SkeletonRows count={4} />}
      {preview.isError && <ErrorState error={preview.error} onRetry={() => preview.refetch()} />}
      {preview.data && <Values people={preview.data.people} />}
    </Card>
  )
}

type Option = { value: string; label: string }
type PersonChoiceProps = { value: string | null; onChange: (id: string | null) => void }

function PersonChoice({ value, onChange }: PersonChoiceProps) {
  const t = useT()
  const nameOf = usePersonName()
  const [q, setQ] = useState('')
  const [chosen, setChosen] = useState<Option | null>(null)
  // A choice writes its name into the field, which asks for nothing new.
  const found = usePeople(q && q !== chosen?.label ? { q } : {})
  const people = found.data?.pages.flatMap((page) => page.data) ?? []
  const options = people.map(({ id, name }) => ({ value: id, label: nameOf({ id, name }) }))
  const missing = chosen && !options.some((each) => each.value === chosen.value)
  return (
    <Select
      label={t('traits.preview.person')}
      placeholder={t('traits.preview.few')}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': t('design.clear') }}
      value={value}
      data={missing ? [chosen, ...options] : options}
      maw={400}
      // The server has searched; it finds by address and phone too.
      filter={({ options }) => options}
      onSearchChange={setQ}
      onChange={(id, option) => {
        setChosen(option && { value: option.value, label: option.label })
        onChange(id)
      }}
    />
  )
}

function Values({ people }: { people: TraitPreview['people'] }) {
  const t = useT()
  const format = useFormats()
  const nameOf = usePersonName()
  if (people.length === 0) return <p className={css.none}>{t('traits.preview.nobody')}</p>
  const words = (value: unknown) => {
    if (typeof value === 'number') return format.number(value, { maximumFractionDigits: 2 })
    if (value === null || value === undefined) return '—'
    return Array.isArray(value) ? value.join(', ') : String(value)
  }
  return (
    <ul className={css.people}>
      {people.map((person) => (
        <li key={person.id}>
          <span className={css.name}>
            <Link to="/people/$id" params={{ id: person.id }} className="ellipsis">
              {nameOf(person)}
            </Link>
            <span className="meta">
              {t('traits.preview.events', { count: person.count, n: format.number(person.count) })}
            </span>
          </span>
          <b className={css.value}>{words(person.value)}</b>
        </li>
      ))}
    </ul>
  )
}
