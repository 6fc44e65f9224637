import { SegmentedControl } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { Card } from '../../design/Card.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { SkeletonRows } from '../../design/Skeleton.tsx'
import { useT } from '../../i18n/i18n.ts'
import { useIdentity } from './api.ts'
import { describeNodes, GRAPH_LIMIT, othersOnDevices } from './graph.ts'
import { IdentityList } from './IdentityList.tsx'
import { LinkPanel } from './LinkPanel.tsx'
import { MergeHistory } from './MergeHistory.tsx'
import css from './person.module.css'
import type { Identity, Person } from './types.ts'

const IdentityGraph = lazy(() =>
  import('./IdentityGraph.tsx').then((module) => ({ default: module.IdentityGraph })),
)

/** What ties a person's identifiers together, as a picture or as a list with the same facts. */
export function IdentitiesCard({ person }: { person: Person }) {
  const t = useT()
  const identity = useIdentity(person.id)
  const view = useSearch({ from: '/shell/people/$id', select: (search) => search.view })
  const navigate = useNavigate({ from: '/people/$id' })
  return (
    <Card
      flush
      title={t('person.identities.title')}
      note={t('person.identities.note')}
      actions={
        <>
          {identity.data && <MergeHistory identity={identity.data} />}
          <SegmentedControl
            aria-label={t('person.identities.view')}
            value={view ?? 'graph'}
            data={[
              { value: 'graph', label: t('person.identities.graph') },
              { value: 'list', label: t('person.identities.list') },
            ]}
            onChange={(next) =>
              navigate({
                search: (previous) => ({ ...previous, view: next === 'list' ? 'list' : undefined }),
                replace: true,
                resetScroll: false,
              })
            }
          />
        </>
      }
    >
      {identity.isPending && <SkeletonRows count={5} height={58} />}
      {identity.isError && <ErrorState error={identity.error} onRetry={() => identity.refetch()} />}
      {identity.data && <Body person={person} identity={identity.data} list={view === 'list'} />}
    </Card>
  )
}

/** Below this width two columns of nodes do not fit: the list says the same. */
const GRAPH_MIN_WIDTH = 520

type BodyProps = { person: Person; identity: Identity; list: boolean }

function Body({ person, identity, list }: BodyProps) {
  const t = useT()
  const [selected, setSelected] = useState<string | null>(null)
  const { ref, width } = useElementSize()
  const count = describeNodes(identity, person.id).length
  const others = othersOnDevices(identity, person.id)
  const tooMany = count > GRAPH_LIMIT
  const asList = list || tooMany || (width > 0 && width < GRAPH_MIN_WIDTH)
  const choose = (id: string) => setSelected(id === selected ? null : id)
  return (
    <div className={css.identities}>
      <div ref={ref} className={css.identitiesMain}>
        {tooMany && !list && (
          <p className={css.hint}>{t('person.identities.tooMany', { count })}</p>
        )}
        {asList ? (
          <IdentityList person={person} identity={identity} selected={selected} onSelect={choose} />
        ) : (
          <Suspense fallback={<SkeletonRows count={5} height={58} />}>
            {width > 0 && (
              <IdentityGraph
                person={person}
                identity={identity}
                width={width}
                selected={selected}
                onSelect={choose}
              />
            )}
          </Suspense>
        )}
        {others > 0 && (
          <p className={css.hint}>{t('person.identities.others', { count: others })}</p>
        )}
      </div>
      {selected && (
        <LinkPanel
          person={person}
          identity={identity}
          nodeId={selected}
          onClose={() => setSelected(null)}
        />
      )}
    </div>
  )
}
