import { Type } from 'typebox'
import { LocalTextSchema, orNull } from '../schema.ts'

const instant = Type.String({ format: 'date-time' })
const count = (description?: string) => Type.Integer(description ? { description } : {})

export const BySegment = Type.Object({ id: Type.String({ format: 'uuid' }) })

export const BucketUnitSchema = Type.Union([
  Type.Literal('hour'),
  Type.Literal('day'),
  Type.Literal('week'),
  Type.Literal('month'),
])

const Time = {
  from: Type.Optional(Type.String({ format: 'date-time', description: 'Default: 30 days ago' })),
  to: Type.Optional(Type.String({ format: 'date-time', description: 'Left out; default: now' })),
}

export const CourseQuery = Type.Object({
  ...Time,
  by: Type.Optional(BucketUnitSchema),
})

export const CourseView = Type.Object({
  by: BucketUnitSchema,
  points: Type.Array(
    Type.Object({
      from: instant,
      to: instant,
      size: count('Members at its end'),
      entered: count(),
      left: count(),
      filled: count('Of those who entered: found by the filling of a new or changed rule'),
    }),
  ),
})

const Quartiles = Type.Object(
  {
    count: count(),
    first: orNull(Type.Number()),
    median: orNull(Type.Number()),
    third: orNull(Type.Number()),
  },
  { description: 'Lengths in ms: a quarter, half and three quarters of them are at most so long' },
)

export const LengthsView = Type.Object({
  ended: Quartiles,
  lasting: Quartiles,
  unknown: count('Stays that a filling found: nobody knows since when'),
  classes: Type.Array(
    Type.Object({
      from: Type.Integer({ description: 'ms' }),
      to: orNull(Type.Integer({ description: 'ms, left out; null: without a bound' })),
      ended: count(),
      lasting: count(),
    }),
  ),
  kept: Type.Array(
    Type.Object({
      days: count(),
      of: count('Who entered at least so many days ago'),
      stayed: count('Those of them who stayed at least so long'),
    }),
  ),
})

const Named = { id: Type.String(), name: LocalTextSchema }

export const OverlapView = Type.Object({
  size: count('Members of this segment, as the history has them'),
  others: Type.Array(
    Type.Object({
      ...Named,
      size: count('Members of that segment'),
      shared: count('Those who are in both'),
    }),
  ),
})

export const IntersectionsView = Type.Object({
  sets: Type.Array(
    Type.Object({
      in: Type.Array(Type.String(), { description: 'In these of the asked segments, in no other' }),
      n: count('People'),
    }),
  ),
})

export const FlowsQuery = Type.Object({
  ...Time,
  within: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 365,
      description: 'Days that an exit and the entry after it may be apart; 7 without it',
    }),
  ),
})

const FlowList = Type.Array(
  Type.Object({
    via: Type.Union(
      [Type.Literal('segment'), Type.Literal('new'), Type.Literal('filled'), Type.Literal('none')],
      {
        description:
          'A segment; or `new`: first seen shortly before, `filled`: found when the segment was ' +
          'built, `none`: from or to no segment',
      },
    ),
    segment: orNull(Type.Object(Named)),
    n: count('Moves'),
  }),
)

export const FlowsView = Type.Object({
  within: count('Days'),
  entered: FlowList,
  left: FlowList,
})
