import { Type } from 'typebox'
import { windowSchema } from './schema.ts'

/** Shapes of the segment API. */
export const LocalText = Type.Object({ fr: Type.String(), en: Type.String() })

export const DaySize = Type.Object({ day: Type.String(), size: Type.Integer() })

export const RuleBody = Type.Unknown({
  description:
    'The rule as a tree: groups (all, any, none, atLeast, not) of conditions (trait, near, did, ' +
    'measure, sequence, active, segment, list, identifier, consent, reachable, staff); ' +
    'docs/segments.md has an example of each.',
})

export const SegmentStateName = Type.Union([
  Type.Literal('draft'),
  Type.Literal('live'),
  Type.Literal('backfilling'),
  Type.Literal('paused'),
  Type.Literal('archived'),
])

const DraftView = Type.Object(
  {
    rule: Type.Unknown({ description: 'As it was saved; it need not be a rule yet' }),
    faults: Type.Array(Type.Object({ path: Type.String(), message: Type.String() }), {
      description: 'What to put right before it can be published; empty: nothing',
    }),
  },
  { description: 'A rule that somebody works on: nothing evaluates it' },
)

const Ref = Type.Object({ id: Type.String(), name: Type.String() })

export const IncludesStaff = Type.Boolean({
  description: 'Whether staff and test profiles can be members; false: they are left out',
})

export const SegmentView = Type.Object({
  id: Type.String({ description: 'UUID' }),
  name: LocalText,
  description: Type.String(),
  rule: RuleBody,
  size: Type.Integer({ description: 'Members now' }),
  trend: Type.Array(DaySize, { description: 'Size at the end of each of the last 30 days' }),
  entered24h: Type.Integer(),
  left24h: Type.Integer(),
  state: SegmentStateName,
  reason: Type.Union([LocalText, Type.Null()], {
    description: 'Why the program paused it; null: it did not',
  }),
  progress: Type.Number({ description: '0 to 1, while backfilling' }),
  version: Type.Integer(),
  createdAt: Type.String({ format: 'date-time' }),
  updatedAt: Type.String({ format: 'date-time' }),
  updatedBy: Type.String(),
  sentence: LocalText,
  draft: Type.Union([DraftView, Type.Null()]),
  folder: Type.String({ description: 'A path as `Fidélité/Noël`; empty: in none' }),
  tags: Type.Array(Type.String()),
  stays: Type.Array(Type.Object({ after: windowSchema, repeat: Type.Boolean() })),
  includesStaff: IncludesStaff,
  segmentation: Type.Union(
    [
      Type.Object({
        id: Type.String(),
        name: LocalText,
        order: Type.Union([Type.Integer(), Type.Null()]),
      }),
      Type.Null(),
    ],
    { description: 'Of a class: its segmentation, and its place in the order, from 0' },
  ),
  owner: Type.Union([Ref, Type.Null()]),
  consumers: Type.Integer({ description: 'How many destinations and segments use it' }),
  unused: Type.Boolean({ description: 'Used by nothing and opened by nobody for 90 days' }),
})

export const NameInput = Type.Union([
  Type.String({ minLength: 1, maxLength: 120 }),
  Type.Object({
    fr: Type.String({ minLength: 1, maxLength: 120 }),
    en: Type.String({ minLength: 1, maxLength: 120 }),
  }),
])

export const Effects = Type.Union([Type.Literal('none'), Type.Literal('fire')], {
  description:
    'Whether destinations are told of those who enter or leave by this very change; `none` ' +
    'without it',
})

const Stays = Type.Array(
  Type.Object(
    {
      after: windowSchema,
      repeat: Type.Boolean({ description: 'Every so often, not just once; a day at the least' }),
    },
    { additionalProperties: false },
  ),
  { maxItems: 5, description: 'How long members must stay to be told of' },
)

const place = {
  folder: Type.Optional(Type.String({ maxLength: 200 })),
  tags: Type.Optional(Type.Array(Type.String({ maxLength: 50 }), { maxItems: 20 })),
  owner: Type.Optional(Type.Union([Type.String({ format: 'uuid' }), Type.Null()])),
}

export const SegmentInput = Type.Object(
  {
    name: NameInput,
    description: Type.Optional(Type.String({ maxLength: 2_000 })),
    rule: RuleBody,
    state: Type.Optional(
      Type.Literal('draft', { description: 'Keep it as it is: it need not be a rule yet' }),
    ),
    ...place,
    stays: Type.Optional(Stays),
    includesStaff: Type.Optional(IncludesStaff),
    effects: Type.Optional(Effects),
  },
  { additionalProperties: false },
)

export const SegmentPatch = Type.Object(
  {
    name: Type.Optional(NameInput),
    description: Type.Optional(Type.String({ maxLength: 2_000 })),
    rule: Type.Optional(RuleBody),
    draft: Type.Optional(
      Type.Unknown({ description: 'A rule to go on with later; null throws it away' }),
    ),
    ...place,
    stays: Type.Optional(Stays),
    includesStaff: Type.Optional(IncludesStaff),
    effects: Type.Optional(Effects),
    state: Type.Optional(
      Type.Union([Type.Literal('live'), Type.Literal('paused'), Type.Literal('archived')]),
    ),
  },
  { additionalProperties: false },
)

export const ApproximateView = Type.Array(
  Type.Object({
    path: Type.String({ description: 'Of the condition, as /all/1; the whole rule has none' }),
    sentence: LocalText,
    people: Type.Integer({ description: 'Of whom more took place than is kept' }),
    keeps: Type.Union([Type.Literal('events'), Type.Literal('objects')]),
    kept: Type.Integer({
      description: 'So many of a person are kept: the newest events, or the objects named last',
    }),
  }),
  {
    description:
      'Conditions whose live answer is of what is kept alone for some people, of whom more took ' +
      'place; empty: the members are exact. Previews and answers about the past always are.',
  },
)

export const PreviewView = Type.Object({
  count: Type.Integer(),
  base: Type.Integer({ description: 'All people, but those who are left out' }),
  leftOut: Type.Integer({ description: 'Staff and test profiles, who are not counted' }),
  percent: Type.Number({ description: '0 to 100' }),
  conditions: Type.Array(
    Type.Object({ path: Type.String(), count: Type.Integer(), sentence: LocalText }),
  ),
  reachable: Type.Array(Type.Object({ channel: Type.String(), count: Type.Integer() })),
  approximate: ApproximateView,
  sample: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      email: Type.Union([Type.String(), Type.Null()]),
      city: Type.Union([Type.String(), Type.Null()]),
      identifiers: Type.Array(Type.String()),
      lastSeen: Type.String(),
      events: Type.Integer(),
      why: Type.Array(Type.String()),
    }),
  ),
  sentence: LocalText,
  tookMs: Type.Number(),
  asOf: Type.String({ format: 'date-time' }),
})

const DiffPerson = Type.Object({
  id: Type.String(),
  name: Type.String(),
  email: Type.Union([Type.String(), Type.Null()]),
  identifiers: Type.Array(Type.String()),
})

export const DiffView = Type.Object({
  enters: Type.Integer(),
  leaves: Type.Integer(),
  stays: Type.Integer(),
  samples: Type.Object(
    { enters: Type.Array(DiffPerson), leaves: Type.Array(DiffPerson) },
    { description: 'Ten of each at the most' },
  ),
  destinations: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      enabled: Type.Boolean(),
      entered: Type.Integer(),
      left: Type.Integer(),
    }),
    {
      description:
        'Destinations that would be told with `"effects": "fire"`, of how many entries and exits; ' +
        'consent is asked for each of them and may leave fewer',
    },
  ),
  asOf: Type.String({ format: 'date-time' }),
})

export const MemberView = Type.Object({
  id: Type.String(),
  name: Type.String(),
  email: Type.Union([Type.String(), Type.Null()]),
  city: Type.Union([Type.String(), Type.Null()]),
  identifiers: Type.Array(Type.String()),
  lastSeen: Type.String(),
  events: Type.Integer(),
  enteredAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
    description: 'null in answers about the past',
  }),
})

export const VersionView = Type.Object({
  version: Type.Integer(),
  rule: RuleBody,
  at: Type.String({ format: 'date-time' }),
  author: Type.String(),
  sentence: LocalText,
})

const LineView = Type.Object({ path: Type.String(), sentence: LocalText })

export const ComparisonView = Type.Object({
  from: VersionView,
  to: VersionView,
  removed: Type.Array(LineView, { description: 'Lines that only `from` has; paths are in it' }),
  added: Type.Array(LineView, { description: 'Lines that only `to` has; paths are in it' }),
  kept: Type.Array(LineView),
  isRegrouped: Type.Boolean({ description: 'The lines are joined in another way: all, any, …' }),
  enters: Type.Integer({ description: 'People of now whom only `to` has' }),
  leaves: Type.Integer({ description: 'People of now whom only `from` has' }),
  stays: Type.Integer(),
})

export const IdParams = Type.Object({ id: Type.String({ format: 'uuid' }) })
