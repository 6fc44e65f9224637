import { IconUserQuestion } from '@tabler/icons-react'
import { useParams, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { ApiError } from '../../api/client.ts'
import { EmptyState } from '../../design/EmptyState.tsx'
import { LinkButton } from '../../design/LinkButton.tsx'
import { PageHeader } from '../../design/PageHeader.tsx'
import { Skeleton, SkeletonRows } from '../../design/Skeleton.tsx'
import { type TabItem, Tabs } from '../../design/Tabs.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { PageError } from '../../shell/PageError.tsx'
import { usePerson } from './api.ts'
import { ConsentsCard } from './ConsentsCard.tsx'
import { IdentitiesCard } from './IdentitiesCard.tsx'
import { ObjectsCard } from './ObjectsCard.tsx'
import { PersonDeliveries } from './PersonDeliveries.tsx'
import { PersonHeader } from './PersonHeader.tsx'
import css from './person.module.css'
import type { PersonTab } from './routes.ts'
import { SegmentsTab } from './SegmentsTab.tsx'
import { StaysCard } from './StaysCard.tsx'
import { TimelineCard } from './TimelineCard.tsx'
import { TraitsCard } from './TraitsCard.tsx'
import type { Person } from './types.ts'

/** One person: what they did at the left, what is known at the right. */
export function PersonScreen() {
  const { id } = useParams({ from: '/shell/people/$id' })
  const { tab = 'overview' } = useSearch({ from: '/shell/people/$id' })
  const person = usePerson(id)
  if (person.isPending) return <PersonSkeleton />
  if (person.isError) {
    if (person.error instanceof ApiError && person.error.status === 404) return <NoPerson id={id} />
    return <PageError error={person.error} onRetry={() => person.refetch()} />
  }
  return (
    <>
      <PersonHeader person={person.data} />
      <PersonTabs person={person.data} active={tab} />
      <TabContent person={person.data} tab={tab} />
    </>
  )
}

function PersonTabs({ person, active }: { person: Person; active: PersonTab }) {
  const t = useT()
  const format = useFormats()
  const counted = (key: PersonTab, label: string, count?: number): TabItem => ({
    key,
    label,
    ...(count === undefined ? {} : { count: format.number(count) }),
  })
  return (
    <Tabs
      label={t('person.tabs')}
      active={active}
      items={[
        counted('overview', t('person.tab.overview')),
        counted('timeline', t('person.tab.timeline'), person.eventCount),
        counted('traits', t('person.tab.traits'), Object.keys(person.traits).length),
        counted('identities', t('person.tab.identities'), person.identifiers.length),
        counted('segments', t('person.tab.segments'), person.segments.length),
        counted('consents', t('person.tab.consents')),
        counted('deliveries', t('person.tab.deliveries')),
      ]}
    />
  )
}

const SINGLE: Record<Exclude<PersonTab, 'overview'>, (person: Person) => ReactNode> = {
  timeline: (person) => <TimelineCard person={person} />,
  traits: (person) => (
    <div className={css.stack}>
      <TraitsCard person={person} />
      <ObjectsCard person={person} />
    </div>
  ),
  identities: (person) => <IdentitiesCard person={person} />,
  segments: (person) => <SegmentsTab person={person} />,
  consents: (person) => <ConsentsCard person={person} />,
  deliveries: (person) => <PersonDeliveries person={person} />,
}

function TabContent({ person, tab }: { person: Person; tab: PersonTab }) {
  if (tab !== 'overview') return SINGLE[tab](person)
  return (
    <div className={css.overview}>
      <div className={css.left}>
        <TimelineCard person={person} sessions={6} />
      </div>
      <div className={css.right}>
        <TraitsCard person={person} limit={8} />
        {person.objects.length > 0 && <ObjectsCard person={person} limit={3} />}
        <IdentitiesCard person={person} />
        <div className={css.pair}>
          <StaysCard person={person} limit={6} />
          <ConsentsCard person={person} />
        </div>
      </div>
    </div>
  )
}

function NoPerson({ id }: { id: string }) {
  const t = useT()
  return (
    <>
      <PageHeader title={t('person.missing.title')} />
      <EmptyState
        icon={<IconUserQuestion />}
        title={t('person.missing.empty')}
        why={t('person.missing.why', { id })}
        actions={<LinkButton to="/people">{t('person.missing.action')}</LinkButton>}
      />
    </>
  )
}

function PersonSkeleton() {
  return (
    <>
      <div className={css.head}>
        <div className={css.headTop}>
          <Skeleton width={48} height={48} />
          <Skeleton width={220} height={24} />
        </div>
        <SkeletonRows count={1} height={76} />
      </div>
      <div className={css.overview}>
        <SkeletonRows count={10} height={44} />
        <SkeletonRows count={10} />
      </div>
    </>
  )
}
