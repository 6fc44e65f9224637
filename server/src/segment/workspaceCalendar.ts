import type { Event } from '../collect/index.ts'
import type { Sql } from '../platform/postgres.ts'
import { type Calendar, calendarOf } from './calendar.ts'
import { zonesTold } from './personZone.ts'
import { announce } from './publish.ts'

type Row = { time_zone: string; person_zones: string[] }

/** The calendar of a workspace's time zone, with the zones that its people told. */
export async function readCalendar(sql: Sql, workspace: number): Promise<Calendar> {
  const [row] = await sql.query<Row>(
    'SELECT time_zone, person_zones FROM workspace WHERE id = $1',
    [workspace],
  )
  return calendarOf(row?.time_zone ?? 'UTC', row?.person_zones)
}

/**
 * Keeps the zones that events are the first to tell, in the transaction that applies them. There
 * are a few hundred in the world, so this rarely writes anything.
 */
export async function keepZones(
  sql: Sql,
  workspace: number,
  { events, known }: { events: readonly Event[]; known: Calendar },
): Promise<void> {
  const told = zonesTold(events).filter((zone) => !known.personZones.includes(zone))
  if (told.length === 0) return
  const kept = await sql.query(
    `UPDATE workspace SET person_zones =
       ARRAY(SELECT DISTINCT unnest(person_zones || $2::text[]) ORDER BY 1)
     WHERE id = $1 AND NOT person_zones @> $2::text[] RETURNING id`,
    [workspace, told],
  )
  if (kept.length > 0) await announce(sql)
}
