import { api } from '../../api/client.ts'
import { saveBlob } from '../../design/csv-file.ts'
import { useBackgroundWork } from '../../design/ProgressTray.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { type PeopleSearch, peopleQuery } from './api.ts'

/** Columns of a file besides traits, as the API calls them. */
export const EXPORT_COLUMNS = [
  'id',
  'name',
  'kind',
  'email',
  'phone',
  'city',
  'firstSeen',
  'lastSeen',
  'events',
  'segments',
  'identifiers',
] as const

type Wish = {
  search: PeopleSearch
  total: number
  columns: readonly string[]
  language: 'fr' | 'en'
}

/** Saves everybody who matches as a CSV file, in the background with a cancel. */
export function useExportPeople(): (wish: Wish) => void {
  const t = useT()
  const format = useFormats()
  const work = useBackgroundWork()
  return ({ search, total, columns, language }) =>
    work.start({ name: t('people.export.task'), total }, async ({ report, signal }) => {
      const { sort: _sort, order: _order, ...filters } = peopleQuery(search)
      const response = await api.stream('/profiles/export', {
        query: { ...filters, columns: columns.join(','), language },
        signal,
      })
      const { parts, lines } = await readLines(response, (read) => report(Math.max(0, read - 1)))
      saveBlob(t('people.export.file'), new Blob(parts, { type: 'text/csv' }))
      const people = Math.max(0, lines - 1)
      return t('people.export.done', { count: people, n: format.number(people) })
    })
}

const CARRIAGE_RETURN = 13

/** The bytes of an answer as they come; `onLines` hears how many lines have ended. */
async function readLines(response: Response, onLines: (lines: number) => void) {
  const parts: Uint8Array<ArrayBuffer>[] = []
  let lines = 0
  const reader = response.body?.getReader()
  for (;;) {
    const next = await reader?.read()
    if (!next || next.done) return { parts, lines }
    parts.push(next.value as Uint8Array<ArrayBuffer>)
    // A line ends with CR LF; within a cell a line break is LF alone.
    for (const byte of next.value) if (byte === CARRIAGE_RETURN) lines += 1
    onLines(lines)
  }
}
