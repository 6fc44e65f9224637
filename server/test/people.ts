import { decodeDocument } from '../src/profile/codec.ts'
import { MINUTE, NOW, type Stage, type Told } from './history.ts'

/**
 * Everybody in the state, a line each: the identifiers of the profile and how many events it has,
 * like `email:a@x.fr user_id:u1 (3)`.
 */
export async function peopleOf(stage: Pick<Stage, 'postgres'>): Promise<string[]> {
  const rows = await stage.postgres.query<{ document: Buffer; names: string[] }>(
    `SELECT p.document, array_agg(i.namespace || ':' || i.value
       ORDER BY i.namespace, i.value) AS names
     FROM identifier i LEFT JOIN profile_alias a ON a.identifier = i.id
     JOIN profile p ON p.id = coalesce(a.profile, i.id) GROUP BY p.id`,
  )
  return rows.map(({ document, names }) => `${names.join(' ')} (${eventsOf(document)})`).sort()
}

function eventsOf(document: Buffer): number {
  const tallies = decodeDocument(document).fragments.flatMap((one) => [...one.events.values()])
  return tallies.reduce((sum, tally) => sum + tally.count, 0)
}

/** An event as an SDK sends it, `minute` minutes into the last two hours. */
export function sent(minute: number, event: { type?: string } & Record<string, unknown>): Told {
  const timestamp = new Date(NOW - 120 * MINUTE + minute * MINUTE).toISOString()
  const shape = { type: 'track', event: 'Viewed', messageId: `at-${minute}`, timestamp }
  return { receivedAt: NOW - 119 * MINUTE + minute * MINUTE, events: [{ ...shape, ...event }] }
}

/** Many events as one request, a millisecond apart. */
export function sentTogether(minute: number, events: readonly object[]): Told {
  const start = NOW - 120 * MINUTE + minute * MINUTE
  return {
    receivedAt: start + MINUTE,
    events: events.map((event, index) => ({
      type: 'identify',
      messageId: `at-${minute}-${index}`,
      timestamp: new Date(start + index).toISOString(),
      ...event,
    })),
  }
}
