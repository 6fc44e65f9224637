/** What parts of a condition still lack, as kinds of condition share it. */
import type { Comparison, Events, Times, Within } from '../language.ts'
import { isAround, isWindow, operandOf } from '../ops.ts'

/** What a line still lacks before the rule can be counted. */
export type Missing = 'field' | 'value' | 'number' | 'condition' | 'date' | TooMuch
/** What is more than the server takes. */
export type TooMuch = 'deep' | 'many' | 'list' | 'long'

/** Limits of the server, told here on the line that goes beyond. */
export const LIMITS = { conditions: 100, list: 1_000, text: 512 }

/** The first that is missing, in the order given. */
export function first(...parts: (Missing | null)[]): Missing | null {
  return parts.find((part) => part !== null) ?? null
}

export const isCount = (value: number | undefined): boolean =>
  Number.isInteger(value) && Number(value) > 0

export function eventsLack({ did, where = [], when }: Events): Missing | null {
  if (did === '') return 'field'
  if (when?.weekdays?.length === 0) return 'value'
  return first(...where.map((filter) => comparisonLacks(filter.property, filter)))
}

export function timesLack(times: Times | undefined): Missing | null {
  if (times === undefined) return null
  return Number.isInteger(times.count) && times.count >= 0 ? null : 'number'
}

export function periodLacks(period: Within | undefined): Missing | null {
  if (!period || 'this' in period) return null
  if ('previous' in period) {
    return period.count === undefined || isCount(period.count) ? null : 'number'
  }
  if ('from' in period || 'to' in period) {
    return period.from || period.to ? null : 'date'
  }
  return isCount(Object.values(period)[0]) ? null : 'number'
}

export function comparisonLacks(key: string, { op, value }: Comparison): Missing | null {
  if (!key) return 'field'
  if (Array.isArray(value) && value.length > LIMITS.list) return 'list'
  if ([value].flat().some((each) => typeof each === 'string' && each.length > LIMITS.text)) {
    return 'long'
  }
  switch (operandOf(op)) {
    case 'none':
      return null
    case 'many':
    case 'texts':
      return Array.isArray(value) && value.length > 0 ? null : 'value'
    case 'pair':
      return Array.isArray(value) && value.length === 2 && value.every(Number.isFinite)
        ? null
        : 'number'
    case 'window':
      return isWindow(value) ? periodLacks(value) : 'number'
    case 'around':
      return isAround(value) && value.before >= 0 && value.after >= 0 ? null : 'number'
    case 'number':
      return typeof value === 'number' ? null : 'number'
    default:
      return value === undefined || value === '' ? 'value' : null
  }
}
