import { Button, Select } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { Card } from '../../design/Card.tsx'
import { useBackgroundWork } from '../../design/ProgressTray.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { useSources } from '../sources/api.ts'
import { ColumnTable } from './ColumnTable.tsx'
import css from './Imports.module.css'
import { guessMapping, identifies, type Mapping, toIdentify } from './mapping.ts'
import { Preview } from './Preview.tsx'
import type { ReadFile } from './read-file.ts'
import { sendImport } from './send.ts'

type MapColumnsProps = { file: ReadFile; onBack: () => void }

const delimiterNames = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' } as const

/** What each column becomes, what will come out, and the send with its number in the button. */
export function MapColumns({ file, onBack }: MapColumnsProps) {
  const t = useT()
  const format = useFormats()
  const navigate = useNavigate()
  const { start } = useBackgroundWork()
  const sources = useSources()
  const [mapping, setMapping] = useState<Mapping>(() => guessMapping(file.headers))
  const [sourceId, setSourceId] = useState<string | null>(null)
  const all = sources.data?.data ?? []
  const source =
    all.find((one) => one.id === sourceId) ?? all.find((one) => one.kind === 'import') ?? all[0]
  const sendable = useMemo(
    () => file.rows.filter((row) => toIdentify(row, mapping, { file: file.name, line: 0 })).length,
    [file, mapping],
  )
  const ready = source !== undefined && mapping.some(identifies) && sendable > 0
  const send = () => {
    if (!source) return
    const job = { file: file.name, rows: file.rows, mapping, writeKey: source.writeKey }
    start(
      { name: t('imports.task', { file: file.name }), total: file.rows.length },
      async (control) => {
        const { sent, skipped } = await sendImport(job, control)
        return t('imports.result', { sent: format.number(sent), skipped: format.number(skipped) })
      },
    )
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
          value={source?.id ?? null}
          data={all.map((one) => ({ value: one.id, label: one.name }))}
          onChange={setSourceId}
        />
        <Button disabled={!ready} onClick={send}>
          {t('imports.send', { count: sendable, n: format.number(sendable) })}
        </Button>
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
