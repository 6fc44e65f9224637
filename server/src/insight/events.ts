import { badRequest } from '../platform/errors.ts'
import type { Sql } from '../platform/postgres.ts'
import { findIdentifiersById, ownerAt, type Registered } from '../resolve/index.ts'
import { maskTrait } from '../workspace/index.ts'
import { withinAnchors } from './anchors.ts'
import type { Dossiers } from './document.ts'
import type { EventView } from './eventSchema.ts'
import { type AskHistory, iso, millis } from './history.ts'
import { type LocalText, labelNames, type Ref, sourceNames } from './names.ts'
import type { Stretch } from './ownership.ts'
import { maskName, personName } from './personName.ts'
import { eventBody } from './summary.ts'

export type EventsQuestion = {
  workspace: number
  source: number | null
  event: string | null
  type: string | null
  /** The anchors of one profile; null = everybody's events. */
  anchors: readonly Stretch[] | null
  /** Epoch ms; null = without a bound. */
  from: number | null
  to: number | null
  q: string | null
  cursor: string | null
  limit: number
  reveals: boolean
}

type Row = {
  at: number
  received: number
  hash: string
  source: number
  type: string
  event: string
  message_id: string
  anchor: string
  flags: string[]
  body: string
}

/** Applied events by event time, newest first, each with whose it is today. */
export async function listEvents(
  reading: { sql: Sql; ask: AskHistory; dossiers: Dossiers },
  question: EventsQuestion,
): Promise<{ data: EventView[]; next: string | null }> {
  const { where, params } = filterOf(question)
  const rows = await reading.ask<Row>(
    `SELECT ${millis('time')} AS at, ${millis('received_at')} AS received,
       toString(hash) AS hash, source, type, event, message_id, anchor, flags, body
     FROM event WHERE ${where}
     ORDER BY time DESC, event.hash DESC LIMIT {rows:UInt32}`,
    { ...params, rows: question.limit + 1 },
  )
  const shown = rows.slice(0, question.limit)
  const last = rows.length > question.limit ? shown.at(-1) : undefined
  const next = last ? Buffer.from(`${last.at}:${last.hash}`).toString('base64url') : null
  return { data: await viewsOf(reading, shown, question), next }
}

function filterOf(question: EventsQuestion) {
  const params: Record<string, unknown> = { workspace: question.workspace }
  const parts = ['workspace = {workspace:UInt32}']
  const add = (sql: string, name: string, value: unknown) => {
    if (value === null || value === '') return
    params[name] = value
    parts.push(sql)
  }
  add('source = {source:UInt32}', 'source', question.source)
  add('event = {event:String}', 'event', question.event)
  add('type = {type:String}', 'type', question.type)
  add('time >= fromUnixTimestamp64Milli({from:Int64})', 'from', question.from)
  add('time < fromUnixTimestamp64Milli({to:Int64})', 'to', question.to)
  add(
    '(message_id = {q:String} OR positionCaseInsensitiveUTF8(event, {q:String}) > 0)',
    'q',
    question.q,
  )
  if (question.anchors) {
    const within = withinAnchors(question.anchors)
    Object.assign(params, within.params)
    parts.push(within.sql)
  }
  if (question.cursor !== null) {
    Object.assign(params, readCursor(question.cursor))
    parts.push(
      '(time, event.hash) < (fromUnixTimestamp64Milli({afterAt:Int64}), {afterHash:UInt64})',
    )
  }
  return { where: parts.join(' AND '), params }
}

function readCursor(cursor: string): { afterAt: string; afterHash: string } {
  const text = Buffer.from(cursor, 'base64url').toString('utf8')
  const match = /^(-?\d{1,14}):(\d{1,20})$/.exec(text)
  const [, afterAt, afterHash] = match ?? []
  if (afterAt !== undefined && afterHash !== undefined) return { afterAt, afterHash }
  throw badRequest(
    'invalid_cursor',
    'The cursor is not one of this list. Start again without a cursor.',
  )
}

async function viewsOf(
  { sql, dossiers }: { sql: Sql; dossiers: Dossiers },
  rows: readonly Row[],
  question: EventsQuestion,
): Promise<EventView[]> {
  const { workspace, reveals } = question
  const [labels, sources, anchors] = await Promise.all([
    labelNames(sql, workspace),
    sourceNames(sql, workspace),
    findIdentifiersById(sql, [...new Set(rows.map(({ anchor }) => anchor))]),
  ])
  const owners = await ownersOf(sql, rows, anchors)
  const traits = await dossiers.traits(sql, { workspace, ids: [...new Set(owners.values())] })
  return rows.map((row) => {
    const profile = owners.get(row) ?? null
    const name = profile === null ? null : personName(traits.get(profile) ?? (() => undefined))
    return view(row, {
      displayName: labels('event', row.event),
      source: sources(row.source),
      profile: profile === null ? null : { id: profile, name: reveals ? name : maskName(name) },
      isKnown: anchors.has(row.anchor),
      reveals,
    })
  })
}

/** The profile of each event by today's identity. */
async function ownersOf(
  sql: Sql,
  rows: readonly Row[],
  anchors: ReadonlyMap<string, Registered>,
): Promise<Map<Row, string>> {
  const ownerIds = new Map<Row, string>()
  for (const row of rows) {
    const anchor = anchors.get(row.anchor)
    if (anchor) ownerIds.set(row, ownerAt(anchor.logins ?? [], row.at) ?? anchor.id)
  }
  const unknown = [...new Set(ownerIds.values())].filter((id) => !anchors.has(id))
  const found = await findIdentifiersById(sql, unknown)
  return new Map(
    [...ownerIds].map(([row, id]) => [row, (anchors.get(id) ?? found.get(id))?.profile ?? id]),
  )
}

function view(
  row: Row,
  about: {
    displayName: LocalText | null
    source: Ref | null
    profile: { id: string; name: string | null } | null
    isKnown: boolean
    reveals: boolean
  },
): EventView {
  const body = eventBody(row.body)
  const { properties, traits, context } = about.reveals
    ? body
    : (maskTrait('body', body) as typeof body)
  return {
    messageId: row.message_id,
    type: row.type,
    event: row.event,
    displayName: about.displayName,
    source: about.source,
    time: iso(row.at),
    receivedAt: iso(row.received),
    profile: about.profile,
    anchor: about.isKnown ? row.anchor : null,
    properties,
    traits,
    context,
    flags: row.flags,
    state: 'applied',
  }
}
