import fc from 'fast-check'
import type { Party, Rule } from '../../src/segment/rule.ts'
import type { SegmentWorld } from './world.ts'

/** Sources of each party, and conditions that ask for what some of them told. */

export const toldBy: fc.Arbitrary<Party> = fc.constantFrom('first', 'first', 'second', 'third')

const asked = fc.constantFrom<Party[]>(['first'], ['second'], ['third'], ['third', 'first'])

/** The condition asked of these parties alone, where it speaks of traits or events. */
export function askedOf(rule: Rule, party: Party[]): Rule {
  if ('computed' in rule || 'object' in rule) return rule
  if ('trait' in rule || 'did' in rule) return { ...rule, party }
  if ('measure' in rule) return { ...rule, of: { ...rule.of, party } }
  if ('active' in rule) return { ...rule, active: { ...rule.active, party } }
  if (!('sequence' in rule)) return rule
  return { ...rule, sequence: rule.sequence.map((one) => ({ ...one, party })) }
}

export const ofOneParty = (leaves: fc.Arbitrary<Rule>): fc.Arbitrary<Rule> =>
  fc.tuple(leaves, asked).map(([rule, party]) => askedOf(rule, party))

/** Some ask for parties. */
export const ofAnyParty = (leaves: fc.Arbitrary<Rule>): fc.Arbitrary<Rule> =>
  fc.oneof({ weight: 3, arbitrary: leaves }, { weight: 1, arbitrary: ofOneParty(leaves) })

/** An event as it is sent, with whose source it goes to. */
export type Sending = { message: object; party: Party | undefined }

/** Makes a source of each party, which rules know from the start; returns what sends to them. */
export async function openSources(
  world: SegmentWorld,
): Promise<(batch: readonly Sending[]) => Promise<void>> {
  const keys = new Map<Party, string>()
  for (const party of ['second', 'third'] as const) {
    const wish = { name: party, kind: 'other', party }
    const { writeKey } = await world.call<{ writeKey: string }>('POST', '/sources', wish)
    keys.set(party, writeKey)
  }
  return async (batch) => {
    for (const [party, part] of Map.groupBy(batch, (one) => one.party ?? 'first')) {
      await world.send(
        part.map((one) => one.message),
        keys.get(party),
      )
    }
  }
}
