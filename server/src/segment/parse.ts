import type { TObject } from 'typebox'
import { Value } from 'typebox/value'
import { badRequest, type Problem } from '../platform/errors.ts'
import { instantOf } from '../profile/index.ts'
import { computedKindOf, computedNames } from './computed/index.ts'
import { kindNames, kindOf } from './kinds/index.ts'
import type { Kind } from './kinds/kind.ts'
import { expectations } from './operators/expectations.ts'
import { operations } from './operators/index.ts'
import { partyPlaces } from './party.ts'
import { isFixed, type Period } from './period.ts'
import { type Comparison, limits, type PropertyFilter, type Rule, type Spec } from './rule.ts'

export type RuleFault = { path: string; message: string }

/**
 * Reads a rule from JSON; throws a problem that names the place of the first fault. `place`: where
 * the rule stands in what was sent.
 */
export function parseRule(input: unknown, place = ''): Rule {
  const fault = faultIn(input)
  if (fault) throw invalidRule({ ...fault, path: `${place}${fault.path}` })
  return input as Rule
}

export function invalidRule(fault: RuleFault): Problem {
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
      return { path: path || '/', message: `expected one of ${kindNames}.` }
    }
    if (!Value.Check(kind.schema, node)) return schemaFault(kind.schema, node, path)
    const rule = node as Rule
    const children = kind.children(rule)
    const ownFault =
      children.length > 0 ? null : (textFault(rule, path) ?? operandFault(kind, rule, path))
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

/** What is wrong with the values of a condition, wherever they stand in it. */
function operandFault(kind: Kind<Rule>, rule: Rule, path: string): RuleFault | null {
  const own = kind.compares?.(rule)
  return (own && comparisonFault(own, path)) ?? partsFault(kind, rule, path)
}

type Filters = { path: string; filters: readonly PropertyFilter[]; areOfState?: true }

/** What speaks of events: a kind of condition, or of computed trait. */
type Speaks<Node> = {
  filters?(node: Node): Filters[]
  periods?(node: Node): { path: string; period: Period }[]
  fault?(node: Node): { path: string; message: string } | null
}

function partsFault<Node>(kind: Speaks<Node>, rule: Node, path: string): RuleFault | null {
  const fault = filtersFault(kind.filters?.(rule), path)
  if (fault) return fault
  for (const { path: at, period } of kind.periods?.(rule) ?? []) {
    const wrong = periodFault(period, `${path}/${at}`)
    if (wrong) return wrong
  }
  const other = kind.fault?.(rule)
  return other ? { path: `${path}/${other.path}`, message: other.message } : null
}

/** The first fault of a computed trait's definition, or null when it is one. */
export function specFault(input: unknown): RuleFault | null {
  const kind = computedKindOf(input)
  if (!kind) return { path: '/', message: `expected one of ${computedNames}.` }
  if (!Value.Check(kind.schema, input)) return schemaFault(kind.schema, input, '')
  const spec = input as Spec
  return partyFault(spec) ?? textFault(spec, '') ?? partsFault(kind, spec, '') ?? sizeFault(spec)
}

/** A computed trait is the same for every rule that names it. */
function partyFault(spec: Spec): RuleFault | null {
  const [path] = partyPlaces(spec)
  if (path === undefined) return null
  const message = 'a computed trait is made of data of all parties; ask for one in a segment.'
  return { path, message }
}

/** Reads a definition from JSON; throws a problem that names the place of the first fault. */
export function parseSpec(input: unknown): Spec {
  const fault = specFault(input)
  if (!fault) return input as Spec
  const sentence = `The definition can't be read at ${fault.path}: ${fault.message}`
  throw badRequest('invalid_definition', sentence, { errors: [fault] })
}

function filtersFault(places: readonly Filters[] = [], path: string): RuleFault | null {
  for (const { path: at, filters, areOfState } of places) {
    for (const [index, filter] of filters.entries()) {
      const here = `${path}/${at}/${index}`
      const isTimed = filter.op !== 'notExists' && operations[filter.op].dependsOnTime
      if (isTimed && !areOfState) {
        // Whether an event enters a stream is decided once, so it must not change as time passes.
        return { path: `${here}/op`, message: 'use before or after on a property.' }
      }
      const fault = comparisonFault(filter, here)
      if (fault) return fault
    }
  }
  return null
}

function periodFault(period: Period, path: string): RuleFault | null {
  if (!isFixed(period)) return null
  const { from, to } = period
  for (const [key, date] of Object.entries({ from, to })) {
    if (date !== undefined && instantOf(date) === null) {
      return { path: `${path}/${key}`, message: `expected ${expectations.instant.words}.` }
    }
  }
  const isTurned =
    from !== undefined && to !== undefined && (instantOf(from) ?? 0) >= (instantOf(to) ?? 0)
  return isTurned ? { path, message: 'the period ends before it begins.' } : null
}

function comparisonFault({ op, value }: Comparison, path: string): RuleFault | null {
  const expectation = op === 'notExists' ? expectations.nothing : operations[op].takes
  if (expectation.test(value)) return null
  return { path: `${path}/value`, message: `the operator ${op} takes ${expectation.words}.` }
}
