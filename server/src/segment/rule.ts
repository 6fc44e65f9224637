import type { Purpose } from '../privacy/index.ts'
import type { SourceParty } from '../workspace/index.ts'
import type { Period, Window } from './period.ts'
import type { Schedule } from './query/schedule.ts'

export type { Period, Window } from './period.ts'

/** What becomes of the segment that has a rule. */
export type SegmentState = 'draft' | 'backfilling' | 'live' | 'paused' | 'archived'

/** The segment language: one JSON tree, bounded. Each kind of node has a file in `kinds/`. */

export type Operator =
  | 'equals'
  | 'notEquals'
  | 'oneOf'
  | 'contains'
  | 'startsWith'
  | 'endsWith'
  | 'greater'
  | 'greaterOrEqual'
  | 'less'
  | 'lessOrEqual'
  | 'between'
  | 'before'
  | 'after'
  | 'withinLast'
  | 'withinNext'
  | 'olderThan'
  | 'isTrue'
  | 'isFalse'
  | 'exists'
  | 'notExists'
  | 'listHas'
  | 'listHasAny'
  | 'listHasAll'
  | 'matches'
  | 'versionAtLeast'
  | 'versionBelow'
  | 'anniversary'
  | 'onHoliday'
  | 'onAlsaceHoliday'

export type Scalar = string | number | boolean
/** Days before and after today in which an anniversary falls. */
export type Around = { before: number; after: number }
export type Operand = Scalar | Scalar[] | Window | Around

export type Comparison = { op: Operator; value?: Operand }

/** By the calendar of each person's own time zone; without it by that of the workspace. */
export type Zoned = { zone?: 'person' }

/** Whose data: the company's own, a partner's own, or bought and aggregated. */
export type Party = SourceParty

/** What these sources told, by their numbers, or all others but them. */
export type Sources = { only: number[] } | { except: number[] }

/**
 * Only what sources of these parties told; without it what comes from anywhere. `sources` says
 * which ones that are today: only `resolveRule` puts it there, so that no one can send it, and it
 * is never stored.
 */
export type FromParty = { party?: Party[]; sources?: Sources }

export type TraitRule = Comparison & Zoned & FromParty & { trait: string }
export type PropertyFilter = Comparison & { property: string }

export type Times = { op: 'atLeast' | 'atMost' | 'exactly'; count: number }

/** By the public holidays of France, or of Alsace and Moselle; work is from Monday to Friday. */
export type DayKind = 'workday' | 'holiday' | 'alsaceWorkday' | 'alsaceHoliday'

/** A moment of the day or the week, by clock and calendar; all that it names must be so. */
export type Moment = {
  /** 1 (Monday) to 7. */
  weekdays?: number[]
  /** From the beginning of the one (0 to 23) to that of the other (1 to 24), over midnight too. */
  hours?: { from: number; to: number }
  day?: DayKind
}

/**
 * Events: of one name (`null`: of any), those whose properties fulfil all filters, and that took
 * place at a moment.
 */
export type Events = FromParty & { did: string | null; where?: PropertyFilter[]; when?: Moment }

export type DidRule = Events & Zoned & { did: string; times: Times; within: Period }

export type MeasureName =
  | 'count'
  | 'sum'
  | 'average'
  | 'min'
  | 'max'
  | 'distinct'
  | 'first'
  | 'last'

/** A number, or for `first` and `last` any value, made of somebody's events. */
export type Measure = {
  measure: MeasureName
  of: Events
  /** Path of the property; a count needs none. */
  property?: string
  within: Period
  /** Taken off a count or a sum: refunds, cancellations. */
  less?: { of: Events; property?: string }
}

/** Compares a measure with a value or with another measure of the same profile. */
export type MeasureRule = Measure & Comparison & Zoned & { than?: Measure }

/** One event after the other, or the last of them missing. */
export type SequenceRule = Zoned & {
  sequence: Events[]
  /** From the first event to the last. */
  within: Window
  /** True: the last event did not follow in that time. */
  missing?: boolean
  /** None of these in between. */
  without?: Events
  /** A property of each of them, of `without` last: all have the same value. */
  same?: string[]
  /** When the first event took place. */
  begun: Period
}

/** Distinct days, weeks or months with an event, among the last ones, the current one included. */
export type ActiveRule = Zoned & {
  active: Events
  unit: 'day' | 'week' | 'month'
  times: Times
  last: number
}

/** Within so many kilometres of a point; the trait's parts `latitude` and `longitude` say where. */
export type NearRule = { near: string; latitude: number; longitude: number; km: number }

/**
 * In another segment, by its public id. `rule` is what that one asks today: only `resolveRule` puts
 * it there, so that no one can send it, and it is never stored.
 */
export type MemberRule = { segment: string; rule?: Rule }

/** Has an identifier of a namespace. */
export type IdentifierRule = { identifier: string }

/** What was said about a purpose: for a channel (what was said for all counts too), or for all. */
export type ConsentRule = {
  consent: { purpose: string; channel?: string }
  is: 'granted' | 'refused' | 'unknown'
}

/**
 * Marketing may reach the person in a channel. `as` is the legal basis that the purpose has today:
 * only `resolveRule` puts it there.
 */
export type ReachableRule = { reachable: 'email' | 'sms'; as?: Purpose['basis'] }

/** On a static list, by its public id. */
export type ListRule = { list: string }

/** Who is staff, or a test: by any of these. */
export type StaffDefinition = {
  /** Ends of e-mail addresses, as `acme.fr`, and parts of them, as `+test@`; in lower case. */
  domains: string[]
  emails: string[]
  /** Path of a trait that is true, and the public id of a static list. */
  trait: string | null
  list: string | null
}

/**
 * Is one of the staff, or a test. `as` is what the workspace says of them today: only `resolveRule`
 * puts it there, so that no one can send it, and it is never stored.
 */
export type StaffRule = { staff: true; as?: StaffDefinition }

/** Objects of a type that the person has: those whose attributes fulfil all filters. */
export type Objects = { object: string; where?: PropertyFilter[] }

/** Has so many objects. */
export type ObjectRule = Objects & { times: Times }

export type ObjectMeasure = 'sum' | 'average' | 'min' | 'max' | 'distinct'

/** Compares a number made of an attribute of the person's objects. */
export type ObjectMeasureRule = Objects & { measure: ObjectMeasure; property: string } & Comparison

/** The value told most often by somebody's events. */
export type MostFrequent = { mostFrequent: string; of: Events; within: Period }
/** All different values, the one told last first. */
export type UniqueList = { uniqueList: string; of: Events; within: Period }
/** The hour (0 to 23) or the day of the week (1 = Monday) at which most of them took place. */
export type UsualTime = { usualTime: 'hour' | 'weekday'; of: Events; within: Period }
/** Whole days since the first or the last of them. */
export type DaysSince = { daysSince: Edge; of: Events; within: Period }
/** The mean of the days from one of them to the next. */
export type DaysBetween = { daysBetween: 'mean'; of: Events; within: Period }
/** When the first or the last of them took place. */
export type TimeOf = { timeOf: Edge; of: Events; within: Period }
export type Edge = 'first' | 'last'
/** One measure divided by another. */
export type Ratio = { ratio: [Measure, Measure] }

/** Four cut-offs each, the lowest first: of days, of a count, of a sum. */
export type RfmCuts = { r: number[]; f: number[]; m: number[] }
/** Scores from the one to the other. */
export type RfmRange = [number, number]
export type RfmGroup = {
  key: string
  name: { fr: string; en: string }
  /** Any of them. */
  cells: { r: RfmRange; f: RfmRange; m?: RfmRange }[]
}

/** Recency and frequency of events and the sum of a property, scored from 1 to 5. */
export type Rfm = {
  rfm: Events
  monetary: string
  within: Period
  less?: { of: Events; property?: string }
  /** Fixed ones; left out: quintiles over the people, computed daily. */
  cuts?: RfmCuts
  groups?: readonly RfmGroup[]
  /** Which of its values; told by the rule that names it, as `key.r`, and never stored. */
  part?: 'r' | 'f' | 'm' | 'group'
}

/** Points for events, of which half are left after each half-life. */
export type DecayingScore = { score: { of: Events; weight: number }[]; halfLifeDays: number }

/**
 * A value made of the person's traits, given and computed ones; see `formula/`. `traits`, those of
 * them that are computed, and `fault` are put there by `formulas.ts` alone: no one can send them,
 * and they are never stored.
 */
export type Formula = {
  formula: string
  traits?: Readonly<Record<string, Computed>>
  /** Why it has no value for anybody: what it refers to is not what it was. */
  fault?: string
}

/**
 * What a query in ClickHouse finds for somebody, asked on a schedule. `key`: what its column `key`
 * holds, the profile's id (`profile`) or the value of an identifier of this namespace. `trait`, the
 * reserved one that its values are told as, is put there by `computedOf` alone and never stored.
 */
export type Query = {
  sql: string
  key: string
  type: 'number' | 'text' | 'boolean' | 'date'
  schedule: Schedule
  trait?: string
}

/** What a computed trait is made of: each kind has a file in `computed/`. */
export type Spec =
  | Measure
  | MostFrequent
  | UniqueList
  | UsualTime
  | DaysSince
  | DaysBetween
  | TimeOf
  | Ratio
  | Rfm
  | DecayingScore
  | Formula
  | Query

/** A computed trait as a rule asks it: what it is made of today. */
export type Computed = { name: { fr: string; en: string }; spec: Spec }

/**
 * Compares a computed trait. `computed` is put there by `withComputed` alone: no one can send it,
 * and it is never stored.
 */
export type ComputedRule = TraitRule & { computed: Computed }

export type AtLeastRule = { atLeast: number; of: Rule[] }
export type NoneRule = { none: Rule[] }

export type AllRule = { all: Rule[] }
export type AnyRule = { any: Rule[] }
export type NotRule = { not: Rule }
export type Rule =
  | AllRule
  | AnyRule
  | NotRule
  | AtLeastRule
  | NoneRule
  | TraitRule
  | ComputedRule
  | NearRule
  | DidRule
  | MeasureRule
  | SequenceRule
  | ActiveRule
  | ObjectRule
  | ObjectMeasureRule
  | MemberRule
  | ListRule
  | IdentifierRule
  | ConsentRule
  | ReachableRule
  | StaffRule

export const limits = {
  /** UTF-8 bytes of the whole tree as JSON: what ClickHouse takes as values of one question. */
  bytes: 64 * 1024,
  /** Groups within groups. */
  depth: 8,
  leaves: 100,
  /** Characters of a name or a text to compare with. */
  text: 512,
  /** Values of one list to compare with. */
  list: 1_000,
  /** The largest number of times. */
  times: 1_000,
  /** Filters of one event. */
  filters: 20,
  /** Days on either side of an anniversary. */
  aroundDays: 180,
  /** Events of a sequence. */
  steps: 5,
  /** Days, weeks or months that are looked at for activity. */
  units: 366,
  /** Different values that a list made of events shows. */
  uniqueValues: 100,
  /** Kinds of events that a decaying score gives points for, and its half-life, in days. */
  scoreParts: 5,
  halfLifeDays: 180,
  /** Parts of a formula together with the formulas that it refers to. */
  formulaParts: 300,
  /** Longest window, in days. */
  windowDays: 3_660,
} as const
