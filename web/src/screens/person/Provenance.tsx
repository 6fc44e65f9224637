import { CloseButton, Popover } from '@mantine/core'
import { IconCircle, IconCircleCheckFilled } from '@tabler/icons-react'
import { useState } from 'react'
import { ErrorState } from '../../design/ErrorState.tsx'
import { SkeletonRows } from '../../design/Skeleton.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { useTraitHistory } from './api.ts'
import css from './person.module.css'
import type { TraitVersion } from './types.ts'
import { valueText } from './words.ts'

type ProvenanceProps = { personId: string; traitKey: string; name: string }

/** Every value that a trait has had: the one kept, and why the others are not. */
export function Provenance({ personId, traitKey, name }: ProvenanceProps) {
  const t = useT()
  const [open, setOpen] = useState(false)
  const history = useTraitHistory(personId, open ? traitKey : null)
  const count = history.data?.length
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      width={392}
      position="bottom-end"
      trapFocus
      withinPortal
    >
      <Popover.Target>
        <button
          type="button"
          className={css.quiet}
          aria-label={t('person.history.of', { trait: name })}
          onClick={() => setOpen(!open)}
        >
          {t('person.history')}
        </button>
      </Popover.Target>
      <Popover.Dropdown
        className={css.provenance}
        aria-label={t('person.history.of', { trait: name })}
      >
        <div className={css.provenanceHead}>
          <strong>{count ? t('person.history.title', { trait: name, count }) : name}</strong>
          <CloseButton size={24} aria-label={t('design.close')} onClick={() => setOpen(false)} />
        </div>
        <p className="meta">{t('person.history.rule')}</p>
        {history.isPending && <SkeletonRows count={3} height={40} />}
        {history.isError && <ErrorState error={history.error} onRetry={() => history.refetch()} />}
        <ol>
          {history.data?.slice(0, 12).map((version, index) => (
            <Candidate
              key={`${version.time} ${JSON.stringify(version.value)}`}
              version={version}
              kept={index === 0}
            />
          ))}
        </ol>
      </Popover.Dropdown>
    </Popover>
  )
}

function Candidate({ version, kept }: { version: TraitVersion; kept: boolean }) {
  const t = useT()
  const format = useFormats()
  return (
    <li className={`${css.candidate} ${kept ? css.kept : ''}`}>
      {kept ? (
        <IconCircleCheckFilled size={16} aria-hidden />
      ) : (
        <IconCircle size={16} aria-hidden />
      )}
      <span className={css.candidateValue}>{valueText(version.value, t, format)}</span>
      <span className="meta">
        {version.source?.name ?? '—'}
        <br />
        {format.dateTime(version.time)}
      </span>
      <span className={css.candidateWhy}>
        {t(kept ? 'person.history.kept' : 'person.history.older')}
      </span>
    </li>
  )
}
