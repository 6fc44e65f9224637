import { DAY_MS, HOUR_MS } from '../../platform/durations.ts'
import type { Calendar } from '../calendar.ts'
import { ONE } from '../measure.ts'
import type { SqlBuilder } from '../sqlBuilder.ts'
import { FIRST_DATE, type FormulaFunction, LAST_DATE, letSql, type Maybe } from './tree.ts'

/** Dates are instants; their parts are those of local clocks in the workspace's time zone. */

/** By a local clock no other date than those that a formula knows. */
const localOf = (at: number, calendar: Calendar): number =>
  Math.min(LAST_DATE, Math.max(FIRST_DATE, at + calendar.offsetAt(at)))

/** What a local clock shows at an instant, both in epoch ms. */
function localSql(at: string, builder: SqlBuilder): string {
  const { starts, offsets } = builder.calendar.offsets
  const [from, ahead] = [starts, offsets].map((list) => builder.bind('Array(Int64)', list))
  const index = `greatest(1, arrayLastIndex(b -> b <= t, ${from}))`
  // Of no instant it is that of 0, which the caller leaves out.
  const local = `t + arrayElement(${ahead}, ${index})`
  const body = `least(${LAST_DATE}, greatest(${FIRST_DATE}, ${local}))`
  return letSql({ t: `ifNull(${at}, 0)` }, body)
}

const whole = (value: number): bigint => BigInt(value) * ONE
const asInstants = (args: readonly Maybe[]) => args as readonly number[]

function part(run: (local: Date) => number, name: string): FormulaFunction {
  return {
    args: ['date'],
    result: 'number',
    run: (args, { calendar }) => {
      const [at = 0] = asInstants(args)
      return whole(run(new Date(localOf(at, calendar))))
    },
    sql: ([at], { builder }) => {
      const local = localSql('a', builder)
      const value = `toDecimal256(${name}(fromUnixTimestamp64Milli(${local}, 'UTC')), 6)`
      return letSql({ a: String(at) }, `if(isNull(a), NULL, ${value})`)
    },
  }
}

export const year = part((local) => local.getUTCFullYear(), 'toYear')
export const month = part((local) => local.getUTCMonth() + 1, 'toMonth')
export const day = part((local) => local.getUTCDate(), 'toDayOfMonth')
/** 1 = Monday. */
export const weekday = part((local) => ((local.getUTCDay() + 6) % 7) + 1, 'toDayOfWeek')
export const hour = part((local) => local.getUTCHours(), 'toHour')

/** Midnights from the one to the other, by the calendar of the workspace; below 0 backwards. */
export const daysBetween: FormulaFunction = {
  args: ['date', 'date'],
  result: 'number',
  run: (args, { calendar }) => {
    const [from = 0, to = 0] = asInstants(args).map((at) =>
      Math.floor(localOf(at, calendar) / DAY_MS),
    )
    return whole(to - from)
  },
  sql: ([from, to], { builder }) => {
    const days = (at: string) => `toInt64(floor(${localSql(at, builder)} / ${DAY_MS}))`
    const value = `toDecimal256(${days('b')} - ${days('a')}, 6)`
    return letSql({ a: String(from), b: String(to) }, `if(isNull(a) OR isNull(b), NULL, ${value})`)
  },
}

/** Whole hours from the one to the other, cut; below 0 backwards. */
export const hoursBetween: FormulaFunction = {
  args: ['date', 'date'],
  result: 'number',
  run: (args) => {
    const [from = 0, to = 0] = asInstants(args)
    return whole(Math.trunc((to - from) / HOUR_MS) + 0)
  },
  sql: ([from, to]) => `toDecimal256(intDiv(${to} - ${from}, ${HOUR_MS}), 6)`,
}
