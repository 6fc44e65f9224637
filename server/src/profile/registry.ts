import type { Postgres, Sql } from '../platform/postgres.ts'
import type { Document } from './document.ts'
import type { Objects } from './objects.ts'

/** Kinds of names that documents hold as small integers. */
const NAME_KINDS = ['trait', 'event', 'object', 'attribute'] as const
/** `object`: its type; `attribute`: a path of what is told of objects. */
export type NameKind = (typeof NAME_KINDS)[number]

/** Names and their integer ids, one workspace; filled from the table and grown by the flow. */
export type Registry = {
  idOf(kind: NameKind, name: string): number | undefined
  nameOf(kind: NameKind, id: number): string
  names(kind: NameKind): string[]
}

/** Names of one kind in one workspace at the most; later ones are not kept in documents. */
const NAMES_MAX: Record<NameKind, number> = {
  trait: 10_000,
  event: 10_000,
  object: 100,
  attribute: 10_000,
}

type Names = { ids: Map<string, number>; names: Map<number, string> }

/**
 * The registries of all workspaces, read on first use and kept; ids are given once and for ever.
 */
export class Registries {
  readonly #workspaces = new Map<number, Record<NameKind, Names>>()

  async load(sql: Sql, workspace: number): Promise<Registry> {
    const known = this.#workspaces.get(workspace)
    return view(known ?? (await this.#read(sql, workspace)))
  }

  /**
   * Reads the names again when documents hold ids that are not known here, because another process
   * gave them. An id is given, and committed, before the first document that holds it.
   */
  async learn(sql: Sql, workspace: number, documents: Iterable<Document>): Promise<void> {
    const known = this.#workspaces.get(workspace)
    if (!known || holdsUnknown(documents, known)) await this.#read(sql, workspace)
  }

  async #read(sql: Sql, workspace: number): Promise<Record<NameKind, Names>> {
    const rows = await sql.query<{ kind: NameKind; id: number; name: string }>(
      'SELECT kind, id, name FROM registry WHERE workspace = $1',
      [workspace],
    )
    // Only added to: while this was read, another batch of the process may have been given more.
    const held = this.#workspaces.get(workspace) ?? emptyNames()
    for (const row of rows) put(held, row)
    this.#workspaces.set(workspace, held)
    return held
  }

  /**
   * Makes sure that every name has an id. In a transaction of its own, so that what is remembered
   * here is also what the table holds, whatever becomes of the caller's work.
   */
  async ensure(
    postgres: Postgres,
    workspace: number,
    wanted: Record<NameKind, ReadonlySet<string>>,
  ): Promise<Registry> {
    const registry = await this.load(postgres, workspace)
    const held = this.#workspaces.get(workspace) ?? emptyNames()
    for (const kind of NAME_KINDS) {
      const missing = [...wanted[kind]].filter((name) => !held[kind].ids.has(name)).sort()
      if (missing.length === 0 || held[kind].ids.size > NAMES_MAX[kind]) continue
      const wanting = { workspace, kind, names: missing }
      const given = await postgres.transaction((sql) => giveIds(sql, wanting))
      for (const row of given) put(held, row)
    }
    return registry
  }
}

const emptyNames = (): Record<NameKind, Names> => {
  const none = (): Names => ({ ids: new Map(), names: new Map() })
  return { trait: none(), event: none(), object: none(), attribute: none() }
}

function holdsUnknown(documents: Iterable<Document>, known: Record<NameKind, Names>): boolean {
  for (const { fragments } of documents) {
    for (const { traits, events, objects } of fragments) {
      for (const id of traits.keys()) if (!known.trait.names.has(id)) return true
      for (const id of events.keys()) if (!known.event.names.has(id)) return true
      if (holdsUnknownObject(objects, known)) return true
    }
  }
  return false
}

function holdsUnknownObject(objects: Objects, known: Record<NameKind, Names>): boolean {
  for (const [type, ofType] of objects) {
    if (!known.object.names.has(type)) return true
    for (const { attributes } of ofType.values()) {
      for (const id of attributes.keys()) if (!known.attribute.names.has(id)) return true
    }
  }
  return false
}

function put(held: Record<NameKind, Names>, row: { kind: NameKind; id: number; name: string }) {
  held[row.kind].ids.set(row.name, row.id)
  held[row.kind].names.set(row.id, row.name)
}

function view(held: Record<NameKind, Names>): Registry {
  return {
    idOf: (kind, name) => held[kind].ids.get(name),
    nameOf: (kind, id) => held[kind].names.get(id) ?? `#${id}`,
    names: (kind) => [...held[kind].ids.keys()],
  }
}

async function giveIds(
  sql: Sql,
  wanted: { workspace: number; kind: NameKind; names: string[] },
): Promise<{ kind: NameKind; id: number; name: string }[]> {
  const values = [wanted.workspace, wanted.kind, wanted.names]
  // Two workers must not give one id twice: the last id of the kind is read under this lock.
  await sql.query('SELECT pg_advisory_xact_lock($1, $2)', [REGISTRY_LOCK, wanted.workspace])
  await sql.query(
    `INSERT INTO registry (workspace, kind, id, name)
     SELECT $1, $2, last.id + row_number() OVER (), new.name
     FROM unnest($3::text[]) AS new (name),
       (SELECT coalesce(max(id), 0) AS id FROM registry WHERE workspace = $1 AND kind = $2) AS last
     WHERE NOT EXISTS (
       SELECT 1 FROM registry r WHERE r.workspace = $1 AND r.kind = $2 AND r.name = new.name)`,
    values,
  )
  return sql.query(
    `SELECT kind, id, name FROM registry
     WHERE workspace = $1 AND kind = $2 AND name = ANY($3)`,
    values,
  )
}

const REGISTRY_LOCK = 0x1d_e8
