import { describe, expect, it } from 'vitest'
import { type PersonRow, peopleQuery } from './api.ts'
import { peopleTable } from './csv.ts'
import { readPeopleSearch } from './search.ts'

const camille: PersonRow = {
  id: 'p1',
  name: 'Camille Roussel',
  initials: 'CR',
  email: 'c@exemple.fr',
  phone: '+33 6 39 98 42 17',
  city: 'Lyon',
  firstSeen: '2026-01-01T00:00:00Z',
  lastSeen: '2026-11-22T00:00:00Z',
  events: 12,
  segments: ['a'],
  identifiers: 3,
  kind: 'known',
}

describe('the file of people', () => {
  it('has a head, and an empty cell where nothing is known', () => {
    const [head, line] = peopleTable([{ ...camille, city: null }])
    expect(head).toEqual([
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
    ])
    expect(line?.slice(0, 6)).toEqual([
      'p1',
      'Camille Roussel',
      'known',
      'c@exemple.fr',
      '+33 6 39 98 42 17',
      '',
    ])
  })
  it('writes the heads alone when nobody matches', () => {
    expect(peopleTable([])).toHaveLength(1)
  })
})

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
})
