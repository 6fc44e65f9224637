import { Type } from 'typebox'
import { limits } from './rule.ts'

const positive = Type.Integer({ minimum: 1, maximum: limits.windowDays * 24 * 60 })

/** A length of time: exactly one of the three units. */
export const windowSchema = Type.Union([
  Type.Object({ minutes: positive }, { additionalProperties: false }),
  Type.Object({ hours: positive }, { additionalProperties: false }),
  Type.Object(
    { days: Type.Integer({ minimum: 1, maximum: limits.windowDays }) },
    { additionalProperties: false },
  ),
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
