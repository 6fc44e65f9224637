import type { Actor } from '../platform/api.ts'
import { badRequest } from '../platform/errors.ts'
import type { Sql } from '../platform/postgres.ts'

/** Where a segment stands, and who answers for it. What is not given stays. */
export type Place = {
  /** A path, as `Fidélité/Noël`; '' = in no folder. */
  folder?: string
  tags?: readonly string[]
  /** A user's id. */
  owner?: string | null
}

/** Whoever makes something answers for it; an API key is nobody. */
export const ownerOf = ({ kind, id }: Actor): string | null => (kind === 'user' ? id : null)

/** `segment`: its number. @throws a 400 for an owner that the workspace does not know. */
export async function placeSegment(
  sql: Sql,
  workspace: number,
  { segment, place }: { segment: number; place: Place },
): Promise<void> {
  const { folder, tags, owner } = place
  if (owner) await refuseStranger(sql, workspace, owner)
  await sql.query(
    `UPDATE segment SET folder = coalesce($2, folder), tags = coalesce($3, tags),
       owner = CASE WHEN $4 THEN $5 ELSE owner END
     WHERE id = $1`,
    [
      segment,
      folder === undefined ? null : plainFolder(folder),
      tags === undefined ? null : plainTags(tags),
      owner !== undefined,
      owner ?? null,
    ],
  )
}

async function refuseStranger(sql: Sql, workspace: number, owner: string): Promise<void> {
  const users = await sql.query(
    'SELECT 1 FROM user_account WHERE workspace = $1 AND id = $2 AND disabled_at IS NULL',
    [workspace, owner],
  )
  if (users.length > 0) return
  throw badRequest('unknown_owner', 'There is no such user. Choose one of the list of users.')
}

const words = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()

/** Without empty parts and spaces at the edges: the same folder is written one way. */
function plainFolder(folder: string): string {
  return folder
    .split('/')
    .map(words)
    .filter((part) => part !== '')
    .join('/')
}

const plainTags = (tags: readonly string[]): string[] => [
  ...new Set(tags.map(words).filter((tag) => tag !== '')),
]
