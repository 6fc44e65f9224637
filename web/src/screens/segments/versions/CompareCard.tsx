import { Button } from '@mantine/core'
import { IconArrowsExchange, IconMinus, IconPlus, IconRestore } from '@tabler/icons-react'
import { useState } from 'react'
import { usePermission } from '../../../api/session.ts'
import { ErrorState } from '../../../design/ErrorState.tsx'
import { SkeletonRows } from '../../../design/Skeleton.tsx'
import { useToast } from '../../../design/Toast.tsx'
import { useFormats } from '../../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../../i18n/i18n.ts'
import { type Effects, useDiff } from '../api.ts'
import { EffectsChoice } from '../EffectsChoice.tsx'
import { type Comparison, useComparison, useRestore } from './api.ts'
import css from './versions.module.css'

type CompareCardProps = { id: string; version: number; current: number }

/** What an earlier version has that the one in force has not, and the way back to it. */
export function CompareCard({ id, version, current }: CompareCardProps) {
  const comparison = useComparison(id, { from: current, to: version })
  return (
    <div className={css.compare}>
      {comparison.isPending && <SkeletonRows count={2} />}
      {comparison.isError && (
        <ErrorState error={comparison.error} onRetry={() => comparison.refetch()} />
      )}
      {comparison.data && (
        <>
          <Lines comparison={comparison.data} />
          <People comparison={comparison.data} />
          <Restore id={id} version={version} current={current} />
        </>
      )}
    </div>
  )
}

function Lines({ comparison }: { comparison: Comparison }) {
  const t = useT()
  const language = useLanguage()
  const { added, removed, kept, isRegrouped } = comparison
  return (
    <ul className={css.lines}>
      {removed.map((line) => (
        <li key={`-${line.path}`} className={css.removed}>
          <IconMinus size={14} aria-label={t('segments.compare.removed')} />
          {localText(line.sentence, language)}
        </li>
      ))}
      {added.map((line) => (
        <li key={`+${line.path}`} className={css.added}>
          <IconPlus size={14} aria-label={t('segments.compare.added')} />
          {localText(line.sentence, language)}
        </li>
      ))}
      {isRegrouped && (
        <li className={css.regrouped}>
          <IconArrowsExchange size={14} aria-hidden />
          {t('segments.compare.regrouped')}
        </li>
      )}
      {kept.length > 0 && (
        <li className="meta">{t('segments.compare.kept', { count: kept.length })}</li>
      )}
    </ul>
  )
}

function People({ comparison }: { comparison: Comparison }) {
  const t = useT()
  const format = useFormats()
  return (
    <p className={css.people}>
      {t('segments.review.enters')} <b className={css.in}>{format.signed(comparison.enters)}</b> ·{' '}
      {t('segments.review.leaves')} <b className={css.out}>{format.signed(-comparison.leaves)}</b> ·{' '}
      {t('segments.review.stays')} <b>{format.number(comparison.stays)}</b>
    </p>
  )
}

function Restore({ id, version, current }: CompareCardProps) {
  const t = useT()
  const toast = useToast()
  const restore = useRestore(id)
  const diff = useDiff(id, { version })
  const [effects, setEffects] = useState<Effects>('none')
  const canEdit = usePermission('segments:write')
  if (!canEdit) return null
  const again = () =>
    restore.mutate(
      { version, effects },
      {
        onSuccess: () => {
          const undo = () =>
            restore.mutate({ version: current, effects: 'none' }, { onError: toast })
          toast({ message: t('segments.versions.done', { version }), undo })
        },
        onError: toast,
      },
    )
  return (
    <>
      {diff.data && <EffectsChoice diff={diff.data} value={effects} onChange={setEffects} />}
      <Button
        variant="default"
        size="xs"
        leftSection={<IconRestore size={15} />}
        loading={restore.isPending}
        onClick={again}
      >
        {t('segments.versions.again', { version })}
      </Button>
    </>
  )
}
