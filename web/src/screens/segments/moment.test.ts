import { describe, expect, it } from 'vitest'
import { instantAt, wallClock } from './moment.ts'

const PARIS = 'Europe/Paris'

describe('a moment in the time zone of the workspace', () => {
  it.each([
    ['2026-11-22T14:05', '2026-11-22T13:05:00.000Z'],
    ['2026-07-01T00:00', '2026-06-30T22:00:00.000Z'],
    ['2026-03-29T04:00', '2026-03-29T02:00:00.000Z'],
    ['2026-10-25T04:00', '2026-10-25T03:00:00.000Z'],
  ])('%s is %s and back', (wall, instant) => {
    expect(instantAt(wall, PARIS)).toBe(instant)
    expect(wallClock(instant, PARIS)).toBe(wall)
  })
  it('reads the hour that comes twice as the first, and the one left out as the next', () => {
    expect(instantAt('2026-10-25T02:30', PARIS)).toBe('2026-10-25T00:30:00.000Z')
    expect(instantAt('2026-03-29T02:30', PARIS)).toBe('2026-03-29T01:30:00.000Z')
  })
  it('refuses what is no date', () => {
    expect(instantAt('', PARIS)).toBeNull()
  })
})
