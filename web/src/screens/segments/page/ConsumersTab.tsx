import { IconCircles, IconMasksTheater, IconPlugConnected, IconSend } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Card } from '../../../design/Card.tsx'
import { Chip } from '../../../design/Chip.tsx'
import { EmptyState } from '../../../design/EmptyState.tsx'
import { ErrorState } from '../../../design/ErrorState.tsx'
import { LinkButton } from '../../../design/LinkButton.tsx'
import { Skeleton } from '../../../design/Skeleton.tsx'
import { localText, useLanguage, useT } from '../../../i18n/i18n.ts'
import { usePersonas } from '../../personas/api.ts'
import type { Segment } from '../api.ts'
import { type Consumers, useConsumers } from './api.ts'
import css from './page.module.css'

/** What works with a segment: destinations, segments that refer to it, personas. */
export function ConsumersTab({ segment }: { segment: Segment }) {
  const t = useT()
  const language = useLanguage()
  const consumers = useConsumers(segment.id)
  const personas = usePersonas()
  if (consumers.isPending) return <Skeleton height={220} />
  if (consumers.isError) {
    return <ErrorState error={consumers.error} onRetry={() => consumers.refetch()} />
  }
  const { destinations, segments } = consumers.data
  const faces = (personas.data ?? []).filter((one) => one.segment.id === segment.id)
  if (destinations.length + segments.length + faces.length === 0) {
    return (
      <EmptyState
        icon={<IconPlugConnected />}
        title={t('segmentPage.consumers.empty')}
        why={t('segmentPage.consumers.empty.why')}
        actions={
          <LinkButton to="/destinations/new" search={{ segment: segment.id }} variant="default">
            {t('segments.send')}
          </LinkButton>
        }
      />
    )
  }
  return (
    <Card title={t('segmentPage.consumers')} note={t('segmentPage.consumers.note')} flush>
      <ul className={css.users}>
        {destinations.map((one) => (
          <User
            key={one.id}
            icon={<IconSend size={16} />}
            kind={t('segmentPage.consumers.destination')}
          >
            <Link to="/destinations/$id" params={{ id: one.id }}>
              {one.name}
            </Link>
            <Triggers destination={one} />
          </User>
        ))}
        {segments.map((one) => (
          <User
            key={one.id}
            icon={<IconCircles size={16} />}
            kind={t('segmentPage.consumers.segment')}
          >
            <Link to="/segments/$id" params={{ id: one.id }}>
              {localText(one.name, language)}
            </Link>
          </User>
        ))}
        {faces.map((one) => (
          <User
            key={one.id}
            icon={<IconMasksTheater size={16} />}
            kind={t('segmentPage.consumers.persona')}
          >
            <Link to="/personas/$id" params={{ id: one.id }}>
              {one.name}
            </Link>
          </User>
        ))}
      </ul>
    </Card>
  )
}

function User({ icon, kind, children }: { icon: ReactNode; kind: string; children: ReactNode }) {
  return (
    <li>
      <span className={css.userKind}>
        {icon}
        {kind}
      </span>
      <span className={css.userName}>{children}</span>
    </li>
  )
}

/** On which moves a destination is told, and whether it is at all. */
function Triggers({ destination }: { destination: Consumers['destinations'][number] }) {
  const t = useT()
  return (
    <>
      {destination.on.includes('entered') && (
        <Chip tone="outline">{t('segmentPage.consumers.entered')}</Chip>
      )}
      {destination.on.includes('left') && (
        <Chip tone="outline">{t('segmentPage.consumers.left')}</Chip>
      )}
      {!destination.enabled && <Chip tone="amber">{t('segmentPage.consumers.off')}</Chip>}
    </>
  )
}
