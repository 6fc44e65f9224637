import { Button } from '@mantine/core'
import { IconUserSearch } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Busy } from '../../design/Busy.tsx'
import { Card } from '../../design/Card.tsx'
import { Chip } from '../../design/Chip.tsx'
import { EmptyState } from '../../design/EmptyState.tsx'
import { RelativeTime } from '../../design/RelativeTime.tsx'
import { SkeletonRows } from '../../design/Skeleton.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { usePersonName } from '../people/columns.tsx'
import type { Member, Preview } from './api.ts'
import css from './builder.module.css'
import { lineNumber } from './rule.ts'

const SHOWN = 8

type SamplesCardProps = { preview: Preview | undefined; counting: boolean }

/** A few people of the count, with why they are in. */
export function SamplesCard({ preview, counting }: SamplesCardProps) {
  const t = useT()
  const format = useFormats()
  const [all, setAll] = useState(false)
  const people = preview?.sample ?? []
  const sample = all ? people : people.slice(0, SHOWN)
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
      {sample.length > 0 && <SampleTable sample={sample} counting={counting} />}
      {people.length > SHOWN && (
        <Button variant="subtle" size="xs" m={8} aria-expanded={all} onClick={() => setAll(!all)}>
          {all
            ? t('segments.samples.fewer')
            : t('segments.samples.all', { n: format.number(people.length) })}
        </Button>
      )}
    </Card>
  )
}

function SampleTable({ sample, counting }: { sample: Member[]; counting: boolean }) {
  const t = useT()
  const format = useFormats()
  const nameOf = usePersonName()
  // Where every line must hold, there is nothing to tell people apart by.
  const reasons = sample.some((person) => person.why && person.why.length > 0)
  return (
    <div className={css.counted} aria-busy={counting}>
      <Busy when={counting} />
      <div className={css.scrollX}>
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{t('people.column.name')}</th>
              <th scope="col">{t('people.column.city')}</th>
              <th scope="col" className={css.numeric}>
                {t('people.column.events')}
              </th>
              <th scope="col">{t('people.column.lastSeen')}</th>
              {reasons && <th scope="col">{t('segments.samples.why')}</th>}
            </tr>
          </thead>
          <tbody>
            {sample.map((person) => (
              <tr key={person.id}>
                <td>
                  <Link to="/people/$id" params={{ id: person.id }}>
                    {nameOf(person)}
                  </Link>
                  <span className={css.sampleMail}>{person.email ?? '—'}</span>
                </td>
                <td>{person.city ?? '—'}</td>
                <td className={css.numeric}>{format.number(person.events)}</td>
                <td>
                  <RelativeTime at={person.lastSeen} />
                </td>
                {reasons && (
                  <td>{lineOf(person.why) && <Chip tone="teal">{lineOf(person.why)}</Chip>}</td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  )
}

/** "1 + 3" from the places of the lines that hold ("/any/0", "/any/2"). */
function lineOf(why: readonly string[] | undefined): string {
  return (why ?? []).map((place) => lineNumber((place.match(/\d+/g) ?? []).map(Number))).join(' + ')
}
