import { Type } from 'typebox'

/** Shapes of the routes of lists. */
const LocalText = Type.Object({ fr: Type.String(), en: Type.String() })
const Name = Type.String({ minLength: 1, maxLength: 120 })
const NameInput = Type.Union([Name, Type.Object({ fr: Name, en: Name })])
const Description = Type.String({ maxLength: 2_000 })
const closed = { additionalProperties: false }

export const ListInput = Type.Object(
  { name: NameInput, description: Type.Optional(Description) },
  closed,
)
export const ListPatch = Type.Object(
  { name: Type.Optional(NameInput), description: Type.Optional(Description) },
  closed,
)

export const ById = Type.Object({ id: Type.String({ format: 'uuid' }) })

export const Rejected = Type.Array(
  Type.Object({ reason: Type.String(), text: LocalText, count: Type.Integer() }),
  { description: 'Lines that were not taken, by reason' },
)

export const ChangeView = Type.Object({
  at: Type.String({ format: 'date-time', description: 'Event time of the change' }),
  author: Type.String(),
  kind: Type.Union([Type.Literal('added'), Type.Literal('removed')]),
  taken: Type.Integer({ description: 'Identifiers that went into the log' }),
  rejected: Rejected,
})

export const ListView = Type.Object({
  id: Type.String(),
  name: LocalText,
  description: Type.String(),
  members: Type.Union([Type.Integer(), Type.Null()], {
    description: 'People on it, as history knows it; null while ClickHouse is away',
  }),
  usedBy: Type.Array(Type.Object({ id: Type.String(), name: LocalText }), {
    description: 'Segments whose rules ask it',
  }),
  createdAt: Type.String({ format: 'date-time' }),
  updatedAt: Type.String({ format: 'date-time' }),
  updatedBy: Type.String(),
  changes: Type.Array(ChangeView, { description: 'The latest uploads and changes' }),
})

export const ListPage = Type.Object({ data: Type.Array(ListView), next: Type.Null() })

/** Identifiers of one call; for more there is the upload. */
export const MEMBERS_MAX = 5_000
const Identifiers = Type.Array(Type.String({ maxLength: 400 }), { maxItems: MEMBERS_MAX })

export const MembersInput = Type.Object(
  {
    add: Type.Optional(Identifiers),
    remove: Type.Optional(Identifiers),
  },
  { ...closed, description: 'Identifiers as namespace:value' },
)

export const UploadQuery = Type.Object({
  namespace: Type.String({ maxLength: 64, description: 'What the column holds: email, phone, …' }),
  column: Type.Optional(
    Type.String({
      maxLength: 200,
      description:
        'Its name in the first line, or its number in a file without one; else the first',
    }),
  ),
  delimiter: Type.Optional(
    Type.Enum(['comma', 'semicolon', 'tab'], { description: 'Found out by the first line' }),
  ),
  change: Type.Optional(Type.Enum(['add', 'remove'], { default: 'add' })),
})
