import type { TObject } from 'typebox'
import { Value } from 'typebox/value'
import { badRequest, type Problem } from '../platform/errors.ts'
import { folded, instantOf } from '../profile/index.ts'
import { kindOf } from './kinds/index.ts'
import { type Comparison, limits, type Operator, type Rule } from './rule.ts'

export type RuleFault = { path: string; message: string }

/** Reads a rule from JSON; throws a problem that names the place of the first fault. */
export function parseRule(input: unknown): Rule {
  const fault = faultIn(input)
  if (fault) throw invalidRule(fault)
  return input as Rule
}

function invalidRule(fault: RuleFault): Problem {
  return badRequest('invalid_rule', `The rule can't be read at ${fault.path}: ${fault.message}`, {
    errors: [fault],
  })
}

/** The first fault of a tree, or null when it is a rule. */
export function faultIn(input: unknown): RuleFault | null {
  let leaves = 0
  const check = (node: unknown, path: string, depth: number): RuleFault | null => {
    if (depth > limits.depth) {
      return {
        path: path || '/',
        message: `groups may be nested ${limits.depth} deep; take one level out.`,
      }
    }
    const kind = kindOf(node)
    if (!kind) {
      return { path: path || '/', message: 'expected one of all, any, not, trait or did.' }
    }
    if (!Value.Check(kind.schema, node)) return schemaFault(kind.schema, node, path)
    const rule = node as Rule
    const children = kind.children(rule)
    const ownFault =
      children.length > 0 ? null : (textFault(rule, path) ?? operandFault(rule, path))
    if (ownFault) return ownFault
    if (children.length === 0) leaves += 1
    if (leaves > limits.leaves) {
      return { path, message: `a rule holds at most ${limits.leaves} conditions.` }
    }
    for (const child of children) {
      const fault = check(child.rule, `${path}/${child.path}`, depth + 1)
      if (fault) return fault
    }
    return null
  }
  return check(input, '', 0) ?? sizeFault(input)
}

function sizeFault(rule: unknown): RuleFault | null {
  if (Buffer.byteLength(JSON.stringify(rule)) <= limits.bytes) return null
  return {
    path: '/',
    message: `a rule takes at most ${limits.bytes / 1024} KB; compare with less.`,
  }
}

function schemaFault(schema: TObject, node: unknown, path: string) {
  const [first] = [...Value.Errors(schema, node)]
  return {
    path: `${path}${first?.instancePath ?? ''}` || '/',
    message: `${first?.message ?? 'it does not have the right shape'}.`,
  }
}

/** The databases refuse NUL characters and halves of characters, wherever they stand. */
function textFault(value: unknown, path: string): RuleFault | null {
  if (typeof value === 'string') {
    if (value.isWellFormed() && !value.includes('\0')) return null
    return { path, message: 'the text holds characters that are none; type it again.' }
  }
  if (typeof value !== 'object' || value === null) return null
  for (const [key, item] of Object.entries(value)) {
    const fault = textFault(item, `${path}/${key}`)
    if (fault) return fault
  }
  return null
}

function operandFault(rule: Rule, path: string): RuleFault | null {
  if ('trait' in rule) return comparisonFault(rule, path)
  if (!('did' in rule)) return null
  for (const [index, filter] of (rule.where ?? []).entries()) {
    if (filter.op === 'withinLast' || filter.op === 'withinNext') {
      // Whether an event enters a stream is decided once, so it must not change as time passes.
      return { path: `${path}/where/${index}/op`, message: 'use before or after on a property.' }
    }
    const fault = comparisonFault(filter, `${path}/where/${index}`)
    if (fault) return fault
  }
  return null
}

type Expectation = { test: (value: unknown) => boolean; words: string }

/** Beyond it no event's number can lie: it would be too large to keep. */
const isNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && Math.abs(value) < NUMBER_BELOW
const isScalar = (value: unknown) =>
  typeof value === 'string' || isNumber(value) || typeof value === 'boolean'
/** A text of which something is left to look for once accents and spaces are folded. */
const isSearchable = (value: unknown) => typeof value === 'string' && folded(value) !== ''
const isWindow = (value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const NUMBER_BELOW = 1e30

const expectations: Record<string, Expectation> = {
  scalar: { test: isScalar, words: 'a text, a number or true/false' },
  scalars: {
    test: (value) => Array.isArray(value) && value.length > 0 && value.every(isScalar),
    words: 'a list of values',
  },
  text: { test: isSearchable, words: 'a text' },
  number: { test: isNumber, words: 'a number' },
  pair: {
    test: (value) =>
      Array.isArray(value) &&
      value.length === 2 &&
      value.every(isNumber) &&
      Number(value[0]) <= Number(value[1]),
    words: 'two numbers, the lower one first',
  },
  instant: {
    test: (value) => typeof value === 'string' && instantOf(value) !== null,
    words: 'a date as 2026-11-22 or 2026-11-22T14:05:00Z',
  },
  window: { test: isWindow, words: 'a length of time as {"days": 30}' },
  nothing: { test: (value) => value === undefined, words: 'no value' },
}

const expected: Record<Operator, keyof typeof expectations> = {
  equals: 'scalar',
  notEquals: 'scalar',
  oneOf: 'scalars',
  contains: 'text',
  startsWith: 'text',
  endsWith: 'text',
  greater: 'number',
  greaterOrEqual: 'number',
  less: 'number',
  lessOrEqual: 'number',
  between: 'pair',
  before: 'instant',
  after: 'instant',
  withinLast: 'window',
  withinNext: 'window',
  isTrue: 'nothing',
  isFalse: 'nothing',
  exists: 'nothing',
  notExists: 'nothing',
  listHas: 'text',
}

function comparisonFault(comparison: Comparison, path: string): RuleFault | null {
  const expectation = expectations[expected[comparison.op]]
  if (!expectation || expectation.test(comparison.value)) return null
  return {
    path: `${path}/value`,
    message: `the operator ${comparison.op} takes ${expectation.words}.`,
  }
}
