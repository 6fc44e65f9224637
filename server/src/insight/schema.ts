import { type Static, Type } from 'typebox'

export const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

export const LocalTextSchema = Type.Object({ fr: Type.String(), en: Type.String() })
export const RefSchema = Type.Object({ id: Type.String(), name: Type.String() })
export const SegmentRef = Type.Object({ id: Type.String(), name: LocalTextSchema })

export const Paging = {
  cursor: Type.Optional(Type.String({ maxLength: 500 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
}

/** Names a profile: an id of today or a former one, or `namespace:value`. */
export const ByProfile = Type.Object({
  id: Type.String({
    minLength: 1,
    maxLength: 600,
    description: "A profile's id, or an identifier as namespace:value",
  }),
})

export const TraitView = Type.Object({
  value: Type.Unknown(),
  type: Type.String({ description: 'text, number, boolean, date or list' }),
  source: orNull(RefSchema),
  event: orNull(Type.String()),
  time: Type.String({ description: 'Of a computed one: of the newest event it was made of' }),
  masked: Type.Optional(Type.Literal(true)),
  computed: Type.Optional(
    Type.Object({
      id: Type.String({ description: 'Of its definition, under computed-traits' }),
      events: Type.Integer({ description: 'Kept events that it was made of' }),
      approximate: Type.Boolean({ description: 'More took place than is kept or shown' }),
      complete: Type.Boolean({ description: 'False while its history is being filled in' }),
      shows: orNull(Type.String({ description: 'The property whose values it shows' })),
    }),
  ),
})
export type TraitView = Static<typeof TraitView>

export const Scope = Type.Union([
  Type.Literal('person'),
  Type.Literal('account'),
  Type.Literal('device'),
  Type.Literal('household'),
])

export const IdentifierView = Type.Object({
  namespace: Type.String(),
  value: Type.String(),
  scope: Scope,
  firstSeen: Type.String(),
  lastSeen: Type.String(),
})
export type IdentifierView = Static<typeof IdentifierView>

export const ProfileKind = Type.Union([
  Type.Literal('known'),
  Type.Literal('anonymous'),
  Type.Literal('account'),
])

const AttributeView = Type.Object({
  key: Type.String({ description: 'Its path, as address.city' }),
  value: Type.Unknown(),
  type: Type.String({ description: 'text, number, boolean, date or list' }),
  source: orNull(RefSchema),
  time: Type.String({ description: 'Of the event that told it' }),
  masked: Type.Optional(Type.Literal(true)),
})

export const ObjectView = Type.Object({
  id: Type.String(),
  firstNamed: Type.String({ description: 'Time of the earliest event that named it' }),
  lastNamed: Type.String({ description: 'Time of the latest event that named it' }),
  source: orNull(RefSchema),
  attributes: Type.Array(AttributeView),
})
export type ObjectView = Static<typeof ObjectView>

export const ObjectsView = Type.Array(
  Type.Object({
    type: Type.String(),
    objects: Type.Array(ObjectView, { description: 'The one that was named last first' }),
    capped: Type.Boolean({ description: 'There may be more than are kept: the ones named last' }),
  }),
)
export type ObjectsView = Static<typeof ObjectsView>

export const ProfileView = Type.Object({
  id: Type.String(),
  aliases: Type.Array(Type.String()),
  kind: ProfileKind,
  name: orNull(Type.String()),
  firstSeen: orNull(Type.String()),
  lastSeen: orNull(Type.String()),
  eventCount: Type.Integer(),
  eventCounts: Type.Array(
    Type.Object({
      event: Type.String(),
      count: Type.Integer(),
      first: Type.String(),
      last: Type.String(),
    }),
  ),
  traits: Type.Record(Type.String(), TraitView),
  objects: ObjectsView,
  identifiers: Type.Array(IdentifierView),
  segments: Type.Array(
    Type.Object({ id: Type.String(), name: LocalTextSchema, enteredAt: Type.String() }),
  ),
  consents: Type.Array(
    Type.Object({
      purpose: Type.String(),
      channel: Type.String(),
      granted: Type.Boolean(),
      at: Type.String(),
      source: orNull(RefSchema),
    }),
  ),
  flags: Type.Array(Type.String()),
})
export type ProfileView = Static<typeof ProfileView>

export const PersonRow = Type.Object({
  id: Type.String(),
  name: orNull(Type.String()),
  initials: orNull(Type.String()),
  email: orNull(Type.String()),
  phone: orNull(Type.String()),
  city: orNull(Type.String()),
  firstSeen: Type.String(),
  lastSeen: Type.String(),
  events: Type.Integer(),
  segments: Type.Array(Type.String()),
  identifiers: Type.Integer(),
  kind: ProfileKind,
})
export type PersonRow = Static<typeof PersonRow>

export const PeoplePage = Type.Object({
  data: Type.Array(PersonRow),
  next: orNull(Type.String()),
  total: Type.Integer(),
})

const Reason = Type.Object({ code: Type.String(), text: LocalTextSchema })

export const TimelineEntry = Type.Object({
  kind: Type.Union([
    Type.Literal('event'),
    Type.Literal('segment'),
    Type.Literal('delivery'),
    Type.Literal('trait'),
  ]),
  time: Type.String(),
  event: orNull(Type.String()),
  displayName: orNull(LocalTextSchema),
  summary: orNull(LocalTextSchema),
  properties: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  messageId: Type.Optional(Type.String()),
  flags: Type.Optional(Type.Array(Type.String())),
  change: Type.Optional(
    Type.Union([
      Type.Literal('entered'),
      Type.Literal('left'),
      Type.Literal('moved'),
      Type.Literal('stayed'),
    ]),
  ),
  segment: Type.Optional(SegmentRef),
  delivery: Type.Optional(Type.String()),
  reason: Type.Optional(orNull(Reason)),
})
export type TimelineEntry = Static<typeof TimelineEntry>

export const SessionView = Type.Object({
  id: Type.String(),
  source: orNull(RefSchema),
  device: orNull(Type.String()),
  start: Type.String(),
  end: Type.String(),
  events: Type.Array(TimelineEntry),
})
export type SessionView = Static<typeof SessionView>

export const TimelinePage = Type.Object({
  sessions: Type.Array(SessionView),
  next: orNull(Type.String()),
})

export const TraitVersion = Type.Object({
  value: Type.Unknown(),
  source: orNull(RefSchema),
  event: orNull(Type.String()),
  time: Type.String(),
})
export type TraitVersion = Static<typeof TraitVersion>

export const Stay = Type.Object({
  segment: SegmentRef,
  enteredAt: Type.String(),
  leftAt: orNull(Type.String()),
})
export type Stay = Static<typeof Stay>
export const Stays = Type.Object({ current: Type.Array(Stay), history: Type.Array(Stay) })

export const IdentityNode = Type.Object({
  id: Type.String(),
  namespace: Type.String(),
  value: Type.String(),
  scope: Scope,
  firstSeen: orNull(Type.String()),
  profileId: orNull(Type.String()),
})
export type IdentityNode = Static<typeof IdentityNode>

export const IdentityLink = Type.Object({
  id: Type.String(),
  from: Type.String(),
  to: Type.String(),
  kind: Type.Union([
    Type.Literal('decision'),
    Type.Literal('alias'),
    Type.Literal('event'),
    Type.Literal('rule'),
    Type.Literal('login'),
  ]),
  state: Type.Union([
    Type.Literal('accepted'),
    Type.Literal('refused'),
    Type.Literal('retracted'),
    Type.Literal('frozen'),
  ]),
  reason: Reason,
  firstAt: Type.String(),
  event: orNull(Type.String()),
  source: orNull(RefSchema),
})
export type IdentityLink = Static<typeof IdentityLink>

export const IdentityView = Type.Object({
  nodes: Type.Array(IdentityNode),
  links: Type.Array(IdentityLink),
  devices: Type.Array(
    Type.Object({
      identifier: Type.String(),
      logins: Type.Array(
        Type.Object({ at: Type.String(), owner: Type.String({ description: 'A profile id' }) }),
      ),
    }),
  ),
  history: Type.Array(
    Type.Object({
      at: Type.String(),
      kind: Type.Union([Type.Literal('merged'), Type.Literal('unmerged')]),
      identifier: Type.String(),
      profiles: Type.Array(Type.String()),
      text: LocalTextSchema,
    }),
  ),
})
export type IdentityView = Static<typeof IdentityView>

export const UnmergeBody = Type.Union([
  Type.Object(
    { links: Type.Array(Type.String({ format: 'uuid' }), { minItems: 1, maxItems: 200 }) },
    { additionalProperties: false },
  ),
  Type.Object(
    { identifier: Type.String({ minLength: 3, maxLength: 600 }) },
    { additionalProperties: false },
  ),
])
export type UnmergeBody = Static<typeof UnmergeBody>

export const UnmergePreview = Type.Object({
  identifiers: Type.Array(Type.Object({ namespace: Type.String(), value: Type.String() })),
  events: Type.Integer(),
  traits: Type.Array(Type.String()),
})

const Position = Type.Object({
  lane: Type.String(),
  shard: Type.Integer(),
  position: Type.Integer(),
})
export const DecisionTaken = Type.Object({
  position: Position,
  positions: Type.Array(Position),
  profiles: Type.Array(Type.String()),
})

export const LinkBody = Type.Object(
  {
    identifier: Type.String({ minLength: 3, maxLength: 600 }),
    decision: Type.Union([
      Type.Literal('link'),
      Type.Literal('cannot-link'),
      Type.Literal('retract'),
    ]),
  },
  { additionalProperties: false },
)
export type LinkBody = Static<typeof LinkBody>
