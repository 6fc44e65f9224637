import type { ManualClock } from '../src/platform/clock.ts'
import { openTestDatabase } from './engines.ts'
import { openWorldOn, type SegmentWorld } from './equivalence/world.ts'

export type { Effect, SegmentState, SegmentWorld } from './equivalence/world.ts'

/** Opens the program on databases of its own, without the stage that empties the outbox. */
export async function openSegmentWorld(clock: ManualClock): Promise<SegmentWorld> {
  return openWorldOn(await openTestDatabase(), clock)
}

type Settled = { id: string; state: string }

/** Makes a computed trait through the API, and waits until its history is filled in. */
export async function makeTrait<Trait extends Settled>(
  world: SegmentWorld,
  key: string,
  definition: object,
): Promise<Trait> {
  const body = { key, name: `Trait ${key}`, definition }
  const { id } = await world.call<Trait>('POST', '/computed-traits', body)
  return traitWhen<Trait>(world, id, ({ state }) => state === 'live')
}

/** A computed trait once it is so, or as it is after ten seconds. */
export async function traitWhen<Trait>(
  world: SegmentWorld,
  id: string,
  isSo: (trait: Trait) => boolean,
): Promise<Trait> {
  for (let tries = 0; ; tries += 1) {
    const trait = await world.call<Trait>('GET', `/computed-traits/${id}`)
    if (isSo(trait) || tries > 500) return trait
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/**
 * What the page of a person shows of their traits, once it is so, or as it is after a while: its
 * reader holds the definitions for two seconds, which the clock is given.
 */
export async function traitsWhen<Shown>(
  { world, clock }: { world: SegmentWorld; clock: ManualClock },
  user: string,
  isSo: (traits: Record<string, Shown>) => boolean,
): Promise<Record<string, Shown>> {
  for (let tries = 0; ; tries += 1) {
    const path = `/profiles/user_id:${user}`
    const { traits } = await world.call<{ traits: Record<string, Shown> }>('GET', path)
    if (isSo(traits) || tries > 100) return traits
    clock.advance(100)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** The user ids of the members of a segment, in order. */
export async function usersIn(world: SegmentWorld, segment: string): Promise<string[]> {
  const rows = await world.program().deps.postgres.query<{ value: string; profile: string }>(
    `SELECT i.value, coalesce(a.profile, i.id) AS profile
       FROM identifier AS i LEFT JOIN profile_alias AS a ON a.identifier = i.id
       WHERE i.namespace = 'user_id'`,
  )
  const names = new Map(rows.map(({ value, profile }) => [profile, value]))
  return (await world.members(segment)).map((profile) => names.get(profile) ?? profile).sort()
}
