import type { QueryParams } from '../../platform/clickhouse.ts'
import type { AskHistory } from '../history.ts'
import { isPersonalPath } from '../masking.ts'
import { SUPPORT_MIN } from './significance.ts'

export type PortraitQuestion = {
  workspace: number
  segment: number
  timeZone: string
  /** Since when events are looked at, epoch ms. */
  since: number
  /** A condition on a row `p` of `profile_current` that it is one of the base, with its values. */
  base: { sql: string; params: QueryParams }
}

/** The people of the base: what stands after FROM, and after WHERE. */
export const PEOPLE = 'profile_current AS p FINAL'
export const arePeople = ({ base }: PortraitQuestion): string =>
  `p.workspace = {workspace:UInt32} AND p.kind = 'person' AND ${base.sql}`

/** The values of a question that its SQL names. */
export const valuesOf = ({ base, ...question }: PortraitQuestion): QueryParams => {
  const { workspace, segment, timeZone, since } = question
  return { workspace, segment, timeZone, since, ...base.params }
}

/** A value of a trait (a range, of numbers), with how many people of segment and base have it. */
export type TraitShare = {
  trait: string
  /** Text as it is compared; of booleans `true` and `false`. */
  value: string | null
  range: { from: number | null; to: number | null } | null
  /** As it was received, JSON; of a list, one list that has it. */
  raw: string
  n: number
  of: number
  baseN: number
  baseOf: number
}

const IS_MEMBER = 'has(segments, {segment:UInt32})'
const VALUES_MAX = 600
const VALUES_OF_ONE_TRAIT = 40

/** What names somebody says nothing of a group. */
const NAMES = /^(first_?name|last_?name|name|full_?name|prenom|nom|title|avatar|username|id)$/i

const isTold = (trait: string) => !isPersonalPath(trait) && !NAMES.test(trait.replace(/.*\./, ''))

/** Every text, boolean and item of a list of a person, as pairs of trait and value. */
const PAIRS = `arrayDistinct(arrayConcat(
  arrayMap((k, v) -> (toString(k), v), mapKeys(text), mapValues(text)),
  arrayMap((k, v) -> (toString(k), if(v, 'true', 'false')), mapKeys(boolean), mapValues(boolean)),
  arrayFlatten(arrayMap((k, vs) -> arrayMap(v -> (toString(k), v), vs),
    mapKeys(list), mapValues(list)))))`

type Known = Map<string, { of: number; baseOf: number }>

/** How many people of the segment and of the base have a value for each trait. */
async function readKnown(ask: AskHistory, question: PortraitQuestion): Promise<Known> {
  const rows = await ask<{ trait: string; of: number; baseOf: number }>(
    `SELECT toString(trait) AS trait, countIf(${IS_MEMBER}) AS of, count() AS baseOf
     FROM ${PEOPLE} ARRAY JOIN mapKeys(raw) AS trait
     WHERE ${arePeople(question)}
     GROUP BY trait HAVING of >= {support:UInt32}`,
    { ...valuesOf(question), support: SUPPORT_MIN },
    'heavy',
  )
  return new Map(rows.map(({ trait, of, baseOf }) => [trait, { of, baseOf }]))
}

/** Values of traits that enough members have, with their counts. */
export async function readTraitShares(
  ask: AskHistory,
  question: PortraitQuestion,
): Promise<TraitShare[]> {
  const [known, found] = await Promise.all([
    readKnown(ask, question),
    // Values of members only: the base has far more of them than can tell anything.
    ask<{ trait: string; value: string; n: number; raw: string }>(
      `SELECT pair.1 AS trait, pair.2 AS value, count() AS n, any(raw[pair.1]) AS raw
       FROM ${PEOPLE} ARRAY JOIN ${PAIRS} AS pair
       WHERE ${arePeople(question)} AND ${IS_MEMBER}
       GROUP BY trait, value HAVING n >= {support:UInt32}
       ORDER BY n DESC, trait, value LIMIT {each:UInt32} BY trait LIMIT {values:UInt32}`,
      {
        ...valuesOf(question),
        support: SUPPORT_MIN,
        each: VALUES_OF_ONE_TRAIT,
        values: VALUES_MAX,
      },
      'heavy',
    ),
  ])
  const told = found.filter(({ trait }) => isTold(trait))
  const base = await countInBase(ask, question, told)
  const values = told.flatMap(({ trait, value, n, raw }): TraitShare[] => {
    const all = known.get(trait)
    const baseN = base.get(`${trait}\n${value}`)
    return all && baseN ? [{ trait, value, range: null, raw, n, baseN, ...all }] : []
  })
  return [...values, ...(await readRanges(ask, question, known))]
}

async function countInBase(
  ask: AskHistory,
  question: PortraitQuestion,
  pairs: readonly { trait: string; value: string }[],
): Promise<Map<string, number>> {
  if (pairs.length === 0) return new Map()
  const rows = await ask<{ trait: string; value: string; n: number }>(
    `SELECT pair.1 AS trait, pair.2 AS value, count() AS n
     FROM ${PEOPLE}
     ARRAY JOIN arrayFilter(
       one -> one IN (SELECT arrayJoin(arrayZip({traits:Array(String)}, {values:Array(String)}))),
       ${PAIRS}) AS pair
     WHERE ${arePeople(question)}
     GROUP BY trait, value`,
    {
      ...valuesOf(question),
      traits: pairs.map(({ trait }) => trait),
      values: pairs.map(({ value }) => value),
    },
    'heavy',
  )
  return new Map(rows.map(({ trait, value, n }) => [`${trait}\n${value}`, n]))
}

const RANGES_OF_TRAITS = 60

/** Numbers by fifths of the base, their bounds rounded to what people can read. */
async function readRanges(
  ask: AskHistory,
  question: PortraitQuestion,
  known: Known,
): Promise<TraitShare[]> {
  const fifths = await ask<{ trait: string; bounds: number[] }>(
    `SELECT toString(trait) AS trait, quantilesDeterministic(0.2, 0.4, 0.6, 0.8)(
         toFloat64(amount), cityHash64(profile)) AS bounds
     FROM ${PEOPLE}
     ARRAY JOIN mapKeys(number) AS trait, mapValues(number) AS amount
     WHERE ${arePeople(question)}
     GROUP BY trait ORDER BY count() DESC, trait LIMIT {rows:UInt32}`,
    { ...valuesOf(question), rows: RANGES_OF_TRAITS },
    'heavy',
  )
  const traits = fifths
    .map(({ trait, bounds }) => ({ trait, bounds: [...new Set(bounds.map(readable))] }))
    .filter(({ trait }) => isTold(trait) && known.has(trait))
  if (traits.length === 0) return []
  const rows = await ask<{ trait: string; part: number; n: number; baseN: number }>(
    `SELECT toString(trait) AS trait,
       arrayCount(bound -> toFloat64(amount) >= bound,
         {bounds:Array(Array(Float64))}[indexOf({traits:Array(String)}, trait)]) AS part,
       countIf(${IS_MEMBER}) AS n, count() AS baseN
     FROM ${PEOPLE}
     ARRAY JOIN mapKeys(number) AS trait, mapValues(number) AS amount
     WHERE ${arePeople(question)} AND trait IN {traits:Array(String)}
     GROUP BY trait, part`,
    {
      ...valuesOf(question),
      traits: traits.map(({ trait }) => trait),
      bounds: traits.map(({ bounds }) => bounds),
    },
    'heavy',
  )
  const boundsOf = new Map(traits.map(({ trait, bounds }) => [trait, bounds]))
  return rows.flatMap(({ trait, part, n, baseN }): TraitShare[] => {
    const [bounds, all] = [boundsOf.get(trait), known.get(trait)]
    if (!bounds || !all) return []
    const range = { from: bounds[part - 1] ?? null, to: bounds[part] ?? null }
    return [{ trait, value: null, range, raw: '', n, baseN, ...all }]
  })
}

/** Two digits that count. */
function readable(bound: number): number {
  return bound === 0 ? 0 : Number(bound.toPrecision(2))
}

/** How many people there are, in the segment and in all. */
export async function readSizes(
  ask: AskHistory,
  question: PortraitQuestion,
): Promise<{ size: number; base: number }> {
  const [row] = await ask<{ size: number; base: number }>(
    `SELECT countIf(${IS_MEMBER}) AS size, count() AS base
     FROM ${PEOPLE} WHERE ${arePeople(question)}`,
    valuesOf(question),
  )
  return row ?? { size: 0, base: 0 }
}
