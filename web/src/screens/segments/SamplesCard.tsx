import { IconUserSearch } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { Card } from '../../design/Card.tsx'
import { EmptyState } from '../../design/EmptyState.tsx'
import { RelativeTime } from '../../design/RelativeTime.tsx'
import { SkeletonRows } from '../../design/Skeleton.tsx'
import { useFormats } from '../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { usePersonName } from '../people/columns.tsx'
import type { Preview } from './api.ts'
import css from './builder.module.css'

type SamplesCardProps = { preview: Preview | undefined; counting: boolean }

/** A few people of the count, with why they are in. */
export function SamplesCard({ preview, counting }: SamplesCardProps) {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  const nameOf = usePersonName()
  const sample = preview?.sample ?? []
  return (
    <Card
      flush
      title={t('segments.samples')}
      note={
        preview &&
        t('segments.samples.note', { shown: sample.length, total: format.number(preview.count) })
      }
    >
      {!preview && counting && <SkeletonRows count={4} />}
      {(preview || !counting) && sample.length === 0 && (
        <EmptyState
          icon={<IconUserSearch />}
          title={t('segments.samples.empty')}
          why={t(preview ? 'segments.samples.empty.why' : 'segments.samples.empty.rule')}
        />
      )}
      {sample.length > 0 && (
        <div className={`${css.scrollX} ${counting ? css.dim : ''}`}>
          <table className={css.table}>
            <thead>
              <tr>
                <th scope="col">{t('people.column.name')}</th>
                <th scope="col">{t('people.column.city')}</th>
                <th scope="col" className={css.numeric}>
                  {t('people.column.events')}
                </th>
                <th scope="col">{t('people.column.lastSeen')}</th>
                <th scope="col">{t('segments.samples.why')}</th>
              </tr>
            </thead>
            <tbody>
              {sample.map((person) => (
                <tr key={person.id}>
                  <td>
                    <Link to="/people/$id" params={{ id: person.id }}>
                      {nameOf(person)}
                    </Link>
                  </td>
                  <td>{person.city ?? '—'}</td>
                  <td className={css.numeric}>{format.number(person.events ?? 0)}</td>
                  <td>
                    <RelativeTime at={person.lastSeen} />
                  </td>
                  <td>{person.why ? localText(person.why, language) : '—'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  )
}
