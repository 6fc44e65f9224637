/**
 * The segment language as the builder edits it: the same JSON tree as the API's. Where a part is
 * optional here though the server asks for it, the builder lets it be filled in later.
 */

export const OPS = [
  'equals',
  'notEquals',
  'oneOf',
  'contains',
  'startsWith',
  'endsWith',
  'matches',
  'greater',
  'greaterOrEqual',
  'less',
  'lessOrEqual',
  'between',
  'before',
  'after',
  'withinLast',
  'withinNext',
  'olderThan',
  'anniversary',
  'onHoliday',
  'onAlsaceHoliday',
  'isTrue',
  'isFalse',
  'exists',
  'notExists',
  'listHas',
  'listHasAny',
  'listHasAll',
  'versionAtLeast',
  'versionBelow',
] as const
export type Op = (typeof OPS)[number]

export type Scalar = string | number | boolean
export type Window = { days: number } | { hours: number } | { minutes: number }
/** Days before and after today in which an anniversary falls. */
export type Around = { before: number; after: number }
export type Value = Scalar | Scalar[] | Window | Around | undefined

export const CALENDAR_UNITS = ['day', 'week', 'month', 'quarter', 'year'] as const
export type CalendarUnit = (typeof CALENDAR_UNITS)[number]
export type Current = { this: CalendarUnit }
export type Previous = { previous: CalendarUnit; count?: number }
/** An empty date is one that is not chosen yet. */
export type Dates = { from?: string; to?: string }
/** A rolling window, a part of the calendar, fixed dates, or (null) ever. */
export type Within = Window | Current | Previous | Dates | null

/** A length of time up to now, not a part of the calendar. */
export const isRolling = (period: NonNullable<Within>): period is Window =>
  'days' in period || 'hours' in period || 'minutes' in period

export const TIMES_OPS = ['atLeast', 'atMost', 'exactly'] as const
export type Times = { op: (typeof TIMES_OPS)[number]; count: number }

export type Comparison = { op: Op; value?: Value }
export type Filter = Comparison & { property: string }
export const DAY_KINDS = ['workday', 'holiday', 'alsaceWorkday', 'alsaceHoliday'] as const
export type DayKind = (typeof DAY_KINDS)[number]
/** A moment of the day or the week; `weekdays` from 1 (Monday), hours from 0 to 24. */
export type When = {
  weekdays?: number[]
  hours?: { from: number; to: number }
  day?: DayKind
}

export const PARTIES = ['first', 'second', 'third'] as const
/** Whose data a source brings: the company's own, a partner's own, or bought and aggregated. */
export type Party = (typeof PARTIES)[number]
/** Only what sources of these parties told; without it what comes from anywhere. */
export type FromParty = { party?: Party[] }

/** Events of a name (`null`: of any; '': not chosen yet) that fulfil all filters, at a moment. */
export type Events = FromParty & { did: string | null; where?: Filter[]; when?: When }

export type TraitCondition = Comparison & FromParty & { trait: string }
export type NearCondition = { near: string; latitude?: number; longitude?: number; km?: number }
export type EventCondition = Events & { did: string; times?: Times; within?: Within }

export const MEASURES = [
  'count',
  'sum',
  'average',
  'min',
  'max',
  'distinct',
  'first',
  'last',
] as const
export type MeasureName = (typeof MEASURES)[number]
export type Measure = {
  measure: MeasureName
  of: Events
  /** A count needs none. */
  property?: string
  within?: Within
  /** Taken off a count or a sum. */
  less?: { of: Events; property?: string }
}
export type MeasureCondition = Measure & Comparison & { than?: Measure }

/** `''` while no type is chosen. */
export type Objects = { object: string; where?: Filter[] }
export type HasCondition = Objects & { times?: Times }
export const OBJECT_MEASURES = ['sum', 'average', 'min', 'max', 'distinct'] as const
export type ObjectMeasure = (typeof OBJECT_MEASURES)[number]
/** A number made of an attribute of the objects. */
export type ObjectMeasureCondition = Objects & {
  measure: ObjectMeasure
  property: string
} & Comparison
/** What somebody has: contracts, cards, tickets. */
export type ObjectCondition = HasCondition | ObjectMeasureCondition

export type SequenceCondition = {
  sequence: Events[]
  /** From the first event to the last. */
  within: Window
  /** The last event did not follow. */
  missing?: boolean
  /** None of these in between. */
  without?: Events
  /** A property of each event, of `without` last, with the same value. */
  same?: string[]
  /** When the first event took place. */
  begun?: Within
}

export const ACTIVE_UNITS = ['day', 'week', 'month'] as const
export type ActiveUnit = (typeof ACTIVE_UNITS)[number]
export type ActiveCondition = { active: Events; unit: ActiveUnit; times: Times; last: number }

/** By the id of the segment; '' while none is chosen. */
export type SegmentCondition = { segment: string }

/** By the id of the list. */
export type ListCondition = { list: string }

export const CONSENTS = ['granted', 'refused', 'unknown'] as const
/** Without a channel only what was said of all channels counts. */
export type ConsentCondition = {
  consent: { purpose: string; channel?: string }
  is: (typeof CONSENTS)[number]
}
export const CONSENT_CHANNELS = ['email', 'sms', 'push', 'post'] as const

export const REACHABLE = ['email', 'sms'] as const
export type ReachableCondition = { reachable: (typeof REACHABLE)[number] }

/** By the name of the namespace. */
export type IdentifierCondition = { identifier: string }

/** One of the staff, or a test, as the settings say who that is. */
export type StaffCondition = { staff: true }

export type Condition =
  | TraitCondition
  | NearCondition
  | EventCondition
  | MeasureCondition
  | ObjectCondition
  | SequenceCondition
  | ActiveCondition
  | SegmentCondition
  | ListCondition
  | ConsentCondition
  | ReachableCondition
  | IdentifierCondition
  | StaffCondition

export type AllGroup = { all: Rule[] }
export type AnyGroup = { any: Rule[] }
export type NoneGroup = { none: Rule[] }
export type SomeGroup = { atLeast: number; of: Rule[] }
export type Group = AllGroup | AnyGroup | NoneGroup | SomeGroup
export type Exclusion = { not: Rule }
export type Rule = Group | Exclusion | Condition

export const isAll = (rule: Rule): rule is AllGroup => 'all' in rule
export const isAny = (rule: Rule): rule is AnyGroup => 'any' in rule
export const isNone = (rule: Rule): rule is NoneGroup => 'none' in rule
export const isSome = (rule: Rule): rule is SomeGroup => 'atLeast' in rule
export const isNot = (rule: Rule): rule is Exclusion => 'not' in rule
export const isGroup = (rule: Rule): rule is Group =>
  isAll(rule) || isAny(rule) || isNone(rule) || isSome(rule)

export const isTrait = (rule: Rule): rule is TraitCondition => 'trait' in rule
export const isNear = (rule: Rule): rule is NearCondition => 'near' in rule
export const isEvent = (rule: Rule): rule is EventCondition => 'did' in rule
export const isObject = (rule: Rule): rule is ObjectCondition => 'object' in rule
export const isObjectMeasure = (rule: ObjectCondition): rule is ObjectMeasureCondition =>
  'measure' in rule
export const isMeasure = (rule: Rule): rule is MeasureCondition =>
  'measure' in rule && !isObject(rule)
export const isSequence = (rule: Rule): rule is SequenceCondition => 'sequence' in rule
export const isActive = (rule: Rule): rule is ActiveCondition => 'active' in rule
export const isCondition = (rule: Rule): rule is Condition => !isGroup(rule) && !isNot(rule)

export const GROUP_KINDS = ['all', 'any', 'none', 'atLeast'] as const
export type GroupKind = (typeof GROUP_KINDS)[number]

export function groupKind(group: Group): GroupKind {
  return GROUP_KINDS.find((kind) => kind in group) ?? 'all'
}

/** A group of this kind; `atLeast` asks for so many of its lines. */
export function groupOf(kind: GroupKind, lines: Rule[], atLeast = 2): Group {
  if (kind === 'atLeast') return { atLeast, of: lines }
  return { [kind]: lines } as AllGroup | AnyGroup | NoneGroup
}

/** The operators that compare two measures with each other. */
export const THAN_OPS: readonly Op[] = [
  'greater',
  'greaterOrEqual',
  'less',
  'lessOrEqual',
  'equals',
  'notEquals',
]
