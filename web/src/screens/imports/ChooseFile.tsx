import { Button, FileButton } from '@mantine/core'
import { IconFileImport } from '@tabler/icons-react'
import { type DragEvent, useState } from 'react'
import { EmptyState } from '../../design/EmptyState.tsx'
import { useT } from '../../i18n/i18n.ts'
import css from './Imports.module.css'
import { type ReadFile, readCsvFile } from './read-file.ts'

const bytesMax = 200_000_000

/** A file by button or by drop; it is read here, in the browser. */
export function ChooseFile({ onRead }: { onRead: (file: ReadFile) => void }) {
  const t = useT()
  const [reading, setReading] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const read = async (file: File | null | undefined) => {
    if (!file) return
    if (file.size > bytesMax) return setProblem(t('imports.tooLarge'))
    setReading(true)
    setProblem(null)
    try {
      const found = await readCsvFile(file)
      if (found.rows.length === 0) setProblem(t('imports.noRows'))
      else onRead(found)
    } catch {
      setProblem(t('imports.unreadable'))
    } finally {
      setReading(false)
    }
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    read(event.dataTransfer.files[0])
  }
  return (
    <section
      className={css.drop}
      aria-label={t('imports.choose')}
      onDragOver={(event) => event.preventDefault()}
      onDrop={drop}
    >
      <EmptyState
        icon={<IconFileImport />}
        title={t('imports.dropHere')}
        why={t('imports.dropWhy')}
        actions={
          <FileButton onChange={read} accept=".csv,.tsv,.txt,text/csv">
            {(props) => (
              <Button {...props} loading={reading}>
                {t('imports.choose')}
              </Button>
            )}
          </FileButton>
        }
      />
      {problem && (
        <p className={css.problem} role="alert">
          {problem}
        </p>
      )}
    </section>
  )
}
