import { Select } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { ApiError } from '../../api/client.ts'
import { Card } from '../../design/Card.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { SkeletonRows } from '../../design/Skeleton.tsx'
import { useFormats } from '../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { usePeople } from '../people/api.ts'
import { usePersonName } from '../people/columns.tsx'
import { type Definition, type TraitPreview, useTraitPreview } from './api.ts'
import type { Way } from './draft.ts'
import code from './formula.module.css'
import css from './traits.module.css'

type PreviewCardProps = {
  definition: Definition | null
  /** Of the trait whose definition it is; null: it has none yet. */
  traitKey: string | null
  profile: string | null
  onProfile: (profile: string | null) => void
  way: Way
}

/** What a definition gives, for a few people or for one that is chosen. */
export function PreviewCard({ definition, traitKey, profile, onProfile, way }: PreviewCardProps) {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  const preview = useTraitPreview(definition, profile, traitKey)
  const have = preview.data?.have ?? 0
  const isPlaced = preview.error instanceof ApiError && preview.error.errors[0]?.start !== undefined
  return (
    <Card
      flush
      title={t('traits.preview')}
      note={preview.data && t('traits.preview.have', { count: have, n: format.number(have) })}
    >
      <div className={css.asked}>
        {preview.data && <p>{localText(preview.data.sentence, language)}</p>}
        <PersonChoice value={profile} onChange={onProfile} />
      </div>
      {definition === null && <p className={css.none}>{t(`traits.preview.missing.${way}`)}</p>}
      {preview.isLoading && <SkeletonRows count={4} />}
      {preview.isError &&
        // What has a place in the text is said there.
        (isPlaced ? (
          <p className={css.none}>{t('traits.preview.faulty')}</p>
        ) : (
          <ErrorState error={preview.error} onRetry={() => preview.refetch()} />
        ))}
      {preview.data?.run && <RunRows run={preview.data.run} />}
      {preview.data && !preview.data.run && <Values people={preview.data.people} />}
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
  const words = useValueWords()
  if (people.length === 0) return <p className={css.none}>{t('traits.preview.nobody')}</p>
  return (
    <ul className={css.people}>
      {people.map((person) => (
        <li key={person.id}>
          <span className={css.name}>
            <Link to="/people/$id" params={{ id: person.id }} className="ellipsis">
              {nameOf(person)}
            </Link>
            <span className="meta">
              {person.inputs.length > 0
                ? person.inputs.map(({ trait, value }) => `${trait} = ${words(value)}`).join(' · ')
                : t('traits.preview.events', {
                    count: person.count,
                    n: format.number(person.count),
                  })}
            </span>
          </span>
          <b className={css.value}>{words(person.value)}</b>
        </li>
      ))}
    </ul>
  )
}

/** A value as it is read. */
function useValueWords() {
  const t = useT()
  const format = useFormats()
  return (value: unknown): string => {
    if (typeof value === 'number') return format.number(value, { maximumFractionDigits: 6 })
    if (typeof value === 'boolean') return t(value ? 'traits.value.yes' : 'traits.value.no')
    if (value === null || value === undefined) return '—'
    return Array.isArray(value) ? value.join(', ') : String(value)
  }
}

/** The first rows of a query's test run, and what it took. */
function RunRows({ run }: { run: NonNullable<TraitPreview['run']> }) {
  const t = useT()
  const format = useFormats()
  const words = useValueWords()
  const took = format.duration(run.ms)
  return (
    <>
      <p className={css.none}>
        {t('traits.query.tried', { count: run.rows, n: format.number(run.rows), took })}{' '}
        {t('traits.query.matched', { count: run.matched, n: format.number(run.matched) })}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region takes the keyboard */}
      <section className={code.scroll} tabIndex={0} aria-label={t('traits.query.rows')}>
        <table className={code.rows}>
          <thead>
            <tr>
              <th scope="col">key</th>
              <th scope="col">value</th>
            </tr>
          </thead>
          <tbody>
            {run.first.map(({ key, value, profile }) => (
              <tr key={key}>
                <td>
                  {profile ? (
                    <Link to="/people/$id" params={{ id: profile }}>
                      {key}
                    </Link>
                  ) : (
                    key
                  )}
                </td>
                <td>{words(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  )
}
