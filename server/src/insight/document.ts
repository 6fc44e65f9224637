import type { JsonValue } from '../collect/index.ts'
import type { Sql } from '../platform/postgres.ts'
import {
  type Document,
  factsOf,
  type ProfileFacts,
  Registries,
  type Registry,
  readProfiles,
} from '../profile/index.ts'
import {
  findIdentifiersById,
  type NamespaceRow,
  type Namespaces,
  namespacesFrom,
  type Registered,
  type Surroundings,
  surroundingsOf,
} from '../resolve/index.ts'
import { type Ref, type SegmentName, segmentNames, sourceNames } from './names.ts'
import { RecentAnswers } from './recent.ts'

/** Everything kept of one profile, read at one moment. */
export type Dossier = {
  id: string
  document: Document
  facts: ProfileFacts
  registry: Registry
  /** Its person and account identifiers, and the devices whose events are its own. */
  identifiers: Registered[]
  namespaces: Namespaces
  evidence: Surroundings['evidence']
}

/** What people set up and rarely change: read at most every two seconds for each workspace. */
export type Settings = {
  namespaces: Namespaces
  sources: (source: number) => Ref | null
  segments: ReadonlyMap<number, SegmentName>
}

const SETTINGS_KEPT_MS = 2_000

/** Reads documents with the names in them; ids are given once, so known names are kept. */
export class Dossiers {
  readonly #registries = new Registries()
  readonly #settings = new RecentAnswers<Settings>(SETTINGS_KEPT_MS)

  /** `now`: epoch ms. */
  settings(sql: Sql, { workspace, now }: { workspace: number; now: number }): Promise<Settings> {
    return this.#settings.get(String(workspace), now, async () => {
      const [namespaces, sources, segments] = await Promise.all([
        readNamespaces(sql, workspace),
        sourceNames(sql, workspace),
        segmentNames(sql, workspace),
      ])
      return { namespaces, sources, segments }
    })
  }

  /** The dossier of a profile by its id of today; null when nothing is kept of it. */
  async read(
    sql: Sql,
    { workspace, id, now }: { workspace: number; id: string; now: number },
  ): Promise<Dossier | null> {
    const [profiles, { own, devices, evidence }, { namespaces }] = await Promise.all([
      readProfiles(sql, [id]),
      surroundingsOf(sql, { workspace, profile: id }),
      this.settings(sql, { workspace, now }),
    ])
    const document = profiles.get(id)?.document
    if (!document) return null
    const identifiers = new Map([...own, ...devices].map((one) => [one.id, one]))
    const vias = document.fragments.flatMap(({ via }) =>
      via && !identifiers.has(via) ? [via] : [],
    )
    const [others, registry] = await Promise.all([
      findIdentifiersById(sql, [...new Set(vias)]),
      this.names(sql, workspace, [document]),
    ])
    const facts = factsOf(document, () => undefined)
    return {
      id,
      document,
      facts,
      registry,
      identifiers: [...identifiers.values(), ...others.values()],
      evidence,
      namespaces,
    }
  }

  /** The traits that name people, for lists: by profile id. */
  async traits(
    sql: Sql,
    { workspace, ids }: { workspace: number; ids: readonly string[] },
  ): Promise<Map<string, (key: string) => JsonValue | undefined>> {
    const profiles = [...(await readProfiles(sql, ids)).values()]
    const documents = profiles.map(({ document }) => document)
    const registry = await this.names(sql, workspace, documents)
    return new Map(
      profiles.map(({ id, document }) => {
        const { traits } = factsOf(document, () => undefined)
        return [id, (key: string) => traits.get(registry.idOf('trait', key) ?? -1)?.value]
      }),
    )
  }

  /** The registry; read again where a document holds a name that was not known yet. */
  async names(sql: Sql, workspace: number, documents: readonly Document[]): Promise<Registry> {
    await this.#registries.learn(sql, workspace, documents)
    return this.#registries.load(sql, workspace)
  }
}

async function readNamespaces(sql: Sql, workspace: number): Promise<Namespaces> {
  const rows = await sql.query<NamespaceRow>(
    `SELECT name, scope, limit_per_profile, priority, blocked FROM namespace
     WHERE workspace = $1`,
    [workspace],
  )
  return namespacesFrom(rows)
}
