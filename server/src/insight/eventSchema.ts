import { type Static, Type } from 'typebox'
import { LocalTextSchema, orNull, Paging, RefSchema } from './schema.ts'

export const EventQuery = Type.Object({
  ...Paging,
  source: Type.Optional(Type.String({ format: 'uuid' })),
  event: Type.Optional(Type.String({ maxLength: 512 })),
  type: Type.Optional(
    Type.String({ enum: ['identify', 'track', 'page', 'screen', 'group', 'alias'] }),
  ),
  profile: Type.Optional(
    Type.String({ maxLength: 600, description: 'A profile id, or namespace:value' }),
  ),
  from: Type.Optional(Type.String({ format: 'date-time' })),
  to: Type.Optional(Type.String({ format: 'date-time' })),
  q: Type.Optional(Type.String({ maxLength: 200, description: 'A message id, or part of a name' })),
})
export type EventQuery = Static<typeof EventQuery>

const Anything = Type.Record(Type.String(), Type.Unknown())

export const EventView = Type.Object({
  messageId: Type.String(),
  type: Type.String(),
  event: Type.String(),
  displayName: orNull(LocalTextSchema),
  source: orNull(RefSchema),
  time: Type.String(),
  receivedAt: Type.String(),
  profile: orNull(Type.Object({ id: Type.String(), name: orNull(Type.String()) })),
  anchor: orNull(Type.String()),
  properties: Anything,
  traits: Anything,
  context: Anything,
  flags: Type.Array(Type.String()),
  state: Type.Literal('applied'),
})
export type EventView = Static<typeof EventView>

export const Totals = Type.Object({
  received: Type.Integer(),
  accepted: Type.Integer(),
  rejected: Type.Integer(),
  deadLettered: Type.Integer(),
  duplicate: Type.Integer(),
  flagged: Type.Integer(),
})
export type Totals = Static<typeof Totals>

export const EventPage = Type.Object({
  data: Type.Array(EventView),
  next: orNull(Type.String()),
  totals: Totals,
})

const Sample = Type.Union([Type.String(), Type.Number(), Type.Boolean()])

/** A property of events, or an attribute of objects, as it has been seen. */
export const KnownProperty = Type.Object({
  path: Type.String(),
  types: Type.Array(Type.String()),
  displayName: orNull(LocalTextSchema),
  sampleValues: Type.Array(Sample),
})

export const EventNames = Type.Array(
  Type.Object({
    name: Type.String(),
    type: Type.String(),
    displayName: orNull(LocalTextSchema),
    count: Type.Integer(),
    firstAt: Type.String(),
    lastAt: Type.String(),
    properties: Type.Array(KnownProperty),
  }),
)
export type EventNames = Static<typeof EventNames>

export const TraitNames = Type.Array(
  Type.Object({
    key: Type.String(),
    displayName: orNull(LocalTextSchema),
    types: Type.Array(Type.String()),
    completeness: Type.Number({ description: 'Share of the people who have it, 0 to 1' }),
    distinct: Type.Integer(),
    samples: Type.Array(Sample),
  }),
)
export type TraitNames = Static<typeof TraitNames>

export const TraitValues = Type.Array(Type.Object({ value: Type.String(), count: Type.Integer() }))
export type TraitValues = Static<typeof TraitValues>
