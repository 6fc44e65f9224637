import { createSecretKey } from 'node:crypto'
import type { Clock } from '../platform/clock.ts'
import type { NewId } from '../platform/ids.ts'
import type { Log, ShardName } from '../platform/log/log.ts'
import type { Postgres, Sql } from '../platform/postgres.ts'
import { standings } from '../privacy/index.ts'
import {
  lockProfiles,
  Registries,
  readProfiles,
  reserveProfiles,
  type StoredProfile,
} from '../profile/index.ts'
import { type IdentityPlace, type NamespaceRow, namespacesFrom } from '../resolve/index.ts'
import { type Definitions, pauseBroken, refreshDefinitions } from '../segment/index.ts'
import type { BatchTools } from './batch.ts'
import { createDedupPartitions } from './dedup.ts'
import { type ItemReader, openItemReader } from './itemReader.ts'
import { type Item, namesByWorkspace } from './items.ts'
import { openReadAgain } from './readAgain.ts'

export type FlowDeps = {
  postgres: Postgres
  log: Log
  /** Shared with who reads the same events, such as the sink; by default one of its own. */
  items?: ItemReader
  clock: Clock
  newId: NewId
}

/**
 * What the flow keeps in memory between batches: definitions, names and identity settings. All of
 * it can be read again from PostgreSQL at any time; `forget` does so after a rolled-back batch.
 */
export class FlowWorld {
  readonly postgres: Postgres
  readonly log: Log
  readonly items: ItemReader
  readonly clock: Clock
  readonly newId: NewId
  /** False while state is rebuilt: nothing may be sent. */
  readonly sends: boolean
  readonly partitions = new Set<string>()
  readonly #registries = new Registries()
  #definitions: Definitions | null = null
  readonly #people = new Map<number, number>()
  #places = new Map<number, IdentityPlace>()

  constructor(deps: FlowDeps, options: { sends: boolean }) {
    this.postgres = deps.postgres
    this.log = deps.log
    this.items = deps.items ?? openItemReader(deps.log)
    this.clock = deps.clock
    this.newId = deps.newId
    this.sends = options.sends
  }

  /**
   * Makes what a batch takes for granted: partitions, and ids for names. Committed before the
   * batch begins, so that several batches side by side may keep them in memory: what is given is
   * given, also when the batch is rolled back.
   */
  async prepare(items: readonly Item[]): Promise<void> {
    await createDedupPartitions(this.postgres, items, this.partitions)
    for (const [workspace, names] of namesByWorkspace(items)) {
      await this.#registries.ensure(this.postgres, workspace, names)
    }
  }

  /** Called inside a batch's transaction, after the fence: what is read now holds for the batch. */
  async refresh(sql: Sql): Promise<Definitions> {
    const held = this.#definitions
    const definitions = await refreshDefinitions(sql, held)
    if (definitions !== held) {
      this.#places.clear()
      await pauseBroken(sql, definitions.broken)
    }
    this.#definitions = definitions
    return definitions
  }

  /** Names' ids stay: they are never taken back, and a batch beside this one may count on them. */
  forget(): void {
    this.#definitions = null
    this.#places.clear()
    // The trimmer may have dropped one since.
    this.partitions.clear()
  }

  async toolsFor(
    sql: Sql,
    at: { workspace: number; shard: ShardName; definitions: Definitions; now: number },
  ): Promise<BatchTools> {
    return {
      shard: at.shard,
      identity: await this.identityOf(sql, at.workspace),
      definitions: at.definitions.of(at.workspace),
      registry: await this.#registries.load(sql, at.workspace),
      around: async (profiles) =>
        at.definitions.of(at.workspace).asksAround
          ? standings.read(sql, at.workspace, profiles)
          : new Map(),
      lock: async (ids) => this.#learnt(sql, at.workspace, await lockProfiles(sql, ids)),
      read: async (ids) => this.#learnt(sql, at.workspace, await readProfiles(sql, ids)),
      reserve: async (ids) =>
        this.#learnt(sql, at.workspace, await reserveProfiles(sql, at.workspace, ids)),
      readAgain: openReadAgain(sql, this.log),
      now: at.now,
    }
  }

  /** How many profiles a workspace has, nearly: counted when it is asked for again. */
  async peopleIn(sql: Sql, workspace: number, { again }: { again: boolean }): Promise<number> {
    const held = this.#people.get(workspace)
    if (held !== undefined && !again) return held
    const [row] = await sql.query<{ n: number }>(
      'SELECT count(*) AS n FROM profile WHERE workspace = $1',
      [workspace],
    )
    this.#people.set(workspace, row?.n ?? 0)
    return row?.n ?? 0
  }

  /** The same profiles, the registry knowing every name that they hold. */
  async #learnt(
    sql: Sql,
    workspace: number,
    stored: Map<string, StoredProfile>,
  ): Promise<Map<string, StoredProfile>> {
    const documents = [...stored.values()].map((one) => one.document)
    await this.#registries.learn(sql, workspace, documents)
    return stored
  }

  /** How identity works in a workspace. */
  async identityOf(sql: Sql, workspace: number): Promise<IdentityPlace> {
    const held = this.#places.get(workspace)
    if (held) return held
    const [row] = await sql.query<{ hash_key: Buffer }>(
      'SELECT hash_key FROM workspace WHERE id = $1',
      [workspace],
    )
    if (!row) throw new Error(`An entry of the log names workspace ${workspace}, which is unknown.`)
    const namespaces = await sql.query<NamespaceRow>(
      `SELECT name, scope, limit_per_profile, priority, blocked FROM namespace
       WHERE workspace = $1`,
      [workspace],
    )
    const place = {
      workspace,
      hashKey: createSecretKey(row.hash_key),
      namespaces: namespacesFrom(namespaces),
    }
    this.#places.set(workspace, place)
    return place
  }
}
