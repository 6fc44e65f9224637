import { IconBox, IconEyeOff } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { Card } from '../../design/Card.tsx'
import { EmptyState } from '../../design/EmptyState.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { useNames } from '../segments/names.ts'
import css from './objects.module.css'
import type { Attribute, HeldObject, HeldObjects, Person } from './types.ts'
import { valueText } from './words.ts'

type ObjectsCardProps = {
  person: Person
  /** Objects of each type that are shown; all of them without it. */
  limit?: number
}

/** What a person has, by type: contracts, cards, tickets, each with what is known of it. */
export function ObjectsCard({ person, limit }: ObjectsCardProps) {
  const t = useT()
  const all = person.objects.reduce((sum, { objects }) => sum + objects.length, 0)
  const isCut = limit !== undefined && person.objects.some(({ objects }) => objects.length > limit)
  return (
    <Card flush title={t('person.objects.title')} note={t('person.objects.note', { count: all })}>
      {all === 0 && (
        <EmptyState
          icon={<IconBox />}
          title={t('person.objects.empty.title')}
          why={t('person.objects.empty.why')}
        />
      )}
      {person.objects.map((each) => (
        <TypeSection key={each.type} held={each} limit={limit} />
      ))}
      {isCut && (
        <Link to="." search={{ tab: 'traits' }} className={css.foot}>
          {t('person.objects.all', { count: all })}
        </Link>
      )}
    </Card>
  )
}

function TypeSection({ held, limit }: { held: HeldObjects; limit: number | undefined }) {
  const t = useT()
  const format = useFormats()
  const names = useNames()
  return (
    <section className={css.type}>
      <h3>
        {names.of('object', held.type)}{' '}
        <span className="meta">{format.number(held.objects.length)}</span>
      </h3>
      {held.capped && <p className="meta">{t('person.objects.capped')}</p>}
      <ul>
        {held.objects.slice(0, limit).map((object) => (
          <ObjectItem key={object.id} object={object} />
        ))}
      </ul>
    </section>
  )
}

function ObjectItem({ object }: { object: HeldObject }) {
  const t = useT()
  const format = useFormats()
  const when = { date: format.date(object.lastNamed) }
  const told = object.source
    ? t('person.objects.told', { ...when, source: object.source.name })
    : t('person.objects.toldOn', when)
  return (
    <li className={css.object}>
      <div className={css.head}>
        <strong>{object.id}</strong>
        <span className="meta" title={format.dateTime(object.lastNamed)}>
          {told}
        </span>
      </div>
      {object.attributes.length > 0 && (
        <dl>
          {object.attributes.map((attribute) => (
            <AttributePair key={attribute.key} attribute={attribute} />
          ))}
        </dl>
      )}
    </li>
  )
}

function AttributePair({ attribute }: { attribute: Attribute }) {
  const t = useT()
  const format = useFormats()
  const names = useNames()
  const { key, value, source, time, masked } = attribute
  const origin = [source?.name, format.dateTime(time)].filter(Boolean).join(' · ')
  return (
    <div title={origin}>
      <dt>{names.property(key)}</dt>
      <dd>
        {valueText(value, t, format)}
        {masked && <IconEyeOff size={15} aria-label={t('person.masked')} />}
      </dd>
    </div>
  )
}
