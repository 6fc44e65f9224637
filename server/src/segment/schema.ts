import { Type } from 'typebox'
import { limits } from './rule.ts'

const upTo = (maximum: number) => Type.Integer({ minimum: 1, maximum })

/** A length of time: exactly one of the three units. */
export const windowSchema = Type.Union([
  Type.Object({ minutes: upTo(limits.windowDays * 24 * 60) }, { additionalProperties: false }),
  Type.Object({ hours: upTo(limits.windowDays * 24) }, { additionalProperties: false }),
  Type.Object({ days: upTo(limits.windowDays) }, { additionalProperties: false }),
])

const scalar = Type.Union([Type.String({ maxLength: limits.text }), Type.Number(), Type.Boolean()])

const names = [
  'equals',
  'notEquals',
  'oneOf',
  'contains',
  'startsWith',
  'endsWith',
  'greater',
  'greaterOrEqual',
  'less',
  'lessOrEqual',
  'between',
  'before',
  'after',
  'withinLast',
  'withinNext',
  'isTrue',
  'isFalse',
  'exists',
  'notExists',
  'listHas',
] as const

/** The parts of a comparison; which value an operator takes is checked by `parseRule`. */
export const comparisonSchema = {
  op: Type.Union(names.map((name) => Type.Literal(name))),
  value: Type.Optional(
    Type.Union([scalar, Type.Array(scalar, { maxItems: limits.list }), windowSchema]),
  ),
}
