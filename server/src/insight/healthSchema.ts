import { type Static, Type } from 'typebox'
import { FlowView } from './overviewSchema.ts'
import { LocalTextSchema, orNull } from './schema.ts'

const Count = Type.Integer()
const Bytes = orNull(Type.Integer({ description: 'null: not known here' }))

const Stage = Type.Object({
  key: Type.String({ description: 'log, resolve, profile, segment, deliver or history' }),
  waiting: Type.Integer({ description: 'Events or deliveries that wait for this stage' }),
  lagMs: Type.Number({ description: 'Age of the oldest of them' }),
  errors: orNull(
    Type.Integer({
      description: 'Of the last hour: rejected, dead-lettered, given up; null: it records none',
    }),
  ),
})

const Shard = Type.Object({
  lane: Type.String(),
  shard: Type.Integer(),
  perSecond: Type.Number({ description: 'Events applied a second, over the last minute' }),
  head: Type.Integer({ description: 'The last position of the log' }),
  position: Type.Integer({ description: 'The last position that is applied' }),
  waiting: Type.Integer(),
  lagMs: Type.Number(),
  historyPosition: Type.Integer(),
  historyWaiting: Type.Integer(),
  historyLagMs: Type.Number(),
  historyAttempts: Type.Integer(),
  owner: orNull(Type.String({ description: 'Id of the process that applies it' })),
})

const Process = Type.Object({
  id: Type.String(),
  roles: Type.Array(Type.String()),
  startedAt: Type.String(),
  seenAt: Type.String(),
  isSeen: Type.Boolean({ description: 'False: it has said nothing for some seconds' }),
  shards: Type.Array(Type.String({ description: 'lane:shard' })),
})

const Dependency = Type.Object({
  key: Type.Union([
    Type.Literal('postgres'),
    Type.Literal('log'),
    Type.Literal('clickhouse'),
    Type.Literal('archive'),
  ]),
  state: Type.Union([Type.Literal('ok'), Type.Literal('behind'), Type.Literal('away')]),
  required: Type.Boolean({ description: 'True: without it nothing is taken' }),
  tookMs: orNull(Type.Number({ description: 'How long it took to answer' })),
  bytes: Bytes,
  blocks: Type.Optional(Type.Integer({ description: 'Blocks of the log that it holds' })),
})
export type Dependency = Static<typeof Dependency>

export const HealthView = Type.Object({
  asOf: Type.String(),
  flow: FlowView,
  stages: Type.Array(Stage),
  shards: Type.Array(Shard),
  timers: Type.Object({
    overdue: Type.Integer({ description: 'Timers that are due and not fired; 10,000 = or more' }),
    lagMs: Type.Number(),
  }),
  processes: Type.Array(Process),
  dependencies: Type.Array(Dependency),
  disk: Type.Object({
    free: Type.Integer({ description: 'Bytes free where this process keeps its data' }),
    size: Type.Integer(),
  }),
  deadLetters: Type.Integer({ description: 'Kept with their bytes, not replayed yet' }),
  deliveries: Type.Object({
    waiting: Count,
    retrying: Type.Integer({ description: 'Of those that wait: failed before' }),
    dead: Type.Integer({ description: 'Given up in the last hour' }),
    paused: Type.Integer({ description: 'Destinations that have stopped answering' }),
  }),
})
export type HealthView = Static<typeof HealthView>

export const BalanceQuery = Type.Object({
  from: Type.Optional(
    Type.String({ format: 'date-time', description: 'First hour; a day ago without it' }),
  ),
  to: Type.Optional(
    Type.String({ format: 'date-time', description: 'Up to, not included; now without it' }),
  ),
  source: Type.Optional(
    Type.String({
      maxLength: 64,
      description: 'Id of one source; unknown: requests whose write key nobody knows',
    }),
  ),
  cursor: Type.Optional(Type.String({ maxLength: 500 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 100 })),
})
export type BalanceQuery = Static<typeof BalanceQuery>

const ByHour = Type.Array(Type.Integer())

const SourceBalance = Type.Object({
  source: orNull(
    Type.Object(
      {
        id: Type.String(),
        name: Type.String(),
        kind: Type.String(),
        archived: Type.Boolean(),
      },
      { description: 'null: requests whose write key nobody knows' },
    ),
  ),
  received: ByHour,
  accepted: Type.Array(
    Type.Integer({
      description: 'Taken at the door: applied, duplicate, dead-lettered, on the way',
    }),
  ),
  rejected: ByHour,
  applied: ByHour,
  duplicate: ByHour,
  deadLettered: ByHour,
  onTheWay: Type.Array(Type.Integer({ description: 'Accepted, and not handled yet' })),
  difference: Type.Array(
    Type.Integer({
      description:
        'Accepted, handled by now and found nowhere; negative: handled and never accepted',
    }),
  ),
  unexplained: Type.Array(Type.Integer({ description: 'Rejected without a reason on record' })),
  history: orNull(
    Type.Array(
      orNull(Type.Integer({ description: 'Rows in ClickHouse less applied; null: not final yet' })),
    ),
  ),
  reasons: Type.Array(
    Type.Object({
      code: Type.String(),
      outcome: Type.Union([Type.Literal('rejected'), Type.Literal('dead-lettered')]),
      text: LocalTextSchema,
      count: Type.Integer(),
    }),
  ),
})
export type SourceBalance = Static<typeof SourceBalance>

export const BalanceView = Type.Object({
  asOf: Type.String(),
  hours: Type.Array(Type.String({ description: 'The beginning of each hour' })),
  final: Type.Array(
    Type.Boolean({ description: 'The hour is over and everything of it has been handled' }),
  ),
  history: Type.Object({
    state: Type.Union([Type.Literal('counted'), Type.Literal('away')]),
  }),
  data: Type.Array(SourceBalance),
  next: orNull(Type.String()),
  alarms: Type.Array(
    Type.Object({
      source: orNull(Type.String()),
      hour: Type.String(),
      difference: Type.Integer(),
      unexplained: Type.Integer(),
    }),
  ),
})
export type BalanceView = Static<typeof BalanceView>
