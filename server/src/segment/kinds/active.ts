import { Type } from 'typebox'
import type { StreamEntry } from '../../profile/index.ts'
import type { LocalText, Names } from '../answer.ts'
import type { Calendar } from '../calendar.ts'
import {
  eventConditions,
  profilesCounting,
  spanConditions,
  streamKey,
  streamNeed,
} from '../eventStreams.ts'
import { ENTRIES_MAX, entriesWithin, passesCap } from '../measure.ts'
import { atMoment } from '../moment.ts'
import { reachOf } from '../period.ts'
import { type ActiveRule, limits } from '../rule.ts'
import { eventsSchema, timesSchema } from '../schema.ts'
import { fulfils, timesText } from '../times.ts'
import { eventsText } from '../words.ts'
import { type EvaluationContext, foundOf, type Kind } from './kind.ts'

const UNITS = ['day', 'week', 'month'] as const

/** On how many distinct days, weeks or months somebody did something, of the last ones. */
export const activeKind: Kind<ActiveRule> = {
  is: (rule): rule is ActiveRule => 'active' in rule,
  schema: Type.Object(
    {
      active: eventsSchema,
      unit: Type.Union(UNITS.map((unit) => Type.Literal(unit))),
      times: timesSchema,
      last: Type.Integer({ minimum: 1, maximum: limits.units }),
    },
    { additionalProperties: false },
  ),
  children: () => [],
  filters: (rule) => [{ path: 'active/where', filters: rule.active.where ?? [] }],
  needs: (rule) => ({
    traits: [],
    streams: [
      streamNeed(rule.active, {
        reachMs: reachOf({ previous: rule.unit, count: rule.last }),
        newest: ENTRIES_MAX,
        since: { previous: rule.unit, count: rule.last - 1 },
      }),
    ],
  }),
  prepare: (rule, { streamOf, calendar }) => {
    const stream = streamOf(streamKey(rule.active))
    const chosen = atMoment(rule.active, calendar)
    return ({ facts, now }: EvaluationContext) => {
      const entries = chosen(facts.stream(stream))
      const { units, since } = unitsWith(rule, entries, { now, calendar })
      const holds = fulfils(rule.times, units)
      // Where all entries lie before the last units, they will by time alone.
      const isPast = (entries[0]?.at ?? Number.NEGATIVE_INFINITY) < since
      return { holds, nextChangeAt: isPast ? null : calendar.startOf(rule.unit, now, 1) }
    }
  },
  found: (rule, { streamOf, calendar }) => {
    const stream = streamOf(streamKey(rule.active))
    const chosen = atMoment(rule.active, calendar)
    return ({ facts, now }) => {
      const all = facts.stream(stream)
      const { since } = unitsWith(rule, all, { now, calendar })
      const counted = unitsWith(rule, chosen(all), { now, calendar })
      const [newest] = counted.within
      return foundOf(counted.units, { newest: newest?.at, approximate: passesCap(all, since) })
    }
  },
  toSql: (rule, builder) => {
    const { calendar, now } = builder
    const starts = calendar.startsOf(rule.unit, now, rule.last)
    const span = { from: starts.at(-1) ?? 0, to: calendar.startOf(rule.unit, now, 1) }
    const conditions = [...eventConditions(rule.active, builder), ...spanConditions(span, builder)]
    const at = 'toUnixTimestamp64Milli(e.time)'
    const unit = `arrayFirstIndex(b -> b <= ${at}, ${builder.bind('Array(Int64)', starts)})`
    const count = (rows: string) => `uniqExactIf(${unit}, ${rows})`
    return profilesCounting({ times: rule.times, count }, conditions, builder)
  },
  describe: (rule, names) => say(rule, names),
}

/** How many of the last units have an entry, their entries, and when the first unit began. */
function unitsWith(
  rule: ActiveRule,
  entries: readonly StreamEntry[],
  { now, calendar }: { now: number; calendar: Calendar },
): { units: number; within: readonly StreamEntry[]; since: number } {
  const starts = calendar.startsOf(rule.unit, now, rule.last)
  const since = starts.at(-1) ?? 0
  const span = { from: since, to: calendar.startOf(rule.unit, now, 1) }
  const within = entriesWithin(entries, span)
  const units = new Set(within.map(({ at }) => starts.findIndex((start) => start <= at)))
  return { units: units.size, within, since }
}

const UNIT_WORDS = {
  fr: { day: ['jour', 'jours'], week: ['semaine', 'semaines'], month: ['mois', 'mois'] },
  en: { day: ['day', 'days'], week: ['week', 'weeks'], month: ['month', 'months'] },
} as const

function say({ active, unit, times, last }: ActiveRule, names: Names): LocalText {
  const fr = UNIT_WORDS.fr[unit]
  const en = UNIT_WORDS.en[unit]
  const [one, many] = [times.count < 2 ? 0 : 1, times.count === 1 ? 0 : 1]
  return {
    fr:
      `a fait ${eventsText(active, names, 'fr')} ${timesText(times, 'fr')} ${fr[one]} différents ` +
      `sur les ${last} derniers ${fr[1]}`,
    en:
      `did ${eventsText(active, names, 'en')} on ${timesText(times, 'en')} different ${en[many]} ` +
      `of the last ${last}`,
  }
}
