import { Type } from 'typebox'
import { DAY_MS } from '../../platform/durations.ts'
import { decimalOf, decimalText } from '../../profile/index.ts'
import { earlier } from '../answer.ts'
import { numberOf } from '../measure.ts'
import { entriesReader } from '../measureReader.ts'
import { NO_COLUMNS } from '../operators/index.ts'
import { type DecayingScore, limits } from '../rule.ts'
import { eventsSchema } from '../schema.ts'
import { eventsText } from '../words.ts'
import type { ComputedKind } from './kind.ts'
import { needsOfEvents, rowsOfEvents } from './ofEvents.ts'
import { wholeDays, wholeDaysSql } from './times.ts'

/** After so many half-lives less than a millionth is left, which is nothing. */
const HALVES = 20

/** What an event of a weight counts after 0, 1, 2 … whole days; the last is 0. */
function termsOf(weight: number, halfLifeDays: number): bigint[] {
  const days = Array.from({ length: HALVES * halfLifeDays }, (_, day) => day)
  const term = (day: number) => decimalOf(weight * 2 ** (-day / halfLifeDays)) ?? 0n
  return [...days.map(term), 0n]
}

/** Points for events, of which half are left after each half-life; they wane by whole days. */
export const decayTrait: ComputedKind<DecayingScore> = {
  is: (spec): spec is DecayingScore => 'score' in spec,
  schema: Type.Object(
    {
      score: Type.Array(
        Type.Object(
          { of: eventsSchema, weight: Type.Number({ minimum: -1e6, maximum: 1e6 }) },
          { additionalProperties: false },
        ),
        { minItems: 1, maxItems: limits.scoreParts },
      ),
      halfLifeDays: Type.Integer({ minimum: 1, maximum: limits.halfLifeDays }),
    },
    { additionalProperties: false },
  ),
  type: () => 'number',
  filters: ({ score }) =>
    score.map(({ of }, index) => {
      return { path: `score/${index}/of/where`, filters: of.where ?? [] }
    }),
  needs: (spec) => ({
    traits: [],
    streams: partsOf(spec).flatMap((part) => needsOfEvents(part).streams),
  }),
  looksAhead: 32,
  prepare: (spec, scope) => {
    const parts = partsOf(spec).map(({ of, within, weight }) => {
      const terms = termsOf(weight, spec.halfLifeDays)
      return { terms, read: entriesReader({ events: of, period: within }, scope) }
    })
    return (context) => {
      let decimal = 0n
      let newest: number | undefined
      let events = 0
      let approximate = false
      let nextChangeAt: number | null = null
      for (const { terms, read } of parts) {
        const within = read(context)
        for (const entry of within.entries) {
          const age = wholeDays(entry.at, context.now)
          decimal += terms[age] ?? 0n
          nextChangeAt = earlier(nextChangeAt, entry.at + (age + 1) * DAY_MS)
        }
        events += within.entries.length
        approximate ||= within.approximate
        newest = Math.max(newest ?? 0, within.entries[0]?.at ?? 0) || undefined
      }
      return { value: numberOf(decimal), newest, events, approximate, nextChangeAt }
    }
  },
  toSql: (spec, builder) => {
    const parts = partsOf(spec).map(({ weight, ...part }) => {
      const condition = rowsOfEvents(part, builder)
      const terms = termsOf(weight, spec.halfLifeDays)
      const list = builder.bind('Array(String)', terms.map(decimalText))
      const day = `least(${wholeDaysSql('e.time', builder)}, ${terms.length - 1})`
      const term = `arrayElement(arrayMap(x -> toDecimal128(x, 6), ${list}), ${day} + 1)`
      return { condition, sum: `toDecimal256(sumIf(${term}, ${condition}), 6)` }
    })
    const number = `(${parts.map(({ sum }) => sum).join(' + ')})`
    return {
      columns: { ...NO_COLUMNS, number, hasNumber: 'true', exists: 'true' },
      rows: [...new Set(parts.map(({ condition }) => condition))],
    }
  },
  describe: ({ score, halfLifeDays }, names) => {
    const say = (language: 'fr' | 'en') =>
      score.map(({ of, weight }) => `${weight} × ${eventsText(of, names, language)}`).join(' + ')
    return {
      fr: `score ${say('fr')}, divisé par deux tous les ${halfLifeDays} jours`,
      en: `score ${say('en')}, halved every ${halfLifeDays} days`,
    }
  },
}

/** What is older than all half-lives counts nothing, and need not be kept. */
const partsOf = ({ score, halfLifeDays }: DecayingScore) =>
  score.map((part) => ({ ...part, within: { days: HALVES * halfLifeDays } }))
