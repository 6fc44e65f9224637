import { describe, expect, it } from 'vitest'
import { parisDate, parisOffsetMs, shopDays } from './parisTime.ts'

const HOUR = 3_600_000

describe('Paris time', () => {
  it.each([
    { description: 'winter', at: '2026-01-15T12:00:00Z', hours: 1 },
    { description: 'summer', at: '2026-07-15T12:00:00Z', hours: 2 },
    { description: 'the last instant of winter', at: '2026-03-29T00:59:59Z', hours: 1 },
    { description: 'the first instant of summer', at: '2026-03-29T01:00:00Z', hours: 2 },
    { description: 'the end of summer', at: '2026-10-25T01:00:00Z', hours: 1 },
  ])('is $hours h ahead of UTC in $description', ({ at, hours }) => {
    expect(parisOffsetMs(Date.parse(at))).toBe(hours * HOUR)
  })

  it('makes days of 23, 24 and 25 hours', () => {
    const lengths = (now: string) => {
      const starts = shopDays(Date.parse(now), 3).map((day) => day.start)
      return starts.slice(1).map((start, i) => (start - (starts[i] ?? 0)) / HOUR)
    }
    expect(lengths('2026-03-30T10:00:00Z')).toEqual([24, 23])
    expect(lengths('2026-10-26T10:00:00Z')).toEqual([24, 25])
  })

  it('knows that it is tomorrow in Paris before it is in Greenwich', () => {
    expect(parisDate(Date.parse('2026-11-21T23:30:00Z'))).toBe('2026-11-22')
    expect(shopDays(Date.parse('2026-11-21T23:30:00Z'), 1)[0]?.weekday).toBe(0)
  })
})
