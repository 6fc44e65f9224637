import { type Static, Type } from 'typebox'
import { DAY_MS, HOUR_MS } from '../platform/durations.ts'
import { LocalTextSchema, orNull } from './schema.ts'

export const PERIODS = { '1h': HOUR_MS, '24h': DAY_MS, '7d': 7 * DAY_MS } as const
export type Period = keyof typeof PERIODS

export const OverviewQuery = Type.Object({
  period: Type.Optional(
    Type.Union([Type.Literal('1h'), Type.Literal('24h'), Type.Literal('7d')], { default: '24h' }),
  ),
})

const Series = Type.Array(Type.Number())

export const FlowView = Type.Object({
  sources: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      kind: Type.String(),
      perSecond: Type.Number(),
      share: Type.Number({ description: 'Of all accepted events of the period, 0 to 1' }),
      silentSince: orNull(Type.String()),
    }),
  ),
  stages: Type.Array(
    Type.Object({
      key: Type.Union([
        Type.Literal('log'),
        Type.Literal('resolve'),
        Type.Literal('profile'),
        Type.Literal('segment'),
        Type.Literal('deliver'),
      ]),
      perSecond: Type.Number(),
      lagMs: Type.Number({ description: 'Age of the oldest thing that waits here' }),
      series: Series,
    }),
  ),
  destinations: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      kind: Type.String(),
      perSecond: Type.Number(),
      lateBy: orNull(Type.Number({ description: 'ms; null when nothing is late' })),
    }),
  ),
  sinkLagMs: Type.Number(),
  /** Events that the flow has not read yet. */
  waiting: Type.Integer(),
  rejected: Type.Integer(),
  deadLettered: Type.Integer(),
  balance: Type.Object({
    received: Type.Integer(),
    accepted: Type.Integer(),
    rejected: Type.Integer(),
    deadLettered: Type.Integer(),
    balanced: Type.Boolean(),
  }),
})
export type FlowView = Static<typeof FlowView>

export const TileView = Type.Object({
  value: Type.Number(),
  change: orNull(
    Type.Number({ description: 'Against the period before: a share; of rates, the difference' }),
  ),
  series: Series,
})
export type TileView = Static<typeof TileView>

export const TilesView = Type.Object({
  people: TileView,
  events: TileView,
  matchRate: TileView,
  reachableEmail: TileView,
  entries: TileView,
  deliveries: TileView,
})
export type TilesView = Static<typeof TilesView>

export const ChecklistItem = Type.Object({
  key: Type.String(),
  done: Type.Boolean(),
  at: orNull(Type.String()),
})
export type ChecklistItem = Static<typeof ChecklistItem>

export const AttentionItem = Type.Object({
  key: Type.String(),
  text: LocalTextSchema,
  href: Type.String(),
  since: orNull(Type.String()),
})
export type AttentionItem = Static<typeof AttentionItem>

export const MovingSegment = Type.Object({
  id: Type.String(),
  name: LocalTextSchema,
  size: Type.Integer(),
  entered: Type.Integer(),
  left: Type.Integer(),
})
export type MovingSegment = Static<typeof MovingSegment>

export const OverviewView = Type.Object({
  period: Type.String(),
  asOf: Type.String(),
  flow: FlowView,
  tiles: TilesView,
  checklist: Type.Array(ChecklistItem),
  attention: Type.Array(AttentionItem),
  segmentsMoving: Type.Array(MovingSegment),
  firstEventAt: orNull(Type.String()),
})
export type OverviewView = Static<typeof OverviewView>
