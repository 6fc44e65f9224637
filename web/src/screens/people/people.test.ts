import { describe, expect, it } from 'vitest'
import { peopleQuery } from './api.ts'
import { peopleHref, readPeopleSearch } from './search.ts'

describe('the filters in the address', () => {
  it('keeps what means something, also an identifier that looks like a number', () => {
    expect(readPeopleSearch({ q: 4417082, kind: 'known', sort: 'shoe size', order: 'up' })).toEqual(
      {
        q: '4417082',
        kind: 'known',
      },
    )
  })
  it('sorts by last seen, newest first, unless told otherwise; names from A to Z', () => {
    expect(peopleQuery({})).toMatchObject({ sort: 'lastSeen', order: 'desc' })
    expect(peopleQuery({ sort: 'name' })).toMatchObject({ order: 'asc' })
  })
  it('leads from a number of a segment to its people and back to the same question', () => {
    const search = { entered: 'a', since: '2026-11-01T00:00:00Z', via: 'none', within: 7 }
    const href = peopleHref(search)
    expect(href).toBe('/people?entered=a&since=2026-11-01T00%3A00%3A00Z&via=none&within=7')
    expect(readPeopleSearch(search)).toEqual(search)
    expect(peopleQuery({ ...search, trait: 'plan', value: 'or' })).toMatchObject({
      ...search,
      'trait.plan': 'or',
    })
  })
})
