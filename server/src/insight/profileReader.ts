import type { Deps } from '../platform/deps.ts'
import { Dossiers } from './document.ts'
import { personName } from './personName.ts'
import { readProfile } from './profile.ts'
import type { ProfileView } from './schema.ts'

type Store = Pick<Deps, 'postgres' | 'clock'>

export type ProfileReader = {
  /** The profile of today behind any of its ids or identifiers, unmasked; null: there is none. */
  readProfile(deps: Store, workspace: number, id: string): Promise<ProfileView | null>
  /** The names of people by the profile id asked for; those without one are left out. */
  profileNames(
    deps: Store,
    workspace: number,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, string>>
}

/** For stages that tell others about people. It keeps the names of traits and events in memory. */
export function openProfileReader(): ProfileReader {
  const dossiers = new Dossiers()
  return {
    readProfile: (deps, workspace, id) => readProfile(deps, dossiers, { workspace, text: id }),
    profileNames: async ({ postgres }, workspace, ids) => {
      const aliases = await postgres.query<{ identifier: string; profile: string }>(
        'SELECT identifier, profile FROM profile_alias WHERE identifier = ANY($1)',
        [ids],
      )
      const today = new Map(aliases.map(({ identifier, profile }) => [identifier, profile]))
      const idOf = (id: string) => today.get(id) ?? id
      const wanted = [...new Set(ids.map(idOf))]
      const traits = await dossiers.traits(postgres, { workspace, ids: wanted })
      return new Map(
        ids.flatMap((id): [string, string][] => {
          const name = personName(traits.get(idOf(id)) ?? (() => undefined))
          return name === null ? [] : [[id, name]]
        }),
      )
    },
  }
}
