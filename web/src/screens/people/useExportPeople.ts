import { downloadCsv } from '../../design/csv-file.ts'
import { useBackgroundWork } from '../../design/ProgressTray.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { type PeopleSearch, readAllPeople } from './api.ts'
import { peopleTable } from './csv.ts'

/** Saves every person that matches as a CSV file, in the background with a cancel. */
export function useExportPeople(): (search: PeopleSearch, total: number) => void {
  const t = useT()
  const format = useFormats()
  const work = useBackgroundWork()
  return (search, total) =>
    work.start({ name: t('people.export.task'), total }, async ({ report, signal }) => {
      const people = await readAllPeople(search, { signal, onProgress: (rows) => report(rows) })
      downloadCsv(t('people.export.file'), peopleTable(people))
      return t('people.export.done', { count: people.length, n: format.number(people.length) })
    })
}
