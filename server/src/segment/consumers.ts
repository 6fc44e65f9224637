import { Problem } from '../platform/errors.ts'
import type { Sql } from '../platform/postgres.ts'
import type { LocalText } from './answer.ts'
import { readDirectory } from './directory.ts'
import { usersOf } from './references.ts'

/** What works with a segment, and would stand still without it. */
export type Consumers = {
  destinations: { id: string; name: string; enabled: boolean; on: string[] }[]
  /** Segments that refer to it. */
  segments: { id: string; name: LocalText }[]
}

/** `segment`: its public id. */
export async function readConsumers(
  sql: Sql,
  { workspace, segment }: { workspace: number; segment: string },
): Promise<Consumers> {
  const destinations = await sql.query<Consumers['destinations'][number]>(
    `SELECT d.id, d.name, d.enabled,
       (SELECT array_agg(DISTINCT change ORDER BY change)
        FROM jsonb_array_elements(d.triggers) AS trigger,
          jsonb_array_elements_text(trigger -> 'on') AS change
        WHERE trigger ->> 'segment' = $2) AS on
     FROM destination d
     WHERE d.workspace = $1 AND d.deleted_at IS NULL
       AND d.triggers @> jsonb_build_array(jsonb_build_object('segment', $2::text))
     ORDER BY d.name, d.id`,
    [workspace, segment],
  )
  const directory = await readDirectory(sql, workspace)
  const segments = usersOf(segment, directory).flatMap((id) => {
    const name = directory.segments.get(id)?.name
    return name ? [{ id, name }] : []
  })
  return { destinations, segments }
}

/** Refuses to archive what is in use. @throws a 409 that names what uses it. */
export function refuseInUse({ destinations, segments }: Consumers): void {
  const names = [...destinations.map(({ name }) => name), ...segments.map(({ name }) => name.en)]
  if (names.length === 0) return
  throw new Problem(409, {
    code: 'segment_in_use',
    detail:
      `This segment is used by ${names.map((name) => `“${name}”`).join(', ')}. ` +
      (segments.length > 0
        ? 'Take it out there first.'
        : 'Take it out there first, or archive it all the same with evenIfUsed=true.'),
    extra: { consumers: { destinations, segments } },
  })
}
