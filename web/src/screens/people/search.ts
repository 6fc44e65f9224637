import { PEOPLE_SORTS, type PeopleSearch } from './api.ts'

/** Keeps the filters that mean something; anything else in the address is ignored. */
export function readPeopleSearch(raw: Record<string, unknown>): PeopleSearch {
  const search: PeopleSearch = {}
  const text = (key: 'q' | 'segment' | 'city') => {
    const value = raw[key]
    if (typeof value === 'string' && value) search[key] = value
    if (typeof value === 'number') search[key] = String(value)
  }
  text('q')
  text('segment')
  text('city')
  if (raw.kind === 'known' || raw.kind === 'anonymous') search.kind = raw.kind
  const sort = PEOPLE_SORTS.find((each) => each === raw.sort)
  if (sort) search.sort = sort
  if (raw.order === 'asc' || raw.order === 'desc') search.order = raw.order
  return search
}
