import { Button } from '@mantine/core'
import { IconRestore } from '@tabler/icons-react'
import { usePermission } from '../../api/session.ts'
import { Card } from '../../design/Card.tsx'
import { Chip } from '../../design/Chip.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { RelativeTime } from '../../design/RelativeTime.tsx'
import { SkeletonRows } from '../../design/Skeleton.tsx'
import { useToast } from '../../design/Toast.tsx'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { type SegmentVersion, usePublish, useSegment, useSegmentVersions } from './api.ts'
import { useNames } from './names.ts'
import type { Rule } from './rule.ts'
import css from './segments.module.css'
import { sentence } from './sentence.ts'

/** Every version of the rule in words; an earlier one can be published again. */
export function VersionsTab({ id }: { id: string }) {
  const t = useT()
  const versions = useSegmentVersions(id)
  const rows = [...(versions.data ?? [])].sort((a, b) => b.version - a.version)
  return (
    <Card flush title={t('segments.versions')} note={t('segments.versions.note')}>
      {versions.isPending && <SkeletonRows count={4} height={52} />}
      {versions.isError && <ErrorState error={versions.error} onRetry={() => versions.refetch()} />}
      <ol>
        {rows.map((version, index) => (
          <Version key={version.version} id={id} version={version} current={index === 0} />
        ))}
      </ol>
    </Card>
  )
}

type VersionProps = { id: string; version: SegmentVersion; current: boolean }

function Version({ id, version, current }: VersionProps) {
  const t = useT()
  const language = useLanguage()
  const names = useNames()
  const canEdit = usePermission('segments:write')
  const by = version.author ?? version.by
  const words = version.rule
    ? sentence(version.rule, names, language)
    : version.sentence && localText(version.sentence, language)
  return (
    <li className={css.version}>
      <span className={css.versionHead}>
        <b>v{version.version}</b>
        {current && <Chip tone="teal">{t('segments.versions.current')}</Chip>}
        <span className="meta">
          <RelativeTime at={version.at ?? version.createdAt} />
          {by && ` · ${typeof by === 'string' ? by : by.name}`}
        </span>
      </span>
      <p className={css.versionWords}>{words}</p>
      {!current && canEdit && version.rule && (
        <Republish id={id} version={version.version} rule={version.rule} />
      )}
    </li>
  )
}

function Republish({ id, version, rule }: { id: string; version: number; rule: Rule }) {
  const t = useT()
  const toast = useToast()
  const segment = useSegment(id)
  const publish = usePublish(id)
  const failed = (error: Error) => toast({ message: error.message, tone: 'error' })
  const again = () => {
    const before = segment.data
    if (!before) return
    const undo = () => publish.mutate({ name: before.name, rule: before.rule }, { onError: failed })
    publish.mutate(
      { name: before.name, rule },
      {
        onSuccess: () => toast({ message: t('segments.versions.done', { version }), undo }),
        onError: failed,
      },
    )
  }
  return (
    <Button
      variant="default"
      size="xs"
      leftSection={<IconRestore size={15} />}
      loading={publish.isPending}
      disabled={!segment.data}
      onClick={again}
    >
      {t('segments.versions.again', { version })}
    </Button>
  )
}
