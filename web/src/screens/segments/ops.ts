import type { Around, Op, Scalar, Value, Window } from './rule.ts'

/** The kinds of value that the registry knows; they decide which operators are offered. */
export type ValueKind = 'string' | 'number' | 'boolean' | 'date' | 'list'

const OPS: Record<ValueKind, readonly Op[]> = {
  string: [
    'equals',
    'notEquals',
    'oneOf',
    'contains',
    'startsWith',
    'endsWith',
    'matches',
    'versionAtLeast',
    'versionBelow',
    'exists',
    'notExists',
  ],
  number: [
    'equals',
    'notEquals',
    'greater',
    'greaterOrEqual',
    'less',
    'lessOrEqual',
    'between',
    'exists',
    'notExists',
  ],
  boolean: ['isTrue', 'isFalse', 'exists', 'notExists'],
  date: [
    'before',
    'after',
    'withinLast',
    'withinNext',
    'olderThan',
    'anniversary',
    'onHoliday',
    'onAlsaceHoliday',
    'exists',
    'notExists',
  ],
  list: ['listHas', 'listHasAny', 'listHasAll', 'exists', 'notExists'],
}

/** The operators that make sense for a value of this kind, the usual one first. */
export function opsFor(kind: ValueKind): readonly Op[] {
  return OPS[kind]
}

/** Whether an event counts is decided once, so nothing about it may change as time passes. */
const OF_NOW: readonly Op[] = ['withinLast', 'withinNext', 'olderThan', 'anniversary']

/** The operators for a property of an event. */
export function filterOpsFor(kind: ValueKind): readonly Op[] {
  return OPS[kind].filter((op) => !OF_NOW.includes(op))
}

const KIND_NAMES: Record<string, ValueKind> = {
  string: 'string',
  text: 'string',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  date: 'date',
  instant: 'date',
  list: 'list',
  array: 'list',
}

/** The kind that a trait or property is treated as: the first known name in its list of types. */
export function kindOf(types: readonly string[] | undefined): ValueKind {
  for (const type of types ?? []) {
    const kind = KIND_NAMES[type]
    if (kind) return kind
  }
  return 'string'
}

/** What the value control of an operator looks like. */
export type Operand =
  | 'none'
  | 'one'
  | 'text'
  | 'number'
  | 'many'
  | 'texts'
  | 'pair'
  | 'date'
  | 'window'
  | 'around'

const OPERANDS: Record<Op, Operand> = {
  equals: 'one',
  notEquals: 'one',
  oneOf: 'many',
  contains: 'text',
  startsWith: 'text',
  endsWith: 'text',
  matches: 'text',
  greater: 'number',
  greaterOrEqual: 'number',
  less: 'number',
  lessOrEqual: 'number',
  between: 'pair',
  before: 'date',
  after: 'date',
  withinLast: 'window',
  withinNext: 'window',
  olderThan: 'window',
  anniversary: 'around',
  onHoliday: 'none',
  onAlsaceHoliday: 'none',
  isTrue: 'none',
  isFalse: 'none',
  exists: 'none',
  notExists: 'none',
  listHas: 'text',
  listHasAny: 'texts',
  listHasAll: 'texts',
  versionAtLeast: 'text',
  versionBelow: 'text',
}

/** Which operand an operator needs. */
export function operandOf(op: Op): Operand {
  return OPERANDS[op]
}

/** The value kept, or the empty one, when the operator changes from one operand to another. */
export function valueFor(op: Op, previous: Value): Value {
  const first = Array.isArray(previous) ? previous[0] : previous
  const plain = typeof first === 'object' ? undefined : first
  switch (operandOf(op)) {
    case 'none':
      return undefined
    case 'many':
      return Array.isArray(previous) ? previous : plain === undefined ? [] : [plain]
    case 'texts':
      return (Array.isArray(previous) ? previous : plain === undefined ? [] : [plain]).map(String)
    case 'pair':
      return Array.isArray(previous) && previous.length === 2 ? previous : []
    case 'window':
      return isWindow(previous) ? previous : { days: 30 }
    case 'around':
      return isAround(previous) ? previous : { before: 0, after: 7 }
    case 'date':
      return typeof plain === 'string' && isDate(plain) ? plain : undefined
    case 'number':
      return typeof plain === 'number' ? plain : undefined
    case 'text':
      return plain === undefined ? undefined : String(plain)
    default:
      return plain
  }
}

const isObject = (value: Value): value is Window | Around =>
  typeof value === 'object' && !Array.isArray(value)

/** True for a length of time. */
export function isWindow(value: Value): value is Window {
  return isObject(value) && !('before' in value)
}

/** True for days before and after an anniversary. */
export function isAround(value: Value): value is Around {
  return isObject(value) && 'before' in value
}

const isDate = (text: string) => /^\d{4}-\d{2}-\d{2}/.test(text)

/**
 * The values that somebody typed as texts: those that were there keep their type, and new ones
 * are numbers where numbers are asked for.
 */
export function valuesTyped(
  texts: readonly string[],
  before: readonly Scalar[],
  kind: ValueKind,
): Scalar[] {
  return texts.map((text) => {
    const known = before.find((each) => String(each) === text)
    if (known !== undefined) return known
    const number = Number(text)
    return kind === 'number' && text !== '' && Number.isFinite(number) ? number : text
  })
}

/** The number of what was typed so far, as "45." or "-"; undefined while it is none. */
export function numberTyped(text: number | string): number | undefined {
  const number = text === '' ? Number.NaN : Number(text)
  return Number.isFinite(number) ? number : undefined
}
