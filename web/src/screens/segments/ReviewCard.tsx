import { Button } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Card } from '../../design/Card.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { SkeletonRows } from '../../design/Skeleton.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { usePersonName } from '../people/columns.tsx'
import { type DiffPerson, type Effects, useDiff } from './api.ts'
import css from './builder.module.css'
import { EffectsChoice } from './EffectsChoice.tsx'
import type { Rule } from './rule.ts'
import type { Save } from './useSave.ts'

type ReviewCardProps = {
  id: string
  rule: Rule
  includesStaff: boolean
  save: Save
  onClose: () => void
}

/** Before a changed rule is published: who would enter, who would leave, who stays. */
export function ReviewCard({ id, rule, includesStaff, save, onClose }: ReviewCardProps) {
  const t = useT()
  const format = useFormats()
  const diff = useDiff(id, { rule, includesStaff })
  const [effects, setEffects] = useState<Effects>('none')
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    place.current?.scrollIntoView({ block: 'nearest' })
    place.current?.focus()
  }, [])
  return (
    <div ref={place} tabIndex={-1} className={css.review}>
      <Card
        title={t('segments.review', { version: save.version })}
        note={diff.data && t('segments.review.at', { time: format.timeSeconds(diff.data.asOf) })}
      >
        {diff.isPending && <SkeletonRows count={3} />}
        {diff.isError && <ErrorState error={diff.error} onRetry={() => diff.refetch()} />}
        {diff.data && (
          <div className={css.moves}>
            <Move
              title={t('segments.review.enters')}
              count={<b className={css.in}>{format.signed(diff.data.enters)}</b>}
              people={diff.data.samples.enters}
              more={diff.data.enters}
            />
            <Move
              title={t('segments.review.leaves')}
              count={<b className={css.out}>{format.signed(-diff.data.leaves)}</b>}
              people={diff.data.samples.leaves}
              more={diff.data.leaves}
            />
            <Move
              title={t('segments.review.stays')}
              count={<b>{format.number(diff.data.stays)}</b>}
              people={[]}
              more={0}
            />
          </div>
        )}
        {diff.data && <EffectsChoice diff={diff.data} value={effects} onChange={setEffects} />}
        <p className="meta">
          {t(effects === 'fire' ? 'segments.review.note.fire' : 'segments.review.note')}
        </p>
        <div className={css.add}>
          <Button
            size="xs"
            leftSection={<IconCheck size={15} />}
            loading={save.saving}
            onClick={() => save.save(effects)}
          >
            {t('segments.publish.version', { version: save.version })}
          </Button>
          <Button size="xs" variant="default" onClick={onClose}>
            {t('segments.review.back')}
          </Button>
        </div>
      </Card>
    </div>
  )
}

type MoveProps = { title: string; count: ReactNode; people: DiffPerson[]; more: number }

/** How many, and the names of the first; `more` is how many there are in all. */
function Move({ title, count, people, more }: MoveProps) {
  const t = useT()
  const format = useFormats()
  const nameOf = usePersonName()
  const others = more - people.length
  return (
    <section className={css.move}>
      <h3>
        {title} {count}
      </h3>
      <ul>
        {people.map((person) => (
          <li key={person.id} className="ellipsis">
            <Link to="/people/$id" params={{ id: person.id }}>
              {nameOf(person)}
            </Link>
          </li>
        ))}
        {people.length > 0 && others > 0 && (
          <li className="meta">{t('segments.review.more', { n: format.number(others) })}</li>
        )}
      </ul>
    </section>
  )
}
