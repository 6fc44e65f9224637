import { Type } from 'typebox'
import { SOURCE_PARTIES } from '../workspace/index.ts'
import { momentSchema } from './moment.ts'
import { operatorNames } from './operators/index.ts'
import { limits } from './rule.ts'

const upTo = (maximum: number) => Type.Integer({ minimum: 1, maximum })
const closed = { additionalProperties: false }

/** A length of time: exactly one of the three units. */
export const windowSchema = Type.Union([
  Type.Object({ minutes: upTo(limits.windowDays * 24 * 60) }, closed),
  Type.Object({ hours: upTo(limits.windowDays * 24) }, closed),
  Type.Object({ days: upTo(limits.windowDays) }, closed),
])

const UNITS = ['day', 'week', 'month', 'quarter', 'year'] as const
const unitSchema = Type.Union(UNITS.map((unit) => Type.Literal(unit)))
const dateSchema = Type.String({ minLength: 10, maxLength: 35 })

/** See `Period`. Whether a date is one is checked by `parseRule`. */
export const periodSchema = Type.Union([
  Type.Null(),
  windowSchema,
  Type.Object({ this: unitSchema }, closed),
  Type.Object({ previous: unitSchema, count: Type.Optional(upTo(limits.units)) }, closed),
  Type.Object({ from: dateSchema, to: Type.Optional(dateSchema) }, closed),
  Type.Object({ to: dateSchema }, closed),
])

const scalar = Type.Union([Type.String({ maxLength: limits.text }), Type.Number(), Type.Boolean()])
const days = Type.Integer({ minimum: 0, maximum: limits.aroundDays })
const aroundSchema = Type.Object({ before: days, after: days }, closed)

/** The parts of a comparison; which value an operator takes is checked by `parseRule`. */
export const comparisonSchema = {
  op: Type.Union(operatorNames.map((name) => Type.Literal(name))),
  value: Type.Optional(
    Type.Union([scalar, Type.Array(scalar, { maxItems: limits.list }), windowSchema, aroundSchema]),
  ),
}

/** A name of an event, or a path of a trait or a property. */
export const nameSchema = Type.String({ minLength: 1, maxLength: limits.text })

export const filtersSchema = Type.Array(
  Type.Object({ property: nameSchema, ...comparisonSchema }, closed),
  { maxItems: limits.filters },
)

/** See `FromParty`. */
export const partySchema = Type.Optional(
  Type.Array(Type.Union(SOURCE_PARTIES.map((party) => Type.Literal(party))), {
    minItems: 1,
    uniqueItems: true,
    description: 'Only what sources of these parties told',
  }),
)

/** Which events of a name count. */
export const chosenSchema = {
  where: Type.Optional(filtersSchema),
  when: Type.Optional(momentSchema),
  party: partySchema,
}

/** Events of a name, or with `null` of any, that fulfil filters. */
export const eventsSchema = Type.Object(
  { did: Type.Union([nameSchema, Type.Null()]), ...chosenSchema },
  closed,
)

const TIMES = ['atLeast', 'atMost', 'exactly'] as const
export const timesSchema = Type.Object(
  {
    op: Type.Union(TIMES.map((op) => Type.Literal(op))),
    count: Type.Integer({ minimum: 0, maximum: limits.times }),
  },
  closed,
)
