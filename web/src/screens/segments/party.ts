import { type Condition, type FromParty, type Measure, PARTIES, type Party } from './rule.ts'

/** What a condition asks of one party, or of some: each part of it that speaks of data. */

/** Asked of other parties; null: of all. */
export function withParty<Part extends FromParty>(part: Part, party: Party[] | null): Part {
  const { party: _, ...rest } = part
  return (party ? { ...rest, party } : rest) as Part
}

const ofMeasure = <M extends Measure>(measure: M, party: Party[] | null): M => ({
  ...measure,
  of: withParty(measure.of, party),
  ...(measure.less && { less: { ...measure.less, of: withParty(measure.less.of, party) } }),
})

/** Every part of a condition asked of these parties; null: the condition knows none. */
export function askedOf(condition: Condition, party: Party[] | null): Condition | null {
  if ('trait' in condition || 'did' in condition) return withParty(condition, party)
  if ('object' in condition) return null
  if ('active' in condition) return { ...condition, active: withParty(condition.active, party) }
  if ('sequence' in condition) {
    const { sequence, without } = condition
    return {
      ...condition,
      sequence: sequence.map((events) => withParty(events, party)),
      ...(without && { without: withParty(without, party) }),
    }
  }
  if (!('measure' in condition)) return null
  const { than } = condition
  return { ...ofMeasure(condition, party), ...(than && { than: ofMeasure(than, party) }) }
}

/** Whether any part of a condition is asked of parties. */
export function asksParty(condition: Condition): boolean {
  const ofAll = askedOf(condition, null)
  return ofAll !== null && JSON.stringify(ofAll) !== JSON.stringify(condition)
}

/** One or two of them, in the order in which they are offered. */
export const PARTY_CHOICES: readonly Party[][] = [
  ...PARTIES.map((party) => [party]),
  ...PARTIES.flatMap((one, index) => PARTIES.slice(index + 1).map((other) => [one, other])),
]
