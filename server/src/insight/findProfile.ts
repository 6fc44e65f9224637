import { notFound } from '../platform/errors.ts'
import type { Sql } from '../platform/postgres.ts'
import {
  findIdentifiers,
  findIdentifiersById,
  ownerAt,
  parseIdentifier,
  type Registered,
} from '../resolve/index.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * The id of the profile behind a profile's id (today's or a former one) or `namespace:value`; null
 * when the workspace has none. A device stands for whoever owns it at `now` (epoch ms).
 */
export async function findProfileId(
  sql: Sql,
  question: { workspace: number; text: string; now: number },
): Promise<string | null> {
  const { workspace, text, now } = question
  const id = text.toLowerCase()
  if (UUID.test(id)) return profileOfId(sql, { workspace, id, now })
  const identifier = parseIdentifier(text)
  if (!identifier) return null
  const [found] = (await findIdentifiers(sql, workspace, [identifier])).values()
  return found ? profileAt(sql, found, now) : null
}

/** As `findProfileId`; throws a 404 when there is none. */
export async function profileIdOr404(
  sql: Sql,
  question: { workspace: number; text: string; now: number },
): Promise<string> {
  const id = await findProfileId(sql, question)
  if (id !== null) return id
  throw notFound('There is no profile with this id or identifier. Search the list of people.')
}

async function profileOfId(
  sql: Sql,
  { workspace, id, now }: { workspace: number; id: string; now: number },
): Promise<string | null> {
  const [row] = await sql.query<{ namespace: string; value: string; own: boolean }>(
    `SELECT namespace, value,
       EXISTS (SELECT FROM profile p WHERE p.id = i.id AND p.workspace = i.workspace) AS own
     FROM identifier i WHERE id = $1 AND workspace = $2`,
    [id, workspace],
  )
  if (!row) return null
  // A device keeps a profile of its own for what came before anybody logged in.
  if (row.own) return id
  const [found] = (await findIdentifiers(sql, workspace, [row])).values()
  return found ? profileAt(sql, found, now) : null
}

async function profileAt(sql: Sql, found: Registered, now: number): Promise<string> {
  const owner = found.logins ? ownerAt(found.logins, now) : null
  if (owner === null || owner === found.id) return found.profile
  const [held] = (await findIdentifiersById(sql, [owner])).values()
  return held?.profile ?? owner
}
