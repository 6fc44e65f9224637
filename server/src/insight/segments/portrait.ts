import type { JsonValue } from '../../collect/index.ts'
import type { Sql } from '../../platform/postgres.ts'
import { folded } from '../../profile/index.ts'
import type { AskHistory } from '../history.ts'
import { type LocalText, labelNames, sourceNames } from '../names.ts'
import { type Finding, findingOf, type Naming } from './findings.ts'
import { type HabitShare, readHabitShares, readSpellings } from './habitShares.ts'
import { weigh } from './significance.ts'
import { type PortraitQuestion, readSizes, readTraitShares } from './traitShares.ts'

/** One bar of a distribution: people of the segment and of the base. */
export type Bar = { value: number; n: number; baseN: number }

export type Portrait = {
  size: number
  base: number
  /** People who did anything in the time: what habits are shares of. */
  active: number
  baseActive: number
  findings: Finding[]
  slots: Bar[]
  weekdays: Bar[]
}

/** Of each kind: a shop has many products. */
const FINDINGS_OF_KIND = 20

/**
 * What is over-represented in a segment: values of traits and habits, each with its counts, only
 * where there are enough people and chance is no explanation; what tells the most first.
 */
export async function readPortrait(
  { sql, ask }: { sql: Sql; ask: AskHistory },
  question: PortraitQuestion & { days: number; inRule: ReadonlySet<string> },
): Promise<Portrait> {
  const [sizes, traits, habits] = await Promise.all([
    readSizes(ask, question),
    readTraitShares(ask, question),
    readHabitShares(ask, question),
  ])
  const { active, baseActive } = habits
  const tests = traits.length + habits.shares.length
  const weighed = [...traits, ...habits.shares].flatMap((of) => {
    const weight = weigh(of, tests)
    return weight ? [{ of, weight }] : []
  })
  const sorted = weighed.sort((x, y) => y.weight.score - x.weight.score)
  const strongest = [...Map.groupBy(sorted, ({ of }) => ('habit' in of ? of.habit : 'trait'))]
    .flatMap(([, group]) => group.slice(0, FINDINGS_OF_KIND))
    .sort((x, y) => y.weight.score - x.weight.score)
  const named = await namingOf(
    { sql, ask },
    question,
    strongest.map(({ of }) => of),
  )
  return {
    ...sizes,
    active,
    baseActive,
    findings: strongest.map((one) => findingOf(one, named)),
    slots: bars(habits.shares, 'slot'),
    weekdays: bars(habits.shares, 'weekday'),
  }
}

function bars(shares: readonly HabitShare[], habit: 'slot' | 'weekday'): Bar[] {
  return shares
    .filter((one) => one.habit === habit)
    .map(({ value, n, baseN }) => ({ value: Number(value), n, baseN }))
    .sort((x, y) => x.value - y.value)
}

/** What traits, events, sources and products are called by people. */
async function namingOf(
  { sql, ask }: { sql: Sql; ask: AskHistory },
  question: PortraitQuestion & { days: number; inRule: ReadonlySet<string> },
  shares: readonly object[],
): Promise<Naming> {
  const products = shares.flatMap((one) =>
    'habit' in one && ['category', 'brand', 'product'].includes((one as HabitShare).habit)
      ? [(one as HabitShare).value]
      : [],
  )
  const [labels, sources, bodies] = await Promise.all([
    labelNames(sql, question.workspace),
    sourceNames(sql, question.workspace),
    readSpellings(ask, question, products),
  ])
  const spelled = spellingsIn(bodies)
  return {
    days: question.days,
    inRule: question.inRule,
    label: (kind, name): LocalText => labels(kind, name) ?? { fr: name, en: name },
    source: (number) => sources(number)?.name ?? String(number),
    spelling: (text) => spelled.get(text) ?? text,
  }
}

/** Every text in some events, by the form in which texts are compared. */
function spellingsIn(bodies: readonly string[]): Map<string, string> {
  const found = new Map<string, string>()
  const walk = (value: JsonValue): void => {
    if (typeof value === 'string') found.set(folded(value), value)
    else if (Array.isArray(value)) value.forEach(walk)
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(walk)
  }
  for (const body of bodies)
    walk((JSON.parse(body) as { properties?: JsonValue }).properties ?? null)
  return found
}
