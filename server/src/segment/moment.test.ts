/** At which moments of the day and the week events count, by the calendar of a time zone. */
import { expect, it } from 'vitest'
import { calendarOf } from './calendar.ts'
import { atMoment, momentText } from './moment.ts'
import type { Moment } from './rule.ts'

const PARIS = calendarOf('Europe/Paris')

/** Of these instants the ones that count. */
function among(when: Moment, instants: readonly string[], calendar = PARIS): string[] {
  const entries = instants.map((at) => ({ at: Date.parse(at), hash: 0, item: 0, value: null }))
  return atMoment(
    { when },
    calendar,
  )(entries).map(({ at }) => {
    return new Date(at).toISOString().slice(0, 16)
  })
}

it('hours run from the beginning of the first to that of the last, also over midnight', () => {
  const instants = ['2026-11-23T07:59Z', '2026-11-23T08:00Z', '2026-11-23T16:59Z']
  const more = ['2026-11-23T17:00Z', '2026-11-23T22:30Z', '2026-11-24T04:59Z', '2026-11-24T05:00Z']
  const all = [...instants, ...more]
  const whole = all.map((text) => text.slice(0, 16))
  expect(among({ hours: { from: 9, to: 18 } }, all)).toEqual(whole.slice(1, 3))
  expect(among({ hours: { from: 18, to: 6 } }, all)).toEqual(whole.slice(3, 6))
  expect(among({ hours: { from: 18, to: 24 } }, all)).toEqual(whole.slice(3, 5))
  expect(among({ hours: { from: 9, to: 9 } }, all)).toEqual(whole)
})

it('an hour that clocks show twice counts both times', () => {
  const night = ['2026-10-25T00:30Z', '2026-10-25T01:30Z', '2026-10-25T02:30Z']
  expect(among({ hours: { from: 2, to: 3 } }, night)).toHaveLength(2)
})

it('a day of the week begins at midnight of the time zone', () => {
  const late = ['2026-11-22T22:59Z', '2026-11-22T23:00Z']
  expect(among({ weekdays: [1] }, late)).toEqual(['2026-11-22T23:00'])
  expect(among({ weekdays: [1] }, late, calendarOf('America/New_York'))).toEqual([])
  expect(among({ weekdays: [7, 1] }, late)).toHaveLength(2)
})

it('a working day is from Monday to Friday and no public holiday', () => {
  // Thursday, Good Friday, Saturday, Easter Monday, Tuesday of 2026.
  const days = ['04-02', '04-03', '04-04', '04-06', '04-07'].map((day) => `2026-${day}T10:00Z`)
  const dates = (when: Moment) => among(when, days).map((text) => text.slice(5, 10))
  expect(dates({ day: 'workday' })).toEqual(['04-02', '04-03', '04-07'])
  expect(dates({ day: 'alsaceWorkday' })).toEqual(['04-02', '04-07'])
  expect(dates({ day: 'holiday' })).toEqual(['04-06'])
  expect(dates({ day: 'alsaceHoliday' })).toEqual(['04-03', '04-06'])
})

it('all that a moment names must be so; nothing named is any time', () => {
  const instants = ['2026-11-11T10:00Z', '2026-11-11T19:00Z', '2026-11-12T10:00Z']
  const evening: Moment = { day: 'holiday', hours: { from: 18, to: 24 }, weekdays: [3] }
  expect(among(evening, instants)).toEqual(['2026-11-11T19:00'])
  expect(among({}, instants)).toHaveLength(3)
})

it('says the moment in words', () => {
  const when: Moment = { day: 'workday', weekdays: [2, 1], hours: { from: 9, to: 18 } }
  expect(momentText({ when }, 'fr')).toBe(
    ' (un jour ouvré, le lundi ou le mardi, entre 9 h et 18 h)',
  )
  expect(momentText({ when }, 'en')).toBe(
    ' (on a working day, on Monday or Tuesday, between 9:00 and 18:00)',
  )
  expect(momentText({}, 'en')).toBe('')
})
