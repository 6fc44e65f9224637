import type { Sql } from '../platform/postgres.ts'
import { folded } from '../profile/index.ts'
import { scalarSample } from './eventNames.ts'
import type { TraitNames, TraitValues } from './eventSchema.ts'
import type { AskHistory } from './history.ts'
import { isPersonalPath, maskPath } from './masking.ts'
import { labelNames } from './names.ts'

const TRAITS_MAX = 1_000
const SAMPLES = 6
const VALUES_MAX = 50

type TraitRow = {
  key: string
  n: number
  distinct: number
  types: string[]
  samples: string[]
}

/** The traits of people, the most complete first, with what is known of their values. */
export async function readTraits(
  { sql, ask }: { sql: Sql; ask: AskHistory },
  question: { workspace: number; reveals: boolean },
): Promise<TraitNames> {
  const { workspace, reveals } = question
  const [labels, rows, people] = await Promise.all([
    labelNames(sql, workspace),
    ask<TraitRow>(
      `SELECT key, count() AS n, uniq(value) AS distinct,
         groupUniqArray(multiIf(
           startsWith(value, '['), 'list', value IN ('true', 'false'), 'boolean',
           NOT startsWith(value, '"'), 'number', mapContains(instant, key), 'date',
           'text')) AS types,
         topK(${SAMPLES})(value) AS samples
       FROM profile_current FINAL
       ARRAY JOIN mapKeys(raw) AS key, mapValues(raw) AS value
       WHERE workspace = {workspace:UInt32} AND kind = 'person'
       GROUP BY key ORDER BY n DESC, key LIMIT {rows:UInt32}`,
      { workspace, rows: TRAITS_MAX },
    ),
    ask<{ n: number }>(
      `SELECT count() AS n FROM profile_current FINAL
       WHERE workspace = {workspace:UInt32} AND kind = 'person'`,
      { workspace },
    ),
  ])
  const total = Math.max(people[0]?.n ?? 0, 1)
  return rows.map(({ key, n, distinct, types, samples }) => ({
    key,
    displayName: labels('trait', key),
    types,
    completeness: Math.min(1, n / total),
    distinct,
    samples: reveals || !isPersonalPath(key) ? samplesOf(key, samples, reveals) : [],
  }))
}

function samplesOf(key: string, samples: readonly string[], reveals: boolean) {
  return samples.flatMap((json) => {
    const value: unknown = JSON.parse(json)
    const shown = reveals ? value : maskPath(key, value)
    return Array.isArray(shown) ? shown.flatMap(scalarSample) : scalarSample(shown)
  })
}

/**
 * The usual values of a trait, the most frequent first; of lists their items. `q`: the beginning
 * of a value. Of personal traits nothing is told to those who see them masked.
 */
export async function readTraitValues(
  ask: AskHistory,
  question: { workspace: number; key: string; q: string; reveals: boolean },
): Promise<TraitValues> {
  const { workspace, key, q, reveals } = question
  if (!reveals && isPersonalPath(key)) return []
  const rows = await ask<{ item: string; n: number }>(
    `SELECT item, count() AS n FROM profile_current FINAL
     ARRAY JOIN if(startsWith(raw[{key:String}], '['),
       JSONExtractArrayRaw(raw[{key:String}]), [raw[{key:String}]]) AS item
     WHERE workspace = {workspace:UInt32} AND kind = 'person' AND mapContains(raw, {key:String})
       AND ({q:String} = '' OR startsWith(lowerUTF8(trim(BOTH '"' FROM item)), {lower:String})
         OR startsWith(replaceRegexpAll(
              lowerUTF8(normalizeUTF8NFKD(trim(BOTH '"' FROM item))), '\\\\p{M}+', ''), {q:String}))
     GROUP BY item ORDER BY n DESC, item LIMIT {rows:UInt32}`,
    { workspace, key, q: folded(q), lower: q.toLowerCase(), rows: VALUES_MAX },
  )
  return rows.flatMap(({ item, n }) => {
    const parsed: unknown = JSON.parse(item)
    const value = reveals ? parsed : maskPath(key, parsed)
    const isScalar = typeof value !== 'object' && value !== ''
    return isScalar ? [{ value: String(value), count: n }] : []
  })
}
