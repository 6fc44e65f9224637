import { Button } from '@mantine/core'
import { IconBolt, IconFlask } from '@tabler/icons-react'
import { Link, useParams } from '@tanstack/react-router'
import { usePermission } from '../../api/session.ts'
import { Card } from '../../design/Card.tsx'
import { Facts } from '../../design/Facts.tsx'
import { LinkButton } from '../../design/LinkButton.tsx'
import { Num } from '../../design/Num.tsx'
import { PageHeader } from '../../design/PageHeader.tsx'
import { RelativeTime } from '../../design/RelativeTime.tsx'
import { Skeleton } from '../../design/Skeleton.tsx'
import { useToast } from '../../design/Toast.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { PageError } from '../../shell/PageError.tsx'
import { type Source, useSource, useSourceActions } from './api.ts'
import { KeyCard } from './KeyCard.tsx'
import { PartyCard } from './PartyCard.tsx'
import { SnippetCard } from './SnippetCard.tsx'
import css from './Sources.module.css'
import { SourceState } from './source-columns.tsx'
import { VolumeBars } from './VolumeBars.tsx'
import { WaitingBanner } from './WaitingBanner.tsx'

/** One source: what it sends, what to paste, its key. */
export function SourceScreen() {
  const { source: id } = useParams({ from: '/shell/sources/$source' })
  const source = useSource(id)
  if (source.isError) {
    return <PageError error={source.error} onRetry={() => source.refetch()} />
  }
  if (!source.data) return <Skeleton height={420} />
  return <SourcePage source={source.data} />
}

function SourcePage({ source }: { source: Source }) {
  const t = useT()
  const canWrite = usePermission('sources:write')
  const { test } = useSourceActions(source.id)
  const toast = useToast()
  const sendTest = () =>
    test.mutate(undefined, {
      onSuccess: () => toast({ message: t('sources.testSent') }),
      onError: toast,
    })
  return (
    <>
      <PageHeader
        crumbs={[
          <Link key="all" to="/sources">
            {t('shell.nav.sources')}
          </Link>,
          source.name,
        ]}
        title={source.name}
        beside={<SourceState source={source} />}
        lead={t(`sources.kindLead.${source.kind}`)}
        actions={
          <>
            {canWrite && (
              <Button
                variant="default"
                leftSection={<IconFlask size={16} />}
                loading={test.isPending}
                onClick={sendTest}
              >
                {t('sources.sendTest')}
              </Button>
            )}
            <LinkButton
              to="/events"
              search={{ source: source.id }}
              leftSection={<IconBolt size={16} />}
            >
              {t('sources.seeEvents')}
            </LinkButton>
          </>
        }
      />
      <WaitingBanner source={source} />
      <SourceFacts source={source} />
      <div className={css.columns}>
        <SnippetCard source={source} />
        <div className={css.side}>
          <Card title={t('sources.volume')} note={t('sources.volumeNote')}>
            <VolumeBars values={source.perHour} />
          </Card>
          <PartyCard source={source} canWrite={canWrite} />
          <KeyCard source={source} canWrite={canWrite} />
        </div>
      </div>
    </>
  )
}

function SourceFacts({ source }: { source: Source }) {
  const t = useT()
  const format = useFormats()
  const lastHour = source.perMinute.reduce((sum, one) => sum + one, 0)
  const share = source.rejected24h / Math.max(1, source.events24h + source.rejected24h)
  return (
    <Facts
      facts={[
        {
          label: t('sources.lastEvent'),
          value: <RelativeTime at={source.lastEventAt} />,
          note: source.lastEventAt ? format.dateTime(source.lastEventAt) : t('sources.neverYet'),
        },
        {
          label: t('sources.events24h'),
          value: (
            <Link to="/events" search={{ source: source.id }}>
              <Num value={source.events24h} />
            </Link>
          ),
          note: t('sources.lastHour', { count: lastHour, n: format.number(lastHour) }),
        },
        {
          label: t('sources.rejected24h'),
          value: (
            <Link to="/events" search={{ tab: 'problems' }}>
              <Num value={source.rejected24h} />
            </Link>
          ),
          note: t('sources.rejectShare', { share: format.percent(share, 2) }),
        },
        {
          label: t('sources.firstEvent'),
          value: source.firstEventAt ? format.date(source.firstEventAt) : '—',
          note: t('sources.createdOn', { date: format.date(source.createdAt) }),
        },
      ]}
    />
  )
}
