import type { PersonRow } from './api.ts'

const COLUMNS = [
  'id',
  'name',
  'kind',
  'email',
  'phone',
  'city',
  'firstSeen',
  'lastSeen',
  'events',
  'identifiers',
] as const satisfies readonly (keyof PersonRow)[]

/** The list of people as the rows of a file, its heads first. */
export function peopleTable(people: readonly PersonRow[]): string[][] {
  const row = (person: PersonRow) => COLUMNS.map((column) => String(person[column] ?? ''))
  return [[...COLUMNS], ...people.map(row)]
}
