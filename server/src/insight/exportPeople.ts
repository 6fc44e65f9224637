import { CSV_MARK, csvLine } from '../platform/csv.ts'
import { badRequest } from '../platform/errors.ts'
import type { AskHistory } from './history.ts'
import { maskPath } from './masking.ts'
import { filterOf, PEOPLE_COLUMNS, type PeopleFilter, type PeopleRow, personRow } from './people.ts'
import type { PersonRow } from './schema.ts'

/** What a file of people can tell besides traits. */
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
] as const satisfies readonly (keyof PersonRow)[]

const TRAIT = 'trait.'
const COLUMNS_MAX = 60
/** Rows read at once: the memory of a file does not grow with its length. */
const PAGE_ROWS = 5_000

export type ExportColumns = { own: (typeof EXPORT_COLUMNS)[number][]; traits: string[] }

/** The columns of `id,email,trait.plan`. @throws Problem 400 for one that there is not. */
export function columnsOf(text: string): ExportColumns {
  const names = [...new Set(text.split(',').filter((name) => name !== ''))]
  if (names.length === 0 || names.length > COLUMNS_MAX) {
    throw badRequest('invalid_columns', `A file has 1 to ${COLUMNS_MAX} columns, by commas.`)
  }
  const traits = names.flatMap((name) => (name.startsWith(TRAIT) ? [name.slice(TRAIT.length)] : []))
  const own = names
    .filter((name) => !name.startsWith(TRAIT))
    .map((name) => {
      const known = EXPORT_COLUMNS.find((one) => one === name)
      if (known) return known
      throw badRequest(
        'invalid_columns',
        `There is no column "${name}". Choose of ${EXPORT_COLUMNS.join(', ')}, or trait.<key>.`,
      )
    })
  return { own, traits }
}

type Context = {
  reveals: boolean
  /** Number of a segment → what the file calls it; null for one that is gone. */
  segmentName: (segment: number) => string | null
}

/**
 * The file, page after page: everybody who matches, by id. Who may not see personal data gets
 * masks, and no cell is a formula. It ends with an error when ClickHouse or the asker goes away.
 */
export async function* exportPeople(
  ask: AskHistory,
  filter: PeopleFilter,
  { columns, context }: { columns: ExportColumns; context: Context },
): AsyncGenerator<string> {
  const { where, params } = filterOf(filter)
  yield CSV_MARK + csvLine([...columns.own, ...columns.traits.map((trait) => TRAIT + trait)])
  for (let after: string | null = null; ; ) {
    const rows: (PeopleRow & { traits: string[] })[] = await ask(
      `SELECT ${PEOPLE_COLUMNS}, arrayMap(one -> raw[one], {columns:Array(String)}) AS traits
       FROM profile_current FINAL
       WHERE ${where} ${after === null ? '' : 'AND profile > {after:UUID}'}
       ORDER BY profile LIMIT ${PAGE_ROWS}`,
      { ...params, columns: columns.traits, ...(after === null ? {} : { after }) },
      'heavy',
    )
    if (rows.length > 0) yield rows.map((row) => lineOf(row, columns, context)).join('')
    const last = rows.at(-1)
    if (!last || rows.length < PAGE_ROWS) return
    after = last.profile
  }
}

function lineOf(
  row: PeopleRow & { traits: string[] },
  columns: ExportColumns,
  { reveals, segmentName }: Context,
): string {
  const person = personRow(row, { segmentId: segmentName, reveals })
  const own = columns.own.map((column) => {
    const value = person[column]
    return Array.isArray(value) ? value.join(' | ') : String(value ?? '')
  })
  const traits = columns.traits.map((trait, index) => traitCell(trait, row.traits[index], reveals))
  return csvLine([...own, ...traits])
}

/** Traits are kept as JSON; texts are written as they are, lists and objects as JSON. */
function traitCell(trait: string, json: string | undefined, reveals: boolean): string {
  if (json === undefined || json === '' || json === 'null') return ''
  const value: unknown = JSON.parse(json)
  const shown = reveals ? value : maskPath(trait, value)
  return typeof shown === 'object' ? JSON.stringify(shown) : String(shown)
}
