import {
  childrenOf,
  type Filter,
  isEvent,
  isGroup,
  isTrait,
  type Op,
  type Path,
  type Rule,
  type TraitCondition,
  type Value,
} from './rule.ts'

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
  date: ['before', 'after', 'withinLast', 'withinNext', 'exists', 'notExists'],
  list: ['listHas', 'exists', 'notExists'],
}

/** The operators that make sense for a value of this kind, the usual one first. */
export function opsFor(kind: ValueKind): readonly Op[] {
  return OPS[kind]
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
export type Operand = 'none' | 'one' | 'many' | 'pair' | 'date' | 'days'

const OPERANDS: Partial<Record<Op, Operand>> = {
  oneOf: 'many',
  between: 'pair',
  before: 'date',
  after: 'date',
  withinLast: 'days',
  withinNext: 'days',
  isTrue: 'none',
  isFalse: 'none',
  exists: 'none',
  notExists: 'none',
}

/** Which operand an operator needs. */
export function operandOf(op: Op): Operand {
  return OPERANDS[op] ?? 'one'
}

/** The value kept, or the empty one, when the operator changes from one operand to another. */
export function valueFor(op: Op, previous: Value): Value {
  const operand = operandOf(op)
  const first = Array.isArray(previous) ? previous[0] : previous
  const plain = typeof first === 'string' || typeof first === 'number' ? first : undefined
  if (operand === 'none') return undefined
  if (operand === 'many')
    return Array.isArray(previous) ? previous : plain === undefined ? [] : [plain]
  if (operand === 'pair') return Array.isArray(previous) && previous.length === 2 ? previous : []
  if (operand === 'days') return isDays(previous) ? previous : { days: 30 }
  if (operand === 'date') return typeof plain === 'string' && isDate(plain) ? plain : undefined
  return plain
}

/** True for `{days: n}`. */
export function isDays(value: unknown): value is { days: number } {
  return typeof value === 'object' && value !== null && 'days' in value
}

const isDate = (text: string) => /^\d{4}-\d{2}-\d{2}/.test(text)

/** What a line still lacks before the rule can be counted. */
export type Missing = 'field' | 'value' | 'number' | 'condition'
export type Issue = { path: Path; missing: Missing }

/** Every line that cannot be counted yet, in reading order; none means that the rule is whole. */
export function issuesOf(rule: Rule, path: Path = []): Issue[] {
  if (isTrait(rule)) return oneIssue(path, traitIssue(rule.trait, rule))
  if (isEvent(rule)) return oneIssue(path, eventIssue(rule.did, rule.where ?? [], rule))
  const children = childrenOf(rule)
  if (isGroup(rule) && children.length === 0) return [{ path, missing: 'condition' }]
  return children.flatMap((child, index) => issuesOf(child, [...path, index]))
}

function oneIssue(path: Path, missing: Missing | null): Issue[] {
  return missing ? [{ path, missing }] : []
}

function eventIssue(did: string, where: Filter[], rule: Extract<Rule, { did: string }>) {
  if (!did) return 'field' as const
  const count = rule.times?.count
  if (count !== undefined && !(Number.isInteger(count) && count >= 0)) return 'number' as const
  if (rule.within && !((Object.values(rule.within)[0] as number) > 0)) return 'number' as const
  for (const filter of where) {
    const missing = traitIssue(filter.property, filter)
    if (missing) return missing
  }
  return null
}

function traitIssue(key: string, of: Pick<TraitCondition, 'op' | 'value'>): Missing | null {
  if (!key) return 'field'
  const { value } = of
  switch (operandOf(of.op)) {
    case 'none':
      return null
    case 'many':
      return Array.isArray(value) && value.length > 0 ? null : 'value'
    case 'pair':
      return Array.isArray(value) && value.length === 2 && value.every(Number.isFinite)
        ? null
        : 'number'
    case 'days':
      return isDays(value) && Number.isInteger(value.days) && value.days > 0 ? null : 'number'
    default:
      return value === undefined || value === '' ? 'value' : null
  }
}
