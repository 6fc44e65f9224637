import type { Spec } from '../rule.ts'
import { daysBetweenTrait } from './daysBetween.ts'
import { daysSinceTrait } from './daysSince.ts'
import { decayTrait } from './decay.ts'
import { formulaTrait } from './formula.ts'
import type { ComputedKind } from './kind.ts'
import { measureTrait } from './measure.ts'
import { mostFrequentTrait } from './mostFrequent.ts'
import { queryTrait } from './query.ts'
import { ratioTrait } from './ratio.ts'
import { rfmTrait } from './rfm.ts'
import { timeOfTrait } from './timeOf.ts'
import { uniqueListTrait } from './uniqueList.ts'
import { usualTimeTrait } from './usualTime.ts'

/** The one place where the kinds of computed traits are listed. */
const kinds: ComputedKind<Spec>[] = [
  measureTrait,
  mostFrequentTrait,
  uniqueListTrait,
  usualTimeTrait,
  daysSinceTrait,
  daysBetweenTrait,
  timeOfTrait,
  ratioTrait,
  rfmTrait,
  decayTrait,
  formulaTrait(knownComputed),
  queryTrait,
] as unknown as ComputedKind<Spec>[]

/** What the kinds are called, for who wrote none of them. */
export const computedNames =
  'measure, mostFrequent, uniqueList, usualTime, daysSince, daysBetween, timeOf, ratio, rfm, ' +
  'score, formula or sql'

/** The kind of a definition, or undefined when it is none. */
export function computedKindOf(spec: unknown): ComputedKind<Spec> | undefined {
  if (typeof spec !== 'object' || spec === null) return undefined
  return kinds.find((kind) => kind.is(spec))
}

/** The kind of a definition that passed the parser. */
export function knownComputed(spec: Spec): ComputedKind<Spec> {
  const kind = computedKindOf(spec)
  if (!kind) throw new Error('A computed trait of no known kind passed the parser.')
  return kind
}
