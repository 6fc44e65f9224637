import { expect, it } from 'vitest'
import { easterOf, holidaysOf } from './holidays.ts'

it.each([
  [1818, '1818-03-22'],
  [1943, '1943-04-25'],
  [1954, '1954-04-18'],
  [1981, '1981-04-19'],
  [2000, '2000-04-23'],
  [2026, '2026-04-05'],
  [2038, '2038-04-25'],
])('Easter of %i is on %s', (year, date) => {
  expect(new Date(easterOf(year)).toISOString().slice(0, 10)).toBe(date)
})

it('France has eleven public holidays a year, Alsace and Moselle thirteen', () => {
  const in2026 = (region: 'france' | 'alsace') => {
    const { fixed, moving } = holidaysOf(region)
    return [...fixed.map((day) => `2026-${day}`), ...moving.filter((day) => day.startsWith('2026'))]
  }
  expect(in2026('france').toSorted()).toEqual([
    ...['2026-01-01', '2026-04-06', '2026-05-01', '2026-05-08', '2026-05-14', '2026-05-25'],
    ...['2026-07-14', '2026-08-15', '2026-11-01', '2026-11-11', '2026-12-25'],
  ])
  const more = in2026('alsace').filter((day) => !in2026('france').includes(day))
  expect(more.toSorted()).toEqual(['2026-04-03', '2026-12-26'])
})
