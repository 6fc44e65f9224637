/** Shapes of the intake's routes. */
import { Type } from 'typebox'

export const LocalTextSchema = Type.Object({ fr: Type.String(), en: Type.String() })

const SourceSchema = Type.Object({ id: Type.String(), name: Type.String() })

export const LiveStateSchema = Type.Union([
  Type.Literal('accepted'),
  Type.Literal('rejected'),
  Type.Literal('flagged'),
  Type.Literal('duplicate'),
])

export const LiveQuerySchema = Type.Object({
  source: Type.Optional(Type.String({ maxLength: 64, description: 'Id of a source.' })),
  state: Type.Optional(LiveStateSchema),
  q: Type.Optional(Type.String({ maxLength: 200, description: 'Text anywhere in the event.' })),
})

export const RecentQuerySchema = Type.Object({
  ...LiveQuerySchema.properties,
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_000, default: 500 })),
})

const NullableText = Type.Union([Type.String(), Type.Null()])

export const LiveMessageSchema = Type.Object({
  at: Type.String(),
  receivedAt: Type.String(),
  source: SourceSchema,
  type: NullableText,
  event: NullableText,
  messageId: NullableText,
  summary: Type.String(),
  identifiers: Type.Array(Type.Object({ namespace: Type.String(), value: Type.String() })),
  state: LiveStateSchema,
  reason: Type.Union([
    Type.Object({ code: Type.String(), text: LocalTextSchema, hint: LocalTextSchema }),
    Type.Null(),
  ]),
  flags: Type.Array(Type.String()),
  raw: Type.String({ description: 'The event as it came, as text; masked for readers.' }),
})

/** All of a bounded list: there is never a next page. */
export const RecentSchema = Type.Object({ data: Type.Array(LiveMessageSchema), next: Type.Null() })

export const ProblemsSchema = Type.Array(
  Type.Object({
    code: Type.String(),
    text: LocalTextSchema,
    hint: LocalTextSchema,
    count: Type.Integer(),
    firstAt: Type.String(),
    lastAt: Type.String(),
    sources: Type.Array(SourceSchema),
    sample: Type.Union([Type.Object({ raw: Type.String() }), Type.Null()]),
  }),
)

export const DeadLettersQuerySchema = Type.Object({
  reason: Type.Optional(Type.String({ minLength: 1, maxLength: 300 })),
  replayed: Type.Optional(
    Type.Boolean({ default: false, description: 'Those that were replayed as well.' }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })),
})

/** The newest of them: what is replayed leaves the list, so that the rest comes up. */
export const DeadLettersSchema = Type.Object({
  data: Type.Array(
    Type.Object({
      id: Type.String(),
      at: Type.String(),
      source: Type.Union([SourceSchema, Type.Null()]),
      reason: Type.String(),
      raw: Type.String({ description: 'The event as it came, as text; masked for readers.' }),
      replayedAt: NullableText,
    }),
  ),
  next: Type.Null(),
})

export const ReplayedSchema = Type.Object({
  count: Type.Integer({ description: 'How many were taken in again.' }),
  left: Type.Integer({ description: 'How many still wait to be replayed.' }),
})

export const VolumesQuerySchema = Type.Object({
  minutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_440, default: 60 })),
  source: Type.Optional(Type.String({ maxLength: 64 })),
})

export const VolumesSchema = Type.Array(
  Type.Object({
    minute: Type.String(),
    accepted: Type.Integer(),
    rejected: Type.Integer(),
    flagged: Type.Integer(),
  }),
)

export const TotalsQuerySchema = Type.Object({
  hours: Type.Optional(Type.Integer({ minimum: 1, maximum: 24 * 90, default: 24 })),
})

const totals = {
  received: Type.Integer(),
  accepted: Type.Integer(),
  rejected: Type.Integer(),
  deadLettered: Type.Integer(),
  duplicate: Type.Integer(),
  flagged: Type.Integer(),
}

export const TotalsSchema = Type.Object({
  ...totals,
  applied: Type.Integer({ description: 'Accepted events that changed a profile.' }),
  waiting: Type.Integer({ description: 'Accepted events that the flow has not read yet.' }),
  balanced: Type.Boolean({
    description: 'True when no event was applied or dead-lettered that was not accepted.',
  }),
  byHour: Type.Array(
    Type.Object({
      hour: Type.String(),
      received: Type.Integer(),
      accepted: Type.Integer(),
      rejected: Type.Integer(),
    }),
  ),
  bySource: Type.Array(Type.Object({ source: SourceSchema, ...totals })),
})

export const SourceParamsSchema = Type.Object({ id: Type.String({ format: 'uuid' }) })

export const TestEventSchema = Type.Object({ messageId: Type.String() })
