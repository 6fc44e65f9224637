import { Button } from '@mantine/core'
import { IconGitCompare } from '@tabler/icons-react'
import { useState } from 'react'
import { Card } from '../../design/Card.tsx'
import { Chip } from '../../design/Chip.tsx'
import { EmptyState } from '../../design/EmptyState.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { RelativeTime } from '../../design/RelativeTime.tsx'
import { SkeletonRows } from '../../design/Skeleton.tsx'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { type SegmentVersion, useSegmentVersions } from './api.ts'
import { useNames } from './names.ts'
import css from './segments.module.css'
import { sentence } from './sentence.ts'
import { CompareCard } from './versions/CompareCard.tsx'

/** Every version of the rule in words; an earlier one can be compared, and published again. */
export function VersionsTab({ id }: { id: string }) {
  const t = useT()
  const versions = useSegmentVersions(id)
  const rows = [...(versions.data ?? [])].sort((a, b) => b.version - a.version)
  const current = rows[0]?.version ?? 0
  return (
    <Card flush title={t('segments.versions')} note={t('segments.versions.note')}>
      {versions.isPending && <SkeletonRows count={4} height={52} />}
      {versions.isError && <ErrorState error={versions.error} onRetry={() => versions.refetch()} />}
      {versions.data?.length === 0 && (
        <EmptyState
          icon={<IconGitCompare />}
          title={t('segments.versions.empty')}
          why={t('segments.versions.empty.why')}
        />
      )}
      <ol>
        {rows.map((version) => (
          <Version key={version.version} id={id} version={version} current={current} />
        ))}
      </ol>
    </Card>
  )
}

type VersionProps = { id: string; version: SegmentVersion; current: number }

function Version({ id, version, current }: VersionProps) {
  const t = useT()
  const language = useLanguage()
  const names = useNames()
  const [open, setOpen] = useState(false)
  const by = version.author ?? version.by
  const words = version.rule
    ? sentence(version.rule, names, language)
    : version.sentence && localText(version.sentence, language)
  const isCurrent = version.version === current
  return (
    <li className={css.version}>
      <span className={css.versionHead}>
        <b>v{version.version}</b>
        {isCurrent && <Chip tone="teal">{t('segments.versions.current')}</Chip>}
        <span className="meta">
          <RelativeTime at={version.at ?? version.createdAt} />
          {by && ` · ${typeof by === 'string' ? by : by.name}`}
        </span>
      </span>
      <p className={css.versionWords}>{words}</p>
      {!isCurrent && (
        <Button
          variant="default"
          size="xs"
          leftSection={<IconGitCompare size={15} />}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {t('segments.compare', { version: current })}
        </Button>
      )}
      {open && <CompareCard id={id} version={version.version} current={current} />}
    </li>
  )
}
