import { Button, Select } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useState } from 'react'
import { Card } from '../../design/Card.tsx'
import { Copy } from '../../design/Code.tsx'
import { useToast } from '../../design/Toast.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { ArchiveSource } from './ArchiveSource.tsx'
import { type Source, useSourceActions } from './api.ts'
import css from './Sources.module.css'

const overlaps = ['0', '24', '72', '168'] as const

/** The write key: copy it, replace it with an overlap, or archive the source. */
export function KeyCard({ source, canWrite }: { source: Source; canWrite: boolean }) {
  const t = useT()
  const format = useFormats()
  const toast = useToast()
  const { rotate } = useSourceActions(source.id)
  const [overlap, setOverlap] = useState<string>('24')
  return (
    <Card title={t('sources.key')} note={t('sources.keyNote')}>
      <div className={css.keyLine}>
        <code className={css.key}>{source.writeKey}</code>
        <Copy value={source.writeKey} />
      </div>
      {source.previousKeyUntil && (
        <p className={css.previous}>
          {t('sources.previousKey', { date: format.dateTime(source.previousKeyUntil) })}
        </p>
      )}
      {source.writeKeyFixed && <p className="meta">{t('sources.keyFixed')}</p>}
      {canWrite && !source.writeKeyFixed && (
        <div className={css.rotate}>
          <Select
            label={t('sources.overlap')}
            value={overlap}
            onChange={(value) => setOverlap(value ?? '24')}
            data={overlaps.map((value) => ({ value, label: t(`sources.overlap.${value}`) }))}
          />
          <Button
            variant="default"
            leftSection={<IconRefresh size={15} />}
            loading={rotate.isPending}
            onClick={() =>
              rotate.mutate(Number(overlap), {
                onSuccess: () => toast({ message: t('sources.rotated') }),
                onError: toast,
              })
            }
          >
            {t('sources.rotate')}
          </Button>
        </div>
      )}
      {canWrite && <ArchiveSource source={source} />}
    </Card>
  )
}
