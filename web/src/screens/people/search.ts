import { type Behind, PEOPLE_SORTS, type PeopleSearch } from './api.ts'

/** Keeps the filters that mean something; anything else in the address is ignored. */
export function readPeopleSearch(raw: Record<string, unknown>): PeopleSearch {
  const search: PeopleSearch = readBehind(raw)
  const text = (key: 'q' | 'segment' | 'city' | 'trait' | 'value') => {
    const value = raw[key]
    if (typeof value === 'string' && value) search[key] = value
    if (typeof value === 'number' || typeof value === 'boolean') search[key] = String(value)
  }
  text('q')
  text('segment')
  text('city')
  text('trait')
  text('value')
  if (raw.kind === 'known' || raw.kind === 'anonymous') search.kind = raw.kind
  const sort = PEOPLE_SORTS.find((each) => each === raw.sort)
  if (sort) search.sort = sort
  if (raw.order === 'asc' || raw.order === 'desc') search.order = raw.order
  return search
}

const BEHIND_TEXTS = ['in', 'out', 'entered', 'left', 'since', 'until', 'via', 'stayed'] as const
const BEHIND_NUMBERS = ['within', 'least', 'most'] as const

function readBehind(raw: Record<string, unknown>): Behind {
  const behind: Behind = {}
  for (const key of BEHIND_TEXTS) {
    const value = raw[key]
    if (typeof value === 'string' && value) behind[key] = value
  }
  for (const key of BEHIND_NUMBERS) {
    const value = raw[key]
    if (typeof value === 'number' && value >= 0) behind[key] = value
  }
  if (raw.stay === 'ended' || raw.stay === 'lasting') behind.stay = raw.stay
  return behind
}

/** The address of the list of people behind a number. */
export function peopleHref(search: PeopleSearch): string {
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(search)) {
    if (value !== undefined) query.set(key, String(value))
  }
  return `/people?${query}`
}

/** The list without what a number of a segment was about. */
export const withoutBehind: Record<keyof Behind, undefined> = {
  in: undefined,
  out: undefined,
  entered: undefined,
  left: undefined,
  since: undefined,
  until: undefined,
  via: undefined,
  within: undefined,
  stayed: undefined,
  stay: undefined,
  least: undefined,
  most: undefined,
}
