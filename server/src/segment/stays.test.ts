import fc from 'fast-check'
import { expect, it } from 'vitest'
import { dueStays, nextStay, type Stay } from './stays.ts'

const DAY = 24 * 60 * 60_000
const week: Stay = { after: { days: 7 }, repeat: false }
const daily: Stay = { after: { days: 1 }, repeat: true }

it('falls due at its millisecond, once', () => {
  const at = 7 * DAY
  expect(nextStay([week], 0, at - 1)).toBe(at)
  expect(dueStays([week], 0, { after: at - 1, upTo: at })).toEqual([{ at, stayedMs: at }])
  expect(dueStays([week], 0, { after: at, upTo: 100 * DAY })).toEqual([])
  expect(nextStay([week], 0, at)).toBeNull()
})

it('comes again every so often; two that fall together are one', () => {
  const due = dueStays([daily, week], 0, { after: 5 * DAY, upTo: 8 * DAY })
  expect(due.map(({ stayedMs }) => stayedMs / DAY)).toEqual([6, 7, 8])
  expect(nextStay([daily, week], 0, 8 * DAY)).toBe(9 * DAY)
})

it('is found once, however time is cut into stretches, and the next instant is never late', () => {
  const stays = fc.uniqueArray(fc.constantFrom(week, daily, { after: { hours: 36 }, repeat: true }))
  const cuts = fc.array(fc.integer({ min: 0, max: 20 * DAY }), { maxLength: 12 })
  fc.assert(
    fc.property(stays, fc.integer({ min: 0, max: 3 * DAY }), cuts, (asked, entered, times) => {
      const edges = [entered, ...times, 20 * DAY].filter((at) => at >= entered)
      edges.sort((x, y) => x - y)
      const whole = dueStays(asked, entered, { after: entered, upTo: 20 * DAY })
      const parts = edges.slice(1).flatMap((upTo, index) => {
        return dueStays(asked, entered, { after: edges[index] ?? 0, upTo })
      })
      expect(parts).toEqual(whole)
      for (const now of edges) {
        const next = whole.find(({ at }) => at > now)?.at
        if (next !== undefined) expect(nextStay(asked, entered, now)).toBe(next)
      }
    }),
  )
})
