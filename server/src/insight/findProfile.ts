import type { Sql } from '../platform/postgres.ts'
import {
  findIdentifiersById,
  type Identifier,
  ownerAt,
  parseIdentifier,
  type Surroundings,
  surroundingsAt,
  surroundingsOf,
} from '../resolve/index.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * What is around the profile behind a profile's id (today's or a former one) or `namespace:value`;
 * null when the workspace has none. A device stands for whoever owns it at `now` (epoch ms).
 */
export async function findSurroundings(
  sql: Sql,
  question: { workspace: number; text: string; now: number },
): Promise<Surroundings | null> {
  const { workspace, text, now } = question
  const id = text.toLowerCase()
  if (UUID.test(id)) return byId(sql, { workspace, id, now })
  const identifier = parseIdentifier(text)
  return identifier ? byName(sql, { workspace, identifier, now }) : null
}

async function byId(
  sql: Sql,
  { workspace, id, now }: { workspace: number; id: string; now: number },
): Promise<Surroundings | null> {
  const [row] = await sql.query<Identifier & { own: boolean }>(
    `SELECT namespace, value,
       EXISTS (SELECT FROM profile p WHERE p.id = i.id AND p.workspace = i.workspace) AS own
     FROM identifier i WHERE id = $1 AND workspace = $2`,
    [id, workspace],
    'profile_by_id',
  )
  if (!row) return null
  // A device keeps a profile of its own for what came before anybody logged in.
  if (row.own) return surroundingsOf(sql, { workspace, profile: id })
  return byName(sql, { workspace, identifier: row, now })
}

async function byName(
  sql: Sql,
  { workspace, identifier, now }: { workspace: number; identifier: Identifier; now: number },
): Promise<Surroundings | null> {
  const found = await surroundingsAt(sql, { workspace, identifier })
  if (!found) return null
  const { asked, around } = found
  const owner = asked.logins ? ownerAt(asked.logins, now) : null
  if (owner === null || owner === asked.id) return around
  const [held] = (await findIdentifiersById(sql, [owner])).values()
  return surroundingsOf(sql, { workspace, profile: held?.profile ?? owner })
}
