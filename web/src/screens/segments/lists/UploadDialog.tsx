import { Button, FileInput, Modal, SegmentedControl, Select } from '@mantine/core'
import { IconFileTypeCsv } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import { ApiError } from '../../../api/client.ts'
import { useFormats } from '../../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../../i18n/i18n.ts'
import { namespaceName } from '../../person/words.ts'
import { NAMESPACES } from '../fields.ts'
import { type ListChange, type ListRow, type UploadChoice, useListActions } from './api.ts'
import { guessNamespace, type Head, readHead } from './head.ts'
import css from './lists.module.css'

/** A file of people: which column names them, and whether they come onto the list or off it. */
export function UploadDialog({ list, onClose }: { list: ListRow; onClose: () => void }) {
  const t = useT()
  const language = useLanguage()
  const { upload } = useListActions()
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={<strong>{t('lists.upload.to', { name: localText(list.name, language) })}</strong>}
      closeButtonProps={{ 'aria-label': t('design.close') }}
    >
      {upload.data ? (
        <Result change={upload.data} onClose={onClose} />
      ) : (
        <UploadForm
          sending={upload.isPending}
          problem={upload.isError ? sentenceOf(upload.error, language) : null}
          onChoose={upload.reset}
          onSend={(file, choice) => upload.mutate({ id: list.id, file, choice })}
        />
      )}
    </Modal>
  )
}

/** What is wrong with the file, in the reader's language where the server says it so. */
function sentenceOf(error: Error, language: 'fr' | 'en'): string {
  const said = error instanceof ApiError ? error.errors[0]?.messages : undefined
  return said ? said[language] : error.message
}

/** What is chosen from is a part of the dialog, not of the page behind it. */
const IN_DIALOG = { withinPortal: false }

type UploadFormProps = {
  sending: boolean
  problem: string | null
  /** Another file: what was wrong with the last one is no matter. */
  onChoose: () => void
  onSend: (file: File, choice: UploadChoice) => void
}

type Chosen = { file: File; head: Head; column: string; namespace: string }

function UploadForm({ sending, problem, onChoose, onSend }: UploadFormProps) {
  const t = useT()
  const [chosen, setChosen] = useState<Chosen | null>(null)
  const [unreadable, setUnreadable] = useState(false)
  const [change, setChange] = useState<UploadChoice['change']>('add')
  const read = async (file: File | null) => {
    onChoose()
    const head = file && (await readHead(file))
    setUnreadable(file !== null && head === null)
    setChosen(file && head ? { file, head, ...guessNamespace(head) } : null)
  }
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (!chosen) return
    const { file, head, column, namespace } = chosen
    onSend(file, { column, namespace, delimiter: head.delimiter, change })
  }
  return (
    <form onSubmit={send} className={css.form}>
      <FileInput
        label={t('lists.upload.file')}
        description={t('lists.upload.file.hint')}
        placeholder={t('lists.upload.choose')}
        accept=".csv,.tsv,.txt,text/csv"
        leftSection={<IconFileTypeCsv size={16} />}
        value={chosen?.file ?? null}
        error={unreadable && t('lists.upload.unreadable')}
        onChange={read}
      />
      {chosen && (
        <>
          <Columns chosen={chosen} onChange={setChosen} />
          <SegmentedControl
            aria-label={t('lists.upload.change')}
            value={change}
            data={[
              { value: 'add', label: t('lists.upload.add') },
              { value: 'remove', label: t('lists.upload.remove') },
            ]}
            onChange={(next) => setChange(next === 'remove' ? 'remove' : 'add')}
          />
        </>
      )}
      {problem && (
        <p role="alert" className={css.problem}>
          {problem}
        </p>
      )}
      <div className={css.end}>
        <Button type="submit" disabled={!chosen} loading={sending}>
          {t('lists.upload.send')}
        </Button>
      </div>
    </form>
  )
}

function Columns({ chosen, onChange }: { chosen: Chosen; onChange: (next: Chosen) => void }) {
  const t = useT()
  const { head, column, namespace } = chosen
  const at = head.columns.indexOf(column)
  return (
    <>
      <div className={css.pair}>
        <Select
          label={t('lists.upload.column')}
          comboboxProps={IN_DIALOG}
          data={head.columns}
          value={column}
          onChange={(next) => next && onChange({ ...chosen, column: next })}
        />
        <Select
          label={t('lists.upload.namespace')}
          comboboxProps={IN_DIALOG}
          data={NAMESPACES.map((each) => ({ value: each, label: namespaceName(each, t) }))}
          value={namespace}
          onChange={(next) => next && onChange({ ...chosen, namespace: next })}
        />
      </div>
      <p className="meta">
        {t('lists.upload.sample', {
          values: head.rows
            .map((row) => row[at] ?? '')
            .filter(Boolean)
            .slice(0, 3)
            .join(', '),
        })}
      </p>
    </>
  )
}

function Result({ change, onClose }: { change: ListChange; onClose: () => void }) {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  return (
    <div className={css.form} role="status">
      <p>
        <b>{t(`lists.${change.kind}`, { count: change.taken, n: format.number(change.taken) })}</b>
      </p>
      <p className="meta">{t('lists.upload.known')}</p>
      {change.rejected.length > 0 && (
        <ul className={css.reasons}>
          {change.rejected.map((each) => (
            <li key={each.reason}>
              <b>{format.number(each.count)}</b> {localText(each.text, language)}
            </li>
          ))}
        </ul>
      )}
      <div className={css.end}>
        <Button onClick={onClose}>{t('design.close')}</Button>
      </div>
    </div>
  )
}
