import { Type } from 'typebox'
import type { Answer, LocalText, Names } from '../answer.ts'
import {
  eventConditions,
  newestFor,
  profilesCounting,
  spanConditions,
  streamKey,
  streamNeed,
} from '../eventStreams.ts'
import { entriesWithin, passesCap } from '../measure.ts'
import { atMoment } from '../moment.ts'
import { nextShift, type Period, reachOf, spanOf } from '../period.ts'
import type { DidRule, Times } from '../rule.ts'
import { chosenSchema, nameSchema, periodSchema, timesSchema } from '../schema.ts'
import { fulfils, timesText } from '../times.ts'
import { eventsText, periodText } from '../words.ts'
import { type EvaluationContext, foundOf, type Kind } from './kind.ts'

/** Did an event a number of times within a period. */
export const didKind: Kind<DidRule> = {
  is: (rule): rule is DidRule => 'did' in rule,
  schema: Type.Object(
    {
      did: nameSchema,
      ...chosenSchema,
      times: timesSchema,
      within: periodSchema,
    },
    { additionalProperties: false },
  ),
  children: () => [],
  filters: (rule) => [{ path: 'where', filters: rule.where ?? [] }],
  periods: (rule) => [{ path: 'within', period: rule.within }],
  needs: (rule) => ({
    traits: [],
    streams: [
      streamNeed(rule, {
        period: rule.within,
        reachMs: reachOf(rule.within),
        newest: newestFor(rule),
      }),
    ],
  }),
  prepare: (rule, { streamOf, calendar }) => {
    const stream = streamOf(streamKey(rule, { period: rule.within }))
    const chosen = atMoment(rule, calendar)
    return ({ facts, now }: EvaluationContext): Answer => {
      const span = spanOf(rule.within, now, calendar)
      const entries = facts.stream(stream)
      const within = chosen(entriesWithin(entries, span))
      const holds = fulfils(rule.times, within.length)
      const oldest = leavingThatTurns(rule.times, within)?.at
      const shifting = { now, span, newest: entries[0]?.at, oldest }
      return { holds, nextChangeAt: nextShift(rule.within, shifting, calendar) }
    }
  },
  found: (rule, { streamOf, calendar }) => {
    const stream = streamOf(streamKey(rule, { period: rule.within }))
    const chosen = atMoment(rule, calendar)
    return ({ facts, now }) => {
      const entries = facts.stream(stream)
      const span = spanOf(rule.within, now, calendar)
      const within = chosen(entriesWithin(entries, span))
      const approximate = passesCap(entries, span.from)
      return foundOf(within.length, { newest: within[0]?.at, approximate })
    }
  },
  toSql: (rule, builder) => {
    const span = spanOf(rule.within, builder.now, builder.calendar)
    const conditions = [...eventConditions(rule, builder), ...spanConditions(span, builder)]
    const count = (rows: string) => `countIf(${rows})`
    return profilesCounting({ times: rule.times, count }, conditions, builder)
  },
  describe: (rule, names) => say(rule, names),
}

/** Entries leave oldest first: the one whose leaving turns the answer. `entries` newest first. */
function leavingThatTurns<Entry>(times: Times, entries: readonly Entry[]): Entry | undefined {
  const holds = fulfils(times, entries.length)
  for (let left = Math.min(entries.length, times.count + 1); left > 0; left -= 1) {
    if (fulfils(times, left - 1) !== holds) return entries[left - 1]
  }
  return undefined
}

function say(rule: DidRule, names: Names): LocalText {
  const { times, within } = rule
  const fr = `${eventsText(rule, names, 'fr')}${timesAndPeriod(times, within, 'fr')}`
  const en = `${eventsText(rule, names, 'en')}${timesAndPeriod(times, within, 'en')}`
  const never = times.op === 'atMost' && times.count === 0
  return never
    ? { fr: `n’a pas fait ${fr}`, en: `did not do ${en}` }
    : { fr: `a fait ${fr}`, en: `did ${en}` }
}

function timesAndPeriod(times: Times, within: Period, language: 'fr' | 'en'): string {
  const never = times.op === 'atMost' && times.count === 0
  const noun = language === 'fr' ? 'fois' : times.count === 1 ? 'time' : 'times'
  const often = never ? '' : ` ${timesText(times, language)} ${noun}`
  return `${often}${periodText(within, language)}`
}
