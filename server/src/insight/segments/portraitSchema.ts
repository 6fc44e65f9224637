import { Type } from 'typebox'
import { LocalTextSchema, orNull } from '../schema.ts'

export const PORTRAIT_DAYS = 90

export const PortraitQuery = Type.Object({
  days: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 365,
      description: `How far back events are looked at; ${PORTRAIT_DAYS} without it`,
    }),
  ),
})

const share = (description: string) => Type.Number({ description, minimum: 0, maximum: 1 })

export const FindingView = Type.Object({
  kind: Type.String({
    description:
      'trait, event, source, slot (of hours), weekday, category, brand, product or path (one ' +
      'event right after another in a visit)',
  }),
  key: Type.String({ description: 'The path of a trait; else the value' }),
  subject: LocalTextSchema,
  value: LocalTextSchema,
  n: Type.Integer({ description: 'Members who have it' }),
  of: Type.Integer({ description: 'Members who have any value, or did anything' }),
  baseN: Type.Integer(),
  baseOf: Type.Integer(),
  share: share('n / of'),
  baseShare: share('baseN / baseOf'),
  lift: Type.Number({ description: 'share / baseShare' }),
  inRule: Type.Boolean({ description: 'The rule asks for this trait or event' }),
  filter: orNull(Type.String({ description: 'The value of `trait.<key>` in the list of people' })),
  sentence: LocalTextSchema,
})

const Bars = Type.Array(
  Type.Object({ value: Type.Integer(), n: Type.Integer(), baseN: Type.Integer() }),
)

export const PortraitView = Type.Object({
  size: Type.Integer({ description: 'Members' }),
  base: Type.Integer({
    description: 'All people, without staff and tests unless the segment takes them in',
  }),
  active: Type.Integer({ description: 'Members who did anything in the time' }),
  baseActive: Type.Integer({ description: 'People who did' }),
  findings: Type.Array(FindingView, {
    description:
      'What tells the most first. At least 10 people, 1 % of the segment and 1.2 times the share ' +
      'of the base, where chance is no explanation (99 %, corrected for the number of comparisons)',
  }),
  slots: Type.Array(Bars.items, {
    description: 'People by the three hours in which they come most; `value`: the first hour',
  }),
  weekdays: Type.Array(Bars.items, {
    description: 'People by the day on which they come most; 1 is Monday',
  }),
})
