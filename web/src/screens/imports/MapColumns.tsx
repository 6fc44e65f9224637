import { Button, Select } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { Card } from '../../design/Card.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { useBackgroundWork } from '../../design/ProgressTray.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { useCreateSource, useSources } from '../sources/api.ts'
import { ColumnTable } from './ColumnTable.tsx'
import css from './Imports.module.css'
import { guessMapping, identifies, type Mapping, toIdentify } from './mapping.ts'
import { Preview } from './Preview.tsx'
import type { ReadFile } from './read-file.ts'
import { sendImport } from './send.ts'

type MapColumnsProps = { file: ReadFile; onBack: () => void }

/** The choice of a source that does not exist yet. */
const newSource = '+new'

const delimiterNames = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' } as const

/** What each column becomes, what will come out, and the send with its number in the button. */
export function MapColumns({ file, onBack }: MapColumnsProps) {
  const t = useT()
  const format = useFormats()
  const navigate = useNavigate()
  const { start } = useBackgroundWork()
  const sources = useSources()
  const create = useCreateSource()
  const [mapping, setMapping] = useState<Mapping>(() => guessMapping(file.headers))
  const [sourceId, setSourceId] = useState<string | null>(null)
  const all = sources.data?.data ?? []
  const chosen = sourceId ?? all.find((one) => one.kind === 'import')?.id ?? newSource
  const sendable = useMemo(
    () => file.rows.filter((row) => toIdentify(row, mapping, { file: file.name, line: 0 })).length,
    [file, mapping],
  )
  const ready = sources.isSuccess && mapping.some(identifies) && sendable > 0
  const send = async () => {
    const source =
      all.find((one) => one.id === chosen) ??
      (await create.mutateAsync({ name: t('sources.kind.import'), kind: 'import' }))
    const job = { file: file.name, rows: file.rows, mapping, writeKey: source.writeKey }
    const task = { name: t('imports.task', { file: file.name }), total: file.rows.length }
    start(task, async (control) => {
      const { sent, skipped } = await sendImport(job, control)
      return t('imports.result', { sent: format.number(sent), skipped: format.number(skipped) })
    })
    navigate({ to: '/events', search: { source: source.id } })
  }
  return (
    <div className={css.stack}>
      <Card
        flush
        title={file.name}
        note={t('imports.read', {
          rows: format.number(file.rows.length),
          columns: file.headers.length,
          delimiter: t(`imports.delimiter.${delimiterNames[file.delimiter]}`),
        })}
        actions={
          <Button size="xs" variant="default" onClick={onBack}>
            {t('imports.other')}
          </Button>
        }
      >
        <ColumnTable file={file} mapping={mapping} onChange={setMapping} />
      </Card>
      <Preview file={file} mapping={mapping} />
      <div className={css.send}>
        <Select
          label={t('imports.source')}
          description={t('imports.sourceWhy')}
          value={chosen}
          data={[
            ...all.map((one) => ({ value: one.id, label: one.name })),
            { value: newSource, label: t('imports.newSource') },
          ]}
          onChange={setSourceId}
        />
        <Button disabled={!ready} loading={create.isPending} onClick={send}>
          {t('imports.send', { count: sendable, n: format.number(sendable) })}
        </Button>
        {create.isError && <ErrorState error={create.error} />}
        <p className="meta">
          {mapping.some(identifies)
            ? t('imports.skipped', {
                count: file.rows.length - sendable,
                n: format.number(file.rows.length - sendable),
              })
            : t('imports.needsIdentifier')}
        </p>
      </div>
    </div>
  )
}
