import { IconCheck, IconMinus } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Drawer } from '../../design/Drawer.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { FilterBar } from '../../design/FilterBar.tsx'
import { SkeletonRows } from '../../design/Skeleton.tsx'
import { useFormats } from '../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { MomentFilter } from '../segments/MomentFilter.tsx'
import type { Moment } from '../segments/moment.ts'
import { useNames } from '../segments/names.ts'
import { useWhy } from './api.ts'
import css from './person.module.css'
import type { FoundObjects, Person, Why, WhyPart } from './types.ts'
import { type WhyRow, whyRows } from './why.ts'
import { valueText } from './words.ts'

type WhyDrawerProps = {
  person: Person
  segment: string
  /** What the list calls the segment; null until it is known. */
  name: string | null
  onClose: () => void
}

/** Each part of a segment's rule: whether it holds for this person, and what it found. */
export function WhyDrawer({ person, segment, name, onClose }: WhyDrawerProps) {
  const t = useT()
  const language = useLanguage()
  const [moment, setMoment] = useState<Moment | null>(null)
  const why = useWhy(person.id, segment, moment)
  const title = why.data ? localText(why.data.segment.name, language) : (name ?? t('person.why'))
  return (
    <Drawer
      title={title}
      note={why.data && <Answer why={why.data} isPast={moment !== null} />}
      onClose={onClose}
    >
      <FilterBar>
        <MomentFilter moment={moment} onAsk={setMoment} />
      </FilterBar>
      {moment && <p className={css.whyNote}>{t(`segments.moment.${moment.question}.note`)}</p>}
      {why.isPending && <SkeletonRows count={4} height={44} />}
      {why.isError && <ErrorState error={why.error} onRetry={() => why.refetch()} />}
      {why.data && (
        <>
          {why.data.parts.length === 0 ? (
            <p className={css.whyNote}>{t('person.why.known')}</p>
          ) : (
            <ol className={css.whyList}>
              {whyRows(why.data.parts).map((row) => (
                <Row key={row.path} row={row} />
              ))}
            </ol>
          )}
          <p className={css.whyFoot}>
            <Link to="/segments/$id" params={{ id: segment }}>
              {t('person.why.open')}
            </Link>
          </p>
        </>
      )}
    </Drawer>
  )
}

function Answer({ why, isPast }: { why: Why; isPast: boolean }) {
  const t = useT()
  const format = useFormats()
  const member = why.memberSince
    ? t('person.why.member', { date: format.dateTime(why.memberSince) })
    : t(why.member ? 'person.why.memberThen' : 'person.why.notMember')
  const at = isPast ? format.dateTime(why.at) : format.timeSeconds(why.at)
  return `${member} · v${why.version} · ${at}`
}

function Row({ row }: { row: WhyRow }) {
  const t = useT()
  const language = useLanguage()
  return (
    <li className={css.whyRow} style={{ '--depth': row.depth }}>
      <span className={row.holds ? css.whyYes : css.whyNo}>
        {row.holds ? <IconCheck size={16} aria-hidden /> : <IconMinus size={16} aria-hidden />}
        <span className="visually-hidden">
          {t(row.holds ? 'person.why.holds' : 'person.why.holdsNot')}
        </span>
      </span>
      <span className={css.whyText}>
        {row.group ? (
          <b className={css.whyStrong}>{t(`person.why.group.${row.group}`)}</b>
        ) : (
          <span>{localText(row.sentence, language)}</span>
        )}
        {row.found && <Found found={row.found} />}
      </span>
    </li>
  )
}

/** "3 · 22/11/2026 14:05 · Boutique": the value, when it came and from where. */
function Found({ found }: { found: NonNullable<WhyPart['found']> }) {
  const t = useT()
  const format = useFormats()
  const { value, at, source, objects } = found
  const told = [at && format.dateTime(at), source?.name].filter(Boolean).join(' · ')
  return (
    <>
      <span className={css.whyFound}>
        {value === null ? (
          t('person.why.nothing')
        ) : (
          <>
            {t('person.why.found')} <b className={css.whyValue}>{valueText(value, t, format)}</b>
          </>
        )}
        {told && ` · ${told}`}
        {found.approximate &&
          ` · ${t(objects ? 'person.why.approximate.objects' : 'person.why.approximate')}`}
      </span>
      {objects && objects.shown.length > 0 && <Objects {...objects} />}
    </>
  )
}

/** "C-7 · End: 12/01/2027": which objects count, which do not, and what each says. */
function Objects({ shown, more }: FoundObjects) {
  const t = useT()
  const format = useFormats()
  const names = useNames()
  return (
    <ul className={css.whyObjects}>
      {shown.map(({ id, counts, said }) => (
        <li key={id} className={counts ? css.whyCounts : undefined}>
          <b>{id}</b>
          {said.map(({ path, value }) => (
            <span key={path}>
              {' · '}
              {t('person.why.said', {
                property: names.property(path),
                value: valueText(value, t, format),
              })}
            </span>
          ))}
          {!counts && ` · ${t('person.why.countsNot')}`}
        </li>
      ))}
      {more > 0 && <li>{t('person.why.more', { count: more, n: format.number(more) })}</li>}
    </ul>
  )
}
