import { isDeepStrictEqual } from 'node:util'
import type { JsonValue } from '../collect/index.ts'
import type { Actor } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { conflict, notFound } from '../platform/errors.ts'
import type { Sql } from '../platform/postgres.ts'
import { audit } from '../workspace/index.ts'
import { formulasNaming } from './computed/formulas.ts'
import { knownComputed } from './computed/index.ts'
import { namesTrait } from './computed/resolve.ts'
import { readStored } from './computedDefinitions.ts'
import { wholeDependents, wholeSpec } from './computedFormulas.ts'
import { rulesInUse } from './directory.ts'
import { announce, lockFlow, registerNeeds } from './publish.ts'
import { refillNaming } from './refill.ts'
import type { Spec } from './rule.ts'

export type ComputedState = 'backfilling' | 'live' | 'archived'

export type ComputedRow = {
  id: number
  public_id: string
  workspace: number
  key: string
  name_fr: string
  name_en: string
  description: string
  spec: Spec
  version: number
  state: ComputedState
  progress: number
  recomputed: JsonValue | null
  recomputed_at: Date | null
  /** Of a query: when it was last asked, and why that failed. */
  attempted_at: Date | null
  failure: { message: string; at: string } | null
  created_at: Date
  created_by: string
  updated_at: Date
  updated_by: string
}

const COLUMNS = `id, public_id, workspace, key, name_fr, name_en, description, spec, version, state,
  progress, recomputed, recomputed_at, attempted_at, failure, created_at, created_by,
  updated_at, updated_by`

export async function listComputed(sql: Sql, workspace: number): Promise<ComputedRow[]> {
  return sql.query<ComputedRow>(
    `SELECT ${COLUMNS} FROM computed_trait WHERE workspace = $1 AND state <> 'archived'
     ORDER BY key`,
    [workspace],
  )
}

/** Throws a 404 when the workspace has no such computed trait. */
export async function findComputed(
  sql: Sql,
  workspace: number,
  publicId: string,
): Promise<ComputedRow> {
  const [row] = await sql.query<ComputedRow>(
    `SELECT ${COLUMNS} FROM computed_trait WHERE workspace = $1 AND public_id = $2`,
    [workspace, publicId],
  )
  if (row) return row
  throw notFound('There is no such computed trait. It may belong to another workspace.')
}

export type ComputedDraft = {
  key: string
  name: { fr: string; en: string }
  description: string
  spec: Spec
}

/** Makes a computed trait; what it reads is filled from history in the background. */
export async function createComputed(
  deps: Deps,
  actor: Actor,
  draft: ComputedDraft,
): Promise<ComputedRow> {
  const publicId = deps.newId()
  const now = new Date(deps.clock.now())
  const { workspace } = actor
  await deps.postgres.transaction(async (sql) => {
    await lockFlow(sql)
    await assertFree(sql, workspace, draft.key)
    const spec = await wholeSpec(sql, workspace, draft)
    await registerNeeds(sql, workspace, knownComputed(spec).needs(spec).streams)
    await sql.query(
      `INSERT INTO computed_trait (public_id, workspace, key, name_fr, name_en, description, spec,
         state, created_at, created_by, updated_at, updated_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 'backfilling', $8, $9, $8, $9)`,
      [
        publicId,
        workspace,
        draft.key,
        draft.name.fr,
        draft.name.en,
        draft.description,
        JSON.stringify(draft.spec),
        now,
        actor.name,
      ],
    )
    await auditComputed(sql, actor, { action: 'computed_trait.created', publicId })
  })
  return findComputed(deps.postgres, workspace, publicId)
}

/** A name is of one computed trait, or of one that is given: else a rule would be of two minds. */
async function assertFree(sql: Sql, workspace: number, key: string): Promise<void> {
  const [computed] = await sql.query(
    "SELECT 1 FROM computed_trait WHERE workspace = $1 AND key = $2 AND state <> 'archived'",
    [workspace, key],
  )
  if (computed) throw conflict('key_taken', `There is a computed trait ${key}. Take another key.`)
  if ((await givenAmong(sql, workspace, [key])).size === 0) return
  throw conflict('key_taken', `Events have told a trait ${key}. Take a key that none of them has.`)
}

/** Those of the keys that events have told as traits as well, or parts of which they told. */
export async function givenAmong(
  sql: Sql,
  workspace: number,
  keys: readonly string[],
): Promise<Set<string>> {
  const rows = await sql.query<{ key: string }>(
    `SELECT DISTINCT key FROM unnest($2::text[]) AS asked (key) JOIN registry
       ON name = key OR starts_with(name, key || '.')
     WHERE workspace = $1 AND kind = 'trait'`,
    [workspace, keys],
  )
  return new Set(rows.map((row) => row.key))
}

export type ComputedChange = Partial<Omit<ComputedDraft, 'key'>> & {
  /** The version that was read: another one since is not written over. */
  version?: number
}

/** Changes a computed trait; the segments that name it are filled again with a new definition. */
export async function changeComputed(
  deps: Deps,
  actor: Actor,
  { publicId, change }: { publicId: string; change: ComputedChange },
): Promise<ComputedRow> {
  const { workspace } = actor
  await deps.postgres.transaction(async (sql) => {
    await lockFlow(sql)
    const held = await findComputed(sql, workspace, publicId)
    assertVersion(held, change.version)
    const spec = change.spec ?? held.spec
    // PostgreSQL keeps the keys of an object in an order of its own.
    const isNew = !isDeepStrictEqual(JSON.parse(JSON.stringify(spec)), held.spec)
    await sql.query(
      `UPDATE computed_trait SET name_fr = $2, name_en = $3, description = $4, spec = $5,
         version = version + 1, updated_at = $6, updated_by = $7,
         state = CASE WHEN $8 THEN 'backfilling' ELSE state END,
         progress = CASE WHEN $8 THEN 0 ELSE progress END,
         recomputed = CASE WHEN $8 THEN NULL ELSE recomputed END,
         recomputed_at = CASE WHEN $8 THEN NULL ELSE recomputed_at END,
         attempted_at = CASE WHEN $8 THEN NULL ELSE attempted_at END,
         failure = CASE WHEN $8 THEN NULL ELSE failure END
       WHERE id = $1`,
      [
        held.id,
        change.name?.fr ?? held.name_fr,
        change.name?.en ?? held.name_en,
        change.description ?? held.description,
        JSON.stringify(spec),
        new Date(deps.clock.now()),
        actor.name,
        isNew,
      ],
    )
    if (isNew) await spreadDefinition(sql, workspace, { key: held.key, spec })
    await auditComputed(sql, actor, { action: 'computed_trait.changed', publicId })
    await announce(sql)
  })
  return findComputed(deps.postgres, workspace, publicId)
}

/** Makes ready what another definition changes: its streams, formulas and segments. */
async function spreadDefinition(
  sql: Sql,
  workspace: number,
  { key, spec }: { key: string; spec: Spec },
): Promise<void> {
  const own = await wholeSpec(sql, workspace, { key, spec })
  const dependents = await wholeDependents(sql, workspace, key)
  const all = [own, ...dependents.values()]
  const needs = all.flatMap((one) => knownComputed(one).needs(one).streams)
  await registerNeeds(sql, workspace, needs)
  await sql.query(
    `UPDATE computed_trait SET state = 'backfilling', progress = 0
     WHERE workspace = $1 AND key = ANY($2) AND state = 'live'`,
    [workspace, [...dependents.keys()]],
  )
  await refillNaming(sql, workspace, [key, ...dependents.keys()])
}

function assertVersion(held: ComputedRow, version: number | undefined): void {
  if (held.state === 'archived') {
    throw conflict('archived', `The computed trait ${held.key} is archived. Bring it back first.`)
  }
  if (version === undefined || version === held.version) return
  throw conflict(
    'changed_meanwhile',
    `${held.updated_by} has changed this trait meanwhile. Read it again and repeat your change.`,
  )
}

/** Archives a computed trait; refused while a segment or a formula names it. */
export async function archiveComputed(deps: Deps, actor: Actor, publicId: string): Promise<void> {
  const { workspace } = actor
  await deps.postgres.transaction(async (sql) => {
    await lockFlow(sql)
    const held = await findComputed(sql, workspace, publicId)
    const rules = await rulesInUse(sql, workspace)
    const users = rules.filter(({ rule }) => namesTrait(rule, held.key))
    const formulas = formulasNaming(held.key, await readStored(sql, workspace))
    if (formulas.length > 0) {
      throw conflict(
        'trait_in_use',
        `Formulas name this trait: ${formulas.join(', ')}. Take it out of them first.`,
      )
    }
    if (users.length > 0) {
      const names = users.map(({ name }) => `“${name.en}”`).join(', ')
      throw conflict(
        'trait_in_use',
        `Segments ask for this trait: ${names}. Take it out of them first.`,
      )
    }
    await sql.query(
      "UPDATE computed_trait SET state = 'archived', updated_at = $2, updated_by = $3 WHERE id = $1",
      [held.id, new Date(deps.clock.now()), actor.name],
    )
    await auditComputed(sql, actor, { action: 'computed_trait.archived', publicId })
    await announce(sql)
  })
}

/** Brings an archived computed trait back; its history is filled in again. */
export async function restoreComputed(
  deps: Deps,
  actor: Actor,
  publicId: string,
): Promise<ComputedRow> {
  const { workspace } = actor
  await deps.postgres.transaction(async (sql) => {
    await lockFlow(sql)
    const held = await findComputed(sql, workspace, publicId)
    if (held.state !== 'archived') {
      throw conflict('not_archived', `The computed trait ${held.key} is not archived.`)
    }
    await assertFree(sql, workspace, held.key)
    const spec = await wholeSpec(sql, workspace, held)
    await sql.query(
      `UPDATE computed_trait SET state = 'backfilling', progress = 0, attempted_at = NULL,
         updated_at = $2, updated_by = $3 WHERE id = $1`,
      [held.id, new Date(deps.clock.now()), actor.name],
    )
    await registerNeeds(sql, workspace, knownComputed(spec).needs(spec).streams)
    await auditComputed(sql, actor, { action: 'computed_trait.restored', publicId })
  })
  return findComputed(deps.postgres, workspace, publicId)
}

/** Lets the query of a computed trait be asked now, whatever its schedule says. */
export async function askQueryNow(
  deps: Deps,
  actor: Actor,
  publicId: string,
): Promise<ComputedRow> {
  const { workspace } = actor
  const held = await findComputed(deps.postgres, workspace, publicId)
  if (!('sql' in held.spec) || held.state === 'archived') {
    throw conflict('no_query', `The computed trait ${held.key} has no query that could be asked.`)
  }
  await deps.postgres.query('UPDATE computed_trait SET attempted_at = NULL WHERE id = $1', [
    held.id,
  ])
  await auditComputed(deps.postgres, actor, { action: 'computed_trait.asked', publicId })
  return findComputed(deps.postgres, workspace, publicId)
}

async function auditComputed(
  sql: Sql,
  actor: Actor,
  { action, publicId }: { action: string; publicId: string },
): Promise<void> {
  const subject = `computed_trait:${publicId}`
  await audit(sql, { workspace: actor.workspace, actor, action, subject, detail: {} })
}
