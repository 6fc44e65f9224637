import { type Static, Type } from 'typebox'
import { ConsentWord, LocalText } from '../privacy/index.ts'
import { destinationKinds } from './kinds/index.ts'

const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const [firstKind, ...otherKinds] = destinationKinds

export const Change = Type.Union(
  [Type.Literal('entered'), Type.Literal('left'), Type.Literal('moved'), Type.Literal('stayed')],
  {
    description:
      'moved: from one class of a segmentation to another; stayed: a member for a time that the ' +
      'segment asks for',
  },
)

export const Trigger = Type.Object(
  {
    segment: Type.String({
      minLength: 1,
      maxLength: 100,
      description: 'A segment, or a segmentation: then any of its classes',
    }),
    on: Type.Array(Change, { minItems: 1, maxItems: 4 }),
  },
  { additionalProperties: false },
)

const settings = {
  name: Type.String({ minLength: 1, maxLength: 200 }),
  /** Checked against the schema of the destination's kind. */
  config: Type.Record(Type.String(), Type.Unknown()),
  purpose: ConsentWord,
  channel: orNull(ConsentWord),
  triggers: Type.Array(Trigger, { maxItems: 50 }),
  enabled: Type.Boolean(),
}

export const DestinationInput = Type.Object(
  {
    name: settings.name,
    kind: Type.String({
      enum: [firstKind?.kind, ...otherKinds.map(({ kind }) => kind)],
    }),
    config: settings.config,
    purpose: Type.Optional(settings.purpose),
    channel: Type.Optional(settings.channel),
    triggers: Type.Optional(settings.triggers),
    enabled: Type.Optional(settings.enabled),
  },
  { additionalProperties: false },
)
export type DestinationInput = Static<typeof DestinationInput>

export const DestinationChange = Type.Partial(Type.Object(settings), {
  additionalProperties: false,
  minProperties: 1,
})
export type DestinationChange = Static<typeof DestinationChange>

export const DestinationView = Type.Object({
  id: Type.String(),
  name: Type.String(),
  kind: Type.String(),
  description: LocalText,
  config: settings.config,
  /** The signing secret; null for those who may not change the destination. */
  secret: orNull(Type.String()),
  purpose: Type.String(),
  channel: orNull(Type.String()),
  triggers: settings.triggers,
  enabled: Type.Boolean(),
  /** Failures in a row, and until when nothing is sent because of them. */
  failures: Type.Integer(),
  pausedUntil: orNull(Type.String()),
  createdAt: Type.String(),
  updatedAt: Type.String(),
  stats: Type.Object({
    delivered24h: Type.Integer(),
    failed24h: Type.Integer(),
    refused24h: Type.Integer(),
    waiting: Type.Integer(),
    lastDeliveryAt: orNull(Type.String()),
    /** Delivered in each of the last 24 hours, the current one last. */
    perHour: Type.Array(Type.Integer()),
  }),
})
export type DestinationView = Static<typeof DestinationView>

const Reason = Type.Object({ code: Type.String(), text: LocalText })
export const DeliveryState = Type.Union([
  Type.Literal('waiting'),
  Type.Literal('delivered'),
  Type.Literal('retrying'),
  Type.Literal('refused'),
  Type.Literal('dead'),
])
export type DeliveryState = Static<typeof DeliveryState>

const delivery = {
  id: Type.String(),
  at: Type.String(),
  destination: Type.Object({ id: Type.String(), name: Type.String() }),
  profile: Type.Object({ id: Type.String(), name: orNull(Type.String()) }),
  segment: Type.Object({ id: Type.String(), name: Type.Union([Type.String(), LocalText]) }),
  change: Change,
  state: DeliveryState,
  attempts: Type.Integer(),
  reason: orNull(Reason),
  idempotencyKey: Type.String(),
  nextAttemptAt: orNull(Type.String()),
}
export const DeliveryView = Type.Object(delivery)
export type DeliveryView = Static<typeof DeliveryView>

const Headers = Type.Record(Type.String(), Type.String())
const KeptRequest = Type.Object({
  method: Type.String(),
  url: Type.String(),
  headers: Headers,
  body: Type.String(),
})
const KeptResponse = Type.Object({
  status: Type.Integer(),
  headers: Headers,
  body: Type.String(),
  tookMs: Type.Integer(),
})
export const TestResult = Type.Object({
  request: KeptRequest,
  response: orNull(KeptResponse),
  error: orNull(Reason),
})
export const AttemptView = Type.Object({
  at: Type.String(),
  request: KeptRequest,
  response: orNull(KeptResponse),
  tookMs: Type.Integer(),
  error: orNull(Reason),
})
export type AttemptView = Static<typeof AttemptView>

/** Here `attempts` are the attempts themselves, oldest first, not their number. */
export const DeliveryDetail = Type.Object({
  ...delivery,
  payload: Type.Unknown(),
  attempts: Type.Array(AttemptView),
})
export type DeliveryDetail = Static<typeof DeliveryDetail>

export const DeliveryFilter = Type.Object({
  destination: Type.Optional(Type.String({ format: 'uuid' })),
  state: Type.Optional(DeliveryState),
  profile: Type.Optional(Type.String({ format: 'uuid' })),
  segment: Type.Optional(Type.String({ maxLength: 100 })),
  from: Type.Optional(Type.String({ format: 'date-time' })),
  to: Type.Optional(Type.String({ format: 'date-time' })),
})
export type DeliveryFilter = Static<typeof DeliveryFilter>
