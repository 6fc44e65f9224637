import { type Event, type EventType, type JsonObject, objectsOf } from '../collect/index.ts'
import { badRequest } from '../platform/errors.ts'
import type { Sql } from '../platform/postgres.ts'
import { type Standing, standings } from '../privacy/index.ts'
import {
  emptyDocument,
  emptyFragment,
  factsOf,
  foldEvent,
  type ProfileFacts,
} from '../profile/index.ts'
import type { WorkspaceDefinitions } from '../segment/index.ts'
import { anchorsOf, withinAnchors } from './anchors.ts'
import type { Dossier } from './document.ts'
import { type AskHistory, millis } from './history.ts'

/** Events of one person that are read again at most. */
const EVENTS_MAX = 20_000

type Asked = { workspace: number; asOf: number; definitions: WorkspaceDefinitions }

type EventRow = Pick<Event, 'event' | 'messageId' | 'flags' | 'source'> & {
  type: EventType
  at: number
  hash: number
  lane: 'live' | 'bulk' | 'inner'
  shard: number
  position: number
  body: string
}

/**
 * What was known of a person at `asOf` (epoch ms): the events up to then, folded as the flow does
 * it, by the identity of today. Conditions are asked of it as of a document.
 * @throws a 400 for a person of more events than are read again.
 */
export async function factsAsOf(
  ask: AskHistory,
  dossier: Dossier,
  { workspace, asOf, definitions }: Asked,
): Promise<ProfileFacts> {
  const within = withinAnchors(anchorsOf(dossier))
  const rows = await ask<EventRow>(
    `SELECT type, event, ${millis('time')} AS at, hash, lane, shard, position, source,
       message_id AS "messageId", flags, body
     FROM event WHERE workspace = {workspace:UInt32} AND counted AND ${within.sql}
       AND time <= fromUnixTimestamp64Milli({asOf:Int64})
     ORDER BY time LIMIT {rows:UInt32}`,
    { ...within.params, workspace, asOf, rows: EVENTS_MAX + 1 },
  )
  if (rows.length > EVENTS_MAX) {
    const detail =
      `This person had more than ${EVENTS_MAX} events by then, and so many are not read again. ` +
      'Ask for the members of that instant instead.'
    throw badRequest('too_many_events', detail)
  }
  const fragment = emptyFragment(dossier.id, null)
  const fold = { registry: dossier.registry, entered: definitions.entered, now: asOf }
  for (const { hash, lane, shard, position, ...row } of rows) {
    const arrival = { event: eventOf(row, workspace), hash, place: { lane, shard, position } }
    foldEvent(fragment, arrival, fold)
  }
  const document = { ...emptyDocument('person'), fragments: rows.length > 0 ? [fragment] : [] }
  return factsOf(document, definitions.keepOf)
}

/** As the fold reads it: who it named is decided already. */
function eventOf(
  { body, at: time, ...row }: Omit<EventRow, 'hash' | 'lane' | 'shard' | 'position'>,
  workspace: number,
): Event {
  type Body = Record<'properties' | 'traits' | 'context', JsonObject>
  const { properties, traits, context } = JSON.parse(body) as Body
  const objects = objectsOf(row.type, properties, new Set())
  const nobody = { userId: null, anonymousId: null, previousId: null, groupId: null }
  const told = { ...row, time, properties, traits, context, objects }
  return { ...told, ...nobody, workspace, index: 0, clientDay: null, receivedAt: time }
}

type AnswerRow = { purpose: string; channel: string; granted: boolean; source: string; at: number }

/**
 * How a person could be addressed at `asOf`: what had been said by then, with the identifiers, and
 * the legal basis, of today.
 */
export async function standingAsOf(
  { sql, ask }: { sql: Sql; ask: AskHistory },
  dossier: Dossier,
  { workspace, asOf }: Pick<Asked, 'workspace' | 'asOf'>,
): Promise<Standing> {
  const within = withinAnchors(anchorsOf(dossier))
  const [now, basis, said] = await Promise.all([
    standings.read(sql, workspace, [dossier.id]),
    standings.basisOf(sql, workspace),
    ask<AnswerRow>(
      `SELECT purpose, channel, said.1 AS granted, said.2 AS source, said.3 AS at FROM (
         SELECT purpose, channel,
           argMax(tuple(granted, source, ${millis('time')}), (time, NOT granted)) AS said
         FROM consent_said WHERE workspace = {workspace:UInt32} AND ${within.sql}
           AND time <= fromUnixTimestamp64Milli({asOf:Int64})
         GROUP BY purpose, channel
       )`,
      { ...within.params, workspace, asOf },
    ),
  ])
  const { identifiers } = now.get(dossier.id) ?? standings.NONE
  return standings.of(identifiers, said, basis)
}
