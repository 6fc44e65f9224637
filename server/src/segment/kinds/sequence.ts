import { Type } from 'typebox'
import type { Kept, ProfileFacts, StreamEntry } from '../../profile/index.ts'
import { earlier, type Names } from '../answer.ts'
import { streamKey, streamNeed } from '../eventStreams.ts'
import { entriesWithin, passesCap } from '../measure.ts'
import { atMoment } from '../moment.ts'
import { nextShift, reachOf, spanOf, windowMs } from '../period.ts'
import { limits, type SequenceRule } from '../rule.ts'
import { eventsSchema, nameSchema, periodSchema, windowSchema } from '../schema.ts'
import { followChain, type Moments, type Part, partsOf } from '../sequence.ts'
import { sequenceSql } from '../sequenceSql.ts'
import { eventsText, periodText, windowText } from '../words.ts'
import { type EvaluationContext, foundOf, type Kind, type Scope } from './kind.ts'

/** One event followed by others in time, or the last of them did not follow. */
export const sequenceKind: Kind<SequenceRule> = {
  is: (rule): rule is SequenceRule => 'sequence' in rule,
  schema: Type.Object(
    {
      sequence: Type.Array(eventsSchema, { minItems: 2, maxItems: limits.steps }),
      within: windowSchema,
      missing: Type.Optional(Type.Boolean()),
      without: Type.Optional(eventsSchema),
      same: Type.Optional(Type.Array(nameSchema, { minItems: 2, maxItems: limits.steps + 1 })),
      begun: periodSchema,
    },
    { additionalProperties: false },
  ),
  children: () => [],
  filters: (rule) => [
    ...rule.sequence.map(({ where = [] }, index) => {
      return { path: `sequence/${index}/where`, filters: where }
    }),
    { path: 'without/where', filters: rule.without?.where ?? [] },
  ],
  periods: (rule) => [{ path: 'begun', period: rule.begun }],
  fault: (rule) => {
    const paths = partsOf(rule).length
    if (rule.same === undefined || rule.same.length === paths) return null
    return { path: 'same', message: `name ${paths} properties, one for each event.` }
  },
  needs: (rule) => ({ traits: [], streams: partsOf(rule).map((part) => needOf(rule, part)) }),
  prepare: (rule, scope) => {
    const { calendar } = scope
    const readers = partsOf(rule).map((part) => readerOf(part, scope))
    const withinMs = windowMs(rule.within)
    const steps = rule.sequence.length
    return ({ facts, now }: EvaluationContext) => {
      const entries = readers.map((read) => read(facts))
      const span = spanOf(rule.begun, now, calendar)
      const isBegin = (at: number) => at >= span.from && at < span.to
      let holds = false
      let nextChangeAt: number | null = null
      for (const parts of rule.same ? byValue(entries) : [entries.map(momentsOf)]) {
        const begins = (parts[0] ?? []).filter(isBegin)
        const chain = { steps: parts.slice(0, steps), without: parts[steps] ?? [], withinMs }
        const answer = followChain({ ...chain, missing: rule.missing === true }, begins, now)
        holds ||= answer.holds
        nextChangeAt = earlier(nextChangeAt, answer.decidedAt)
      }
      const first = entries[0] ?? []
      const oldest = first.findLast(({ at }) => isBegin(at))?.at
      const shifting = { now, span, newest: first[0]?.at, oldest }
      const shift = nextShift(rule.begun, shifting, calendar)
      return { holds, nextChangeAt: earlier(nextChangeAt, shift) }
    }
  },
  /** How often it has begun. */
  found: (rule, { streamOf, calendar }) => {
    const [first] = partsOf(rule)
    const stream = first && streamOf(streamKey(first.events, { value: first.value }))
    const chosen = atMoment(rule.sequence[0] ?? {}, calendar)
    return ({ facts, now }) => {
      const all = facts.stream(stream)
      const span = spanOf(rule.begun, now, calendar)
      const begun = chosen(entriesWithin(all, span))
      const times = new Set(begun.map(({ at, hash }) => `${at} ${hash}`)).size
      return foundOf(times, { newest: begun[0]?.at, approximate: passesCap(all, span.from) })
    }
  },
  toSql: (rule, builder) => sequenceSql(rule, partsOf(rule), builder),
  describe: (rule, names) => ({ fr: sayFrench(rule, names), en: sayEnglish(rule, names) }),
}

/** Reads the entries of a part. */
function readerOf({ events, value }: Part, { streamOf, calendar }: Scope) {
  const stream = streamOf(streamKey(events, { value }))
  const chosen = atMoment(events, calendar)
  return (facts: ProfileFacts) => chosen(facts.stream(stream))
}

function needOf(rule: SequenceRule, { events, value }: Part) {
  const reach = reachOf(rule.begun)
  const reachMs = reach === null ? null : reach + windowMs(rule.within)
  return streamNeed(events, { value, reachMs, since: rule.begun })
}

const momentsOf = (entries: readonly StreamEntry[]): Moments =>
  entries.map(({ at }) => at).reverse()

/** The moments of each part, apart for each value; events without one belong to none. */
function byValue(parts: readonly (readonly StreamEntry[])[]): Moments[][] {
  const values = new Map<Kept, number[][]>()
  for (const [index, entries] of parts.entries()) {
    for (const { at, value } of [...entries].reverse()) {
      if (value === null) continue
      const held = values.get(value) ?? parts.map((): number[] => [])
      values.set(value, held)
      held[index]?.push(at)
    }
  }
  return [...values.values()]
}

function sayFrench(rule: SequenceRule, names: Names): string {
  const texts = rule.sequence.map((events) => eventsText(events, names, 'fr'))
  const last = texts.pop() ?? ''
  const begin = `a fait ${texts.join(' puis ')}${periodText(rule.begun, 'fr')}`
  const then = rule.missing ? 'et n’a pas fait' : 'puis'
  const without = rule.without ? ` sans ${eventsText(rule.without, names, 'fr')} entre-temps` : ''
  const same = rule.same ? `, même ${names.of('property', rule.same[0] ?? '').fr}` : ''
  return `${begin} ${then} ${last} dans les ${windowText(rule.within, 'fr')}${same}${without}`
}

function sayEnglish(rule: SequenceRule, names: Names): string {
  const texts = rule.sequence.map((events) => eventsText(events, names, 'en'))
  const last = texts.pop() ?? ''
  const begin = `did ${texts.join(' then ')}${periodText(rule.begun, 'en')}`
  const then = rule.missing ? 'and did not do' : 'then'
  const without = rule.without ? ` without ${eventsText(rule.without, names, 'en')} in between` : ''
  const same = rule.same ? `, same ${names.of('property', rule.same[0] ?? '').en}` : ''
  return `${begin} ${then} ${last} within ${windowText(rule.within, 'en')}${same}${without}`
}
