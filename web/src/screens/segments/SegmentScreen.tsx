import { Button, Menu } from '@mantine/core'
import {
  IconArchive,
  IconCopy,
  IconDots,
  IconHourglass,
  IconMasksTheater,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconSend,
} from '@tabler/icons-react'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { usePermission } from '../../api/session.ts'
import { type Fact, Facts } from '../../design/Facts.tsx'
import { LinkButton } from '../../design/LinkButton.tsx'
import { PageHeader } from '../../design/PageHeader.tsx'
import { RelativeTime } from '../../design/RelativeTime.tsx'
import { SkeletonRows } from '../../design/Skeleton.tsx'
import { Sparkline } from '../../design/Sparkline.tsx'
import { Tabs } from '../../design/Tabs.tsx'
import { useToast } from '../../design/Toast.tsx'
import { useFormats } from '../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { PageError } from '../../shell/PageError.tsx'
import { type Segment, type SegmentState, type Stay, useSegment, useSegmentState } from './api.ts'
import { MembersTab } from './MembersTab.tsx'
import { useNames } from './names.ts'
import { ConsumersTab } from './page/ConsumersTab.tsx'
import { FlowsTab } from './page/FlowsTab.tsx'
import { HistoryTab } from './page/HistoryTab.tsx'
import { OverlapTab } from './page/OverlapTab.tsx'
import { PortraitTab } from './page/PortraitTab.tsx'
import { SegmentStateChip } from './SegmentStateChip.tsx'
import { StaysDialog } from './StaysDialog.tsx'
import css from './segments.module.css'
import { sentence } from './sentence.ts'
import { useShelfActions } from './shelf/api.ts'
import { toEditor } from './shelf/RowActions.tsx'
import { useArchiving } from './shelf/useArchiving.ts'
import { useIncludeStaff } from './staff/api.ts'
import { StaffNote } from './staff/StaffNote.tsx'
import { VersionsTab } from './VersionsTab.tsx'

/** One segment: its rule in words, who is in it, how it moved, its versions. */
export function SegmentScreen() {
  const { id } = useParams({ from: '/shell/segments/$id' })
  const { tab = 'members' } = useSearch({ from: '/shell/segments/$id' })
  const t = useT()
  const format = useFormats()
  const segment = useSegment(id)
  if (segment.isPending) return <SkeletonRows count={10} />
  if (segment.isError) {
    return <PageError error={segment.error} onRetry={() => segment.refetch()} />
  }
  return (
    <>
      <SegmentHeader segment={segment.data} />
      <SegmentFacts segment={segment.data} />
      <SegmentStaff segment={segment.data} />
      <Tabs
        label={t('segments.tabs')}
        active={tab}
        items={[
          {
            key: 'members',
            label: t('segments.tab.members'),
            count: format.number(segment.data.size),
          },
          { key: 'history', label: t('segments.tab.history') },
          { key: 'overlap', label: t('segmentPage.overlap') },
          { key: 'flows', label: t('segmentPage.flows.tab') },
          { key: 'profile', label: t('segmentPage.portrait.tab') },
          {
            key: 'consumers',
            label: t('segmentPage.consumers.tab'),
            count: format.number(segment.data.consumers),
          },
          {
            key: 'versions',
            label: t('segments.tab.versions'),
            count: format.number(segment.data.version),
          },
        ]}
      />
      {tab === 'members' && <MembersTab segment={segment.data} />}
      {tab === 'history' && <HistoryTab id={id} />}
      {tab === 'overlap' && <OverlapTab segment={segment.data} />}
      {tab === 'flows' && <FlowsTab segment={segment.data} />}
      {tab === 'profile' && <PortraitTab segment={segment.data} />}
      {tab === 'consumers' && <ConsumersTab segment={segment.data} />}
      {tab === 'versions' && <VersionsTab id={id} />}
    </>
  )
}

function SegmentHeader({ segment }: { segment: Segment }) {
  const t = useT()
  const language = useLanguage()
  const names = useNames()
  const words = segment.rule
    ? sentence(segment.rule, names, language)
    : segment.sentence && localText(segment.sentence, language)
  return (
    <PageHeader
      crumbs={[
        <Link key="list" to="/segments">
          {t('segments.title')}
        </Link>,
      ]}
      title={localText(segment.name, language)}
      beside={<SegmentStateChip segment={segment} />}
      lead={segment.reason ? localText(segment.reason, language) : words}
      actions={<SegmentActions segment={segment} />}
    />
  )
}

function SegmentActions({ segment }: { segment: Segment }) {
  const t = useT()
  const toast = useToast()
  const navigate = useNavigate()
  const language = useLanguage()
  const { change } = useSegmentState(segment.id)
  const { archive, unarchive } = useShelfActions()
  const { putAway } = useArchiving(localText(segment.name, language), {
    archive: (then) => archive.mutate(segment.id, then),
    unarchive: (then) => unarchive.mutate(segment.id, then),
  })
  const [staying, setStaying] = useState(false)
  if (!usePermission('segments:write')) return null
  const to = (state: SegmentState, message: string) => {
    const back = () => change.mutate('live', { onError: toast })
    change.mutate(state, {
      onSuccess: () => toast(state === 'live' ? { message } : { message, undo: back }),
      onError: toast,
    })
  }
  return (
    <>
      <LinkButton
        to="/destinations/new"
        search={{ segment: segment.id }}
        variant="default"
        leftSection={<IconSend size={16} />}
      >
        {t('segments.send')}
      </LinkButton>
      <LinkButton {...toEditor(segment)} leftSection={<IconPencil size={16} />}>
        {t('segments.edit')}
      </LinkButton>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" px={8} aria-label={t('segments.more')}>
            <IconDots size={16} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconCopy size={15} />}
            onClick={() => navigate({ to: '/segments/new', search: { from: segment.id } })}
          >
            {t('segments.copy')}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconMasksTheater size={15} />}
            onClick={() => navigate({ to: '/personas', search: { segment: segment.id } })}
          >
            {t('personas.make')}
          </Menu.Item>
          {segment.stays && (
            <Menu.Item leftSection={<IconHourglass size={15} />} onClick={() => setStaying(true)}>
              {t('segments.stays')}
            </Menu.Item>
          )}
          {segment.state === 'paused' ? (
            <Menu.Item
              leftSection={<IconPlayerPlay size={15} />}
              onClick={() => to('live', t('segments.resumed'))}
            >
              {t('segments.resume')}
            </Menu.Item>
          ) : (
            <Menu.Item
              leftSection={<IconPlayerPause size={15} />}
              onClick={() => to('paused', t('segments.pausedNow'))}
            >
              {t('segments.pause')}
            </Menu.Item>
          )}
          <Menu.Item
            leftSection={<IconArchive size={15} />}
            onClick={() => putAway(() => navigate({ to: '/segments' }))}
          >
            {t('segments.archive')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {staying && <Stays segment={segment} onClose={() => setStaying(false)} />}
    </>
  )
}

function Stays({ segment, onClose }: { segment: Segment; onClose: () => void }) {
  const t = useT()
  const language = useLanguage()
  const toast = useToast()
  const { keepStays } = useShelfActions()
  const { id, stays: before = [] } = segment
  const save = (stays: Stay[]) =>
    keepStays.mutate(
      { id, stays },
      {
        onSuccess: () => {
          const undo = () => keepStays.mutate({ id, stays: before }, { onError: toast })
          toast({ message: t('segments.stays.saved'), undo })
          onClose()
        },
        onError: toast,
      },
    )
  const name = localText(segment.name, language)
  return <StaysDialog name={name} stays={before} onClose={onClose} onSave={save} />
}

/** A class takes its segmentation's word for it. */
function SegmentStaff({ segment }: { segment: Segment }) {
  const t = useT()
  const toast = useToast()
  const include = useIncludeStaff(segment.id)
  const canChange = usePermission('segments:write') && !segment.segmentation
  const change = (includesStaff: boolean) =>
    include.mutate(includesStaff, {
      onSuccess: () => {
        const undo = () => include.mutate(!includesStaff)
        toast({ message: t('segments.staff.saved'), undo })
      },
      onError: toast,
    })
  return (
    <div className={css.staff}>
      <StaffNote includesStaff={segment.includesStaff} onChange={canChange ? change : null} />
    </div>
  )
}

function SegmentFacts({ segment }: { segment: Segment }) {
  const t = useT()
  const format = useFormats()
  const first = segment.trend[0]?.size
  const grown = first ? format.change((segment.size - first) / first) : null
  const by = typeof segment.updatedBy === 'string' ? segment.updatedBy : segment.updatedBy?.name
  const facts: Fact[] = [
    {
      label: t('segments.fact.size'),
      value: (
        <span className={css.factSize}>
          <Link to="/people" search={{ segment: segment.id }} className={css.ink}>
            {format.number(segment.size)}
          </Link>
          <Sparkline values={segment.trend.map((each) => each.size)} />
        </span>
      ),
      note: grown ? t('segments.fact.size.note', { change: grown }) : undefined,
    },
    {
      label: t('segments.fact.entered'),
      value: (
        <Link to="." search={{ tab: 'history' }} className={css.in}>
          {format.signed(segment.entered24h)}
        </Link>
      ),
      note: t('segments.fact.day'),
    },
    {
      label: t('segments.fact.left'),
      value: (
        <Link to="." search={{ tab: 'history' }} className={css.out}>
          {format.signed(-segment.left24h)}
        </Link>
      ),
      note: t('segments.fact.day'),
    },
    {
      label: t('segments.fact.version'),
      value: `v${segment.version}`,
      note: (
        <>
          <RelativeTime at={segment.updatedAt} />
          {by && ` · ${by}`}
        </>
      ),
    },
  ]
  return <Facts facts={facts} />
}
