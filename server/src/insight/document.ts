import type { JsonValue } from '../collect/index.ts'
import type { Sql } from '../platform/postgres.ts'
import {
  type Document,
  factsOf,
  type ProfileFacts,
  Registries,
  type Registry,
  readProfile,
  readProfiles,
} from '../profile/index.ts'
import {
  findIdentifiersById,
  type NamespaceRow,
  type Namespaces,
  namespacesFrom,
  type Registered,
  type Surroundings,
} from '../resolve/index.ts'
import {
  type Definitions,
  refreshDefinitions,
  type WorkspaceDefinitions,
} from '../segment/index.ts'
import { findSurroundings } from './findProfile.ts'
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
  around: Surroundings
}

/** What people set up and rarely change: read at most every two seconds for each workspace. */
export type Settings = {
  namespaces: Namespaces
  sources: (source: number) => Ref | null
  segments: ReadonlyMap<number, SegmentName>
  definitions: WorkspaceDefinitions
}

const SETTINGS_KEPT_MS = 2_000

/** Reads documents with the names in them; ids are given once, so known names are kept. */
export class Dossiers {
  readonly #registries = new Registries()
  #definitions: Definitions | null = null
  readonly #settings = new RecentAnswers<Settings>(SETTINGS_KEPT_MS)

  /** `now`: epoch ms. */
  settings(sql: Sql, { workspace, now }: { workspace: number; now: number }): Promise<Settings> {
    return this.#settings.get(String(workspace), now, async () => {
      const [namespaces, sources, segments, all] = await Promise.all([
        readNamespaces(sql, workspace),
        sourceNames(sql, workspace),
        segmentNames(sql, workspace),
        refreshDefinitions(sql, this.#definitions),
      ])
      this.#definitions = all
      return { namespaces, sources, segments, definitions: all.of(workspace) }
    })
  }

  /**
   * The dossier of a profile by its id (today's or a former one) or `namespace:value`; null when
   * the workspace has none, or nothing is kept of it any more. `now`: epoch ms.
   */
  async find(
    sql: Sql,
    question: { workspace: number; text: string; now: number },
  ): Promise<Dossier | null> {
    const { workspace } = question
    const around = await findSurroundings(sql, question)
    if (!around) return null
    const { profile: id } = around
    const [stored, { namespaces }] = await Promise.all([
      readProfile(sql, id),
      this.settings(sql, question),
    ])
    if (!stored) return null
    const { document } = stored
    const identifiers = new Map([...around.own, ...around.devices].map((one) => [one.id, one]))
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
      around,
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
