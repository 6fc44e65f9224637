import type { Actor } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { badRequest, notFound } from '../platform/errors.ts'
import type { Sql } from '../platform/postgres.ts'
import { audit } from '../workspace/index.ts'
import type { PersonaInput, PersonaPatch, PersonaView } from './schema.ts'

export const PERSONAS_MAX = 200

type Row = {
  id: string
  name: string
  description: string
  quote: string
  color: number
  initials: string
  facts: PersonaView['facts']
  segment_id: string
  segment_fr: string
  segment_en: string
  segment_state: string
  size: number
  created_at: Date
  updated_at: Date
  updated_by: string
}

const SELECT = `SELECT p.public_id AS id, p.name, p.description, p.quote, p.color, p.initials,
    p.facts, s.public_id AS segment_id, s.name_fr AS segment_fr, s.name_en AS segment_en,
    s.state AS segment_state, (SELECT count(*) FROM membership m WHERE m.segment = s.id) AS size,
    p.created_at, p.updated_at, p.updated_by
  FROM persona p JOIN segment s ON s.id = p.segment
  WHERE p.workspace = $1`

/** The personas of a workspace by name. */
export async function listPersonas(sql: Sql, workspace: number): Promise<PersonaView[]> {
  const rows = await sql.query<Row>(`${SELECT} ORDER BY lower(p.name), p.id`, [workspace])
  return rows.map(viewOf)
}

/** @throws Problem 404 when the workspace has no such persona. */
export async function findPersona(sql: Sql, workspace: number, id: string): Promise<PersonaView> {
  const [row] = await sql.query<Row>(`${SELECT} AND p.public_id = $2`, [workspace, id])
  if (row) return viewOf(row)
  throw notFound('There is no such persona. See the list of personas.')
}

function viewOf(row: Row): PersonaView {
  const { id, name, description, quote, color, initials, facts } = row
  return {
    ...{ id, name, description, quote, color, initials, facts },
    segment: {
      id: row.segment_id,
      name: { fr: row.segment_fr, en: row.segment_en },
      size: row.size,
      state: row.segment_state,
    },
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    updatedBy: row.updated_by,
  }
}

/** @throws Problem 404 for a segment that is not there, 400 when there are too many personas. */
export async function createPersona(
  deps: Deps,
  actor: Actor,
  input: PersonaInput,
): Promise<PersonaView> {
  const { workspace } = actor
  const id = deps.newId()
  const now = new Date(deps.clock.now())
  await deps.postgres.transaction(async (sql) => {
    await refuseTooMany(sql, workspace)
    const segment = await segmentNumber(sql, workspace, input.segment)
    await sql.query(
      `INSERT INTO persona (public_id, workspace, segment, name, description, quote, color,
         initials, facts, created_at, updated_at, updated_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11)`,
      [
        ...[id, workspace, segment, input.name, input.description ?? '', input.quote ?? ''],
        ...[input.color ?? 1, input.initials ?? '', JSON.stringify(input.facts ?? [])],
        ...[now, actor.name],
      ],
    )
    await note(sql, actor, { action: 'persona.created', id })
  })
  return findPersona(deps.postgres, workspace, id)
}

/** Changes what is given. @throws Problem 404. */
export async function changePersona(
  deps: Deps,
  actor: Actor,
  { id, change }: { id: string; change: PersonaPatch },
): Promise<PersonaView> {
  const { workspace } = actor
  await deps.postgres.transaction(async (sql) => {
    const held = await findPersona(sql, workspace, id)
    const next = { ...held, ...change, segment: change.segment ?? held.segment.id }
    await sql.query(
      `UPDATE persona SET segment = $3, name = $4, description = $5, quote = $6, color = $7,
         initials = $8, facts = $9, updated_at = $10, updated_by = $11
       WHERE workspace = $1 AND public_id = $2`,
      [
        ...[workspace, id, await segmentNumber(sql, workspace, next.segment)],
        ...[next.name, next.description, next.quote, next.color, next.initials],
        ...[JSON.stringify(next.facts), new Date(deps.clock.now()), actor.name],
      ],
    )
    await note(sql, actor, { action: 'persona.changed', id })
  })
  return findPersona(deps.postgres, workspace, id)
}

/** Takes a persona away; its segment stays. @throws Problem 404. */
export async function deletePersona(deps: Deps, actor: Actor, id: string): Promise<void> {
  await deps.postgres.transaction(async (sql) => {
    await findPersona(sql, actor.workspace, id)
    await sql.query('DELETE FROM persona WHERE workspace = $1 AND public_id = $2', [
      actor.workspace,
      id,
    ])
    await note(sql, actor, { action: 'persona.deleted', id })
  })
}

async function segmentNumber(sql: Sql, workspace: number, id: string): Promise<number> {
  const [row] = await sql.query<{ id: number }>(
    'SELECT id FROM segment WHERE workspace = $1 AND public_id = $2',
    [workspace, id],
  )
  if (row) return row.id
  throw notFound('There is no segment with this id. A persona needs one: see the list of segments.')
}

async function refuseTooMany(sql: Sql, workspace: number): Promise<void> {
  const [row] = await sql.query<{ n: number }>(
    'SELECT count(*) AS n FROM persona WHERE workspace = $1',
    [workspace],
  )
  if ((row?.n ?? 0) < PERSONAS_MAX) return
  throw badRequest('too_many_personas', `A workspace has at most ${PERSONAS_MAX} personas.`)
}

async function note(
  sql: Sql,
  actor: Actor,
  { action, id }: { action: string; id: string },
): Promise<void> {
  const { workspace } = actor
  await audit(sql, { workspace, actor, action, subject: `persona:${id}` })
}
