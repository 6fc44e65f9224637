import { CopyButton } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconCopy, IconMinus, IconX } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Chip } from '../../design/Chip.tsx'
import { RelativeTime, useNow } from '../../design/RelativeTime.tsx'
import { MINUTE_MS } from '../../i18n/durations.ts'
import { type Formats, useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { Avatar } from '../people/Avatar.tsx'
import { usePersonName } from '../people/columns.tsx'
import css from './person.module.css'
import { CHANNELS, reachable } from './stays.ts'
import type { Person } from './types.ts'
import { valueText } from './words.ts'

const ONLINE_MS = 5 * MINUTE_MS

/** Who this is, since when, and the five facts that matter first. */
export function PersonHeader({ person }: { person: Person }) {
  const t = useT()
  const format = useFormats()
  const now = useNow(15_000)
  const name = usePersonName()(person)
  const online = person.lastSeen !== null && now - Date.parse(person.lastSeen) < ONLINE_MS
  const refused = person.flags.filter((flag) => flag.includes('refused')).length
  return (
    <>
      <div className={css.crumbs}>
        <Link to="/people">{t('people.title')}</Link>
        <span aria-hidden>›</span>
        <CopyId id={person.id} />
      </div>
      <header className={css.head}>
        <div className={css.headTop}>
          <Avatar initials={initialsOf(person.name)} known={person.kind === 'known'} size={48} />
          <div className={css.headText}>
            <div className={css.nameLine}>
              <h1 className={css.name}>{name}</h1>
              {online && <Chip tone="teal">{t('person.online')}</Chip>}
              {person.kind === 'anonymous' && <Chip>{t('person.anonymous')}</Chip>}
              {refused > 0 && (
                <Link to="." search={{ tab: 'identities' }} className={css.plainLink}>
                  <Chip tone="amber" icon={<IconAlertTriangle />}>
                    {t('person.refusedLinks', { count: refused })}
                  </Chip>
                </Link>
              )}
            </div>
            <p className="ink-2">
              {t('person.since', {
                date: dateOf(person.firstSeen, format),
                count: person.identifiers.length,
              })}
              {person.aliases.length > 0 &&
                ` · ${t('person.aliases', { count: person.aliases.length })}`}
            </p>
          </div>
        </div>
        <FactStrip person={person} />
      </header>
    </>
  )
}

const dateOf = (at: string | null, format: Formats) => (at ? format.date(at) : '—')

function initialsOf(name: string | null): string | null {
  if (!name) return null
  const words = name.split(/\s+/).filter(Boolean)
  return [words[0], words.length > 1 ? words.at(-1) : '']
    .map((word) => word?.charAt(0) ?? '')
    .join('')
    .toUpperCase()
}

function CopyId({ id }: { id: string }) {
  const t = useT()
  return (
    <CopyButton value={id}>
      {({ copied, copy }) => (
        <button
          type="button"
          className={css.copyId}
          onClick={copy}
          aria-label={t('person.copyId', { id })}
        >
          {id.slice(0, 18)}
          {copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
        </button>
      )}
    </CopyButton>
  )
}

const ORDER = 'Order Completed'

function FactStrip({ person }: { person: Person }) {
  const t = useT()
  const format = useFormats()
  const orders = person.eventCounts.find((each) => each.event === ORDER)
  const city = person.traits.city
  const newest = [...person.segments].sort((a, b) => b.enteredAt.localeCompare(a.enteredAt))[0]
  return (
    <dl className={css.facts}>
      <Fact
        label={t('person.fact.lastSeen')}
        note={person.lastSeen ? format.dateTime(person.lastSeen) : '—'}
      >
        <RelativeTime at={person.lastSeen} />
      </Fact>
      <Fact
        label={t('person.fact.events')}
        note={t('person.fact.events.note', { date: dateOf(person.firstSeen, format) })}
      >
        <Link to="." search={{ tab: 'timeline' }} className={css.plainLink}>
          {format.number(person.eventCount)}
        </Link>
      </Fact>
      <Fact
        label={t('person.fact.orders')}
        note={
          orders
            ? t('person.fact.orders.note', { date: format.date(orders.last) })
            : t('person.fact.orders.none')
        }
      >
        {format.number(orders?.count ?? 0)}
      </Fact>
      <Fact label={t('person.fact.city')} note={city?.source?.name ?? t('person.fact.unknown')}>
        {valueText(city?.value, t, format)}
      </Fact>
      <Fact
        label={t('person.fact.segments')}
        note={
          newest
            ? t('person.fact.segments.note', { date: format.date(newest.enteredAt) })
            : t('person.fact.segments.none')
        }
      >
        <Link to="." search={{ tab: 'segments' }} className={css.plainLink}>
          {format.number(person.segments.length)}
        </Link>
      </Fact>
      <Reach person={person} />
    </dl>
  )
}

function Fact({ label, note, children }: { label: string; note: string; children: ReactNode }) {
  return (
    <div className={css.fact}>
      <dt>{label}</dt>
      <dd className={css.factValue}>{children}</dd>
      <dd className={`${css.factNote} ellipsis`}>{note}</dd>
    </div>
  )
}

function Reach({ person }: { person: Person }) {
  const t = useT()
  const state = reachable(person.consents)
  return (
    <div className={`${css.fact} ${css.reach}`}>
      <dt>{t('person.fact.reachable')}</dt>
      <dd className={css.reachChips}>
        {CHANNELS.map((channel) => (
          <Chip
            key={channel}
            tone={state[channel] ? 'teal' : 'outline'}
            icon={
              state[channel] ? <IconCheck /> : state[channel] === false ? <IconX /> : <IconMinus />
            }
          >
            {t(`person.channel.${channel}`)}
          </Chip>
        ))}
      </dd>
      <dd className={css.factNote}>
        {t(person.consents.length ? 'person.fact.reachable.note' : 'person.fact.reachable.none')}
      </dd>
    </div>
  )
}
