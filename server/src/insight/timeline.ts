import { HOUR_MS } from '../platform/durations.ts'
import { badRequest } from '../platform/errors.ts'
import type { Sql } from '../platform/postgres.ts'
import { maskTrait } from '../workspace/index.ts'
import { anchorsOf, withinAnchors } from './anchors.ts'
import type { Dossier } from './document.ts'
import { type AskHistory, iso, millis } from './history.ts'
import { maskPath } from './masking.ts'
import { type LocalText, labelNames, type SegmentName, segmentNames, sourceNames } from './names.ts'
import type { SessionView, TimelineEntry } from './schema.ts'
import { type Moment, sessionsOf } from './sessions.ts'
import { deviceName, eventBody, summaryOf } from './summary.ts'

export type TimelineQuestion = {
  workspace: number
  /** Only lines of this kind; null = all but changes of traits, which each have a page. */
  type: TimelineEntry['kind'] | null
  cursor: string | null
  limit: number
  reveals: boolean
}

const PAGE_MOMENTS = 200

/** What happened to a profile, newest first, in sessions. `next`: the cursor of the older page. */
export async function readTimeline(
  { sql, ask }: { sql: Sql; ask: AskHistory },
  dossier: Dossier,
  question: TimelineQuestion,
): Promise<{ sessions: SessionView[]; next: string | null }> {
  const before = question.cursor === null ? null : readBefore(question.cursor)
  const limit = Math.max(question.limit, PAGE_MOMENTS)
  const page = { ...question, before, limit }
  const wants = (kind: TimelineEntry['kind']) => question.type === null || question.type === kind
  const none = Promise.resolve<Moment[]>([])
  const [sources, ...parts] = await Promise.all([
    sourceNames(sql, question.workspace),
    wants('event') ? eventMoments({ sql, ask }, dossier, page) : none,
    wants('segment') ? segmentMoments({ sql, ask }, dossier, page) : none,
    wants('delivery') ? deliveryMoments(sql, dossier, page) : none,
    question.type === 'trait' ? traitMoments({ sql, ask }, dossier, page) : none,
  ])
  const all = parts.flat().sort((x, y) => y.at - x.at)
  const isMore = parts.some((part) => part.length >= limit)
  const shown = all.slice(0, limit)
  // Older pages begin before the last moment's millisecond: all of that millisecond is shown here.
  const oldest = shown.at(-1)?.at
  const whole = oldest === undefined ? shown : all.filter(({ at }) => at >= oldest)
  const next = isMore && oldest !== undefined ? String(oldest) : null
  return { sessions: sessionsOf(whole, sources), next }
}

type PageOf = TimelineQuestion & { before: number | null }

function readBefore(cursor: string): number {
  if (/^\d{1,14}$/.test(cursor)) return Number(cursor)
  throw badRequest(
    'invalid_cursor',
    'The cursor is not one of this timeline. Start again without a cursor.',
  )
}

type EventRow = {
  at: number
  source: number
  event: string
  message_id: string
  flags: string[]
  body: string
}

async function eventMoments(
  { sql, ask }: { sql: Sql; ask: AskHistory },
  dossier: Dossier,
  page: PageOf,
): Promise<Moment[]> {
  const anchors = withinAnchors(anchorsOf(dossier))
  const [labels, rows] = await Promise.all([
    labelNames(sql, page.workspace),
    ask<EventRow>(
      `SELECT ${millis('time')} AS at, source, event, message_id, flags, body
       FROM event
       WHERE workspace = {workspace:UInt32} AND ${anchors.sql}
         AND time < fromUnixTimestamp64Milli({before:Int64})
       ORDER BY time DESC, hash DESC LIMIT {rows:UInt32}`,
      {
        ...anchors.params,
        workspace: page.workspace,
        before: page.before ?? LATEST_QUESTION_MS,
        rows: page.limit,
      },
    ),
  ])
  return rows.map((row) => {
    const body = eventBody(row.body)
    const entry = eventEntry(row, body, labels('event', row.event))
    const shown = page.reveals ? entry : maskEntry(entry)
    return { at: row.at, source: row.source, device: deviceName(body.context), entry: shown }
  })
}

const LATEST_QUESTION_MS = Date.UTC(2299, 0, 1)

function eventEntry(
  row: EventRow,
  body: ReturnType<typeof eventBody>,
  displayName: LocalText | null,
): TimelineEntry {
  const said = Object.keys(body.properties).length > 0 ? body.properties : body.traits
  return {
    kind: 'event',
    time: iso(row.at),
    event: row.event,
    displayName,
    summary: summaryOf(body),
    properties: said,
    messageId: row.message_id,
    flags: row.flags,
  }
}

/** The line without personal data. */
function maskEntry(entry: TimelineEntry): TimelineEntry {
  const properties = maskTrait('properties', entry.properties) as Record<string, unknown>
  const summary = entry.summary && (maskTrait('summary', entry.summary) as LocalText)
  return { ...entry, summary, properties }
}

async function segmentMoments(
  { sql, ask }: { sql: Sql; ask: AskHistory },
  dossier: Dossier,
  page: PageOf,
): Promise<Moment[]> {
  const [segments, rows] = await Promise.all([
    segmentNames(sql, page.workspace),
    // Of a move between classes the entry says where from; the exit would say it a second time.
    ask<SegmentChange>(
      `SELECT ${millis('c.at')} AS at, segment, change, counterpart, cause, stayed FROM (
         SELECT at, segment, toString(change) AS change, counterpart, cause, 0 AS stayed
         FROM membership_change
         WHERE workspace = {workspace:UInt32} AND profile IN {profiles:Array(UUID)}
           AND (change = 'entered' OR counterpart = 0)
         UNION ALL
         SELECT at, segment, 'stayed', 0, '', stayed_ms FROM membership_stay
         WHERE workspace = {workspace:UInt32} AND profile IN {profiles:Array(UUID)}) AS c
       WHERE c.at < fromUnixTimestamp64Milli({before:Int64})
       ORDER BY c.at DESC LIMIT {rows:UInt32}`,
      {
        workspace: page.workspace,
        profiles: formerIds(dossier),
        before: page.before ?? LATEST_QUESTION_MS,
        rows: page.limit,
      },
    ),
  ])
  return rows.flatMap((row) => {
    const segment = segments.get(row.segment)
    const from = segments.get(row.counterpart)
    return segment ? [segmentMoment(row, { segment, from })] : []
  })
}

type SegmentChange = {
  at: number
  segment: number
  change: 'entered' | 'left' | 'stayed'
  /** Of a move between classes: the one on the other side; 0: none. */
  counterpart: number
  cause: string
  /** Of a stay: for how long, in ms. */
  stayed: number
}

function segmentMoment(
  row: SegmentChange,
  { segment, from }: { segment: SegmentName; from: SegmentName | undefined },
): Moment {
  const entry: TimelineEntry = {
    kind: 'segment',
    time: iso(row.at),
    event: null,
    displayName: null,
    summary: row.stayed > 0 ? stayedFor(row.stayed) : from ? movedFrom(from) : causeOf(row.cause),
    change: row.change,
    segment,
  }
  return { at: row.at, source: 0, device: null, entry }
}

function stayedFor(ms: number): LocalText {
  const hours = ms / HOUR_MS
  if (hours < 48) {
    const text = new Intl.NumberFormat('fr', { maximumFractionDigits: 1 }).format(hours)
    return { fr: `Membre depuis ${text} h`, en: `A member for ${text.replace(',', '.')} h` }
  }
  const days = Math.floor(hours / 24)
  return { fr: `Membre depuis ${days} jours`, en: `A member for ${days} days` }
}

const causeOf = (cause: string): LocalText | null => CAUSES[cause] ?? null

const movedFrom = ({ name }: SegmentName): LocalText => {
  return { fr: `Vient de « ${name.fr} »`, en: `Came from “${name.en}”` }
}

const CAUSES: Record<string, LocalText> = {
  timer: { fr: 'Avec le temps, sans événement', en: 'As time passed, without an event' },
  backfill: { fr: 'À la création du segment', en: 'When the segment was made' },
  merge: { fr: 'Après une fusion de profils', en: 'After a merge of profiles' },
}

/** Ids under which the profile's ledgers were written: its own, and those it had before merges. */
export function formerIds(dossier: Dossier): string[] {
  const own = dossier.identifiers.filter((one) => one.profile === dossier.id)
  return [...new Set([dossier.id, ...own.map((one) => one.id)])]
}

type DeliveryRow = {
  id: string
  at: Date
  state: string
  reason: string | null
  change: 'entered' | 'left' | 'moved' | 'stayed'
  segment: SegmentName
  destination: string
}

async function deliveryMoments(sql: Sql, dossier: Dossier, page: PageOf): Promise<Moment[]> {
  const rows = await sql.query<DeliveryRow>(
    `SELECT d.id, d.created_at AS at, d.state, d.reason, d.change,
       d.transition -> 'segment' AS segment, t.name AS destination
     FROM delivery d JOIN destination t ON t.id = d.destination
     WHERE d.workspace = $1 AND d.profile = ANY($2)
       AND ($3::timestamptz IS NULL OR d.created_at < $3)
     ORDER BY d.created_at DESC LIMIT $4`,
    [
      page.workspace,
      formerIds(dossier),
      page.before === null ? null : new Date(page.before),
      page.limit,
    ],
  )
  return rows.map((row) => {
    const state = STATES[row.state] ?? { fr: row.state, en: row.state }
    const entry: TimelineEntry = {
      kind: 'delivery',
      time: row.at.toISOString(),
      event: null,
      displayName: null,
      summary: { fr: `${row.destination} : ${state.fr}`, en: `${row.destination}: ${state.en}` },
      change: row.change,
      delivery: row.id,
      reason: row.reason === null ? null : { code: row.reason, text: reasonText(row.reason) },
    }
    return { at: row.at.getTime(), source: 0, device: null, entry }
  })
}

const STATES: Record<string, LocalText> = {
  waiting: { fr: 'en attente', en: 'waiting' },
  retrying: { fr: 'nouvel essai prévu', en: 'to be tried again' },
  delivered: { fr: 'remis', en: 'delivered' },
  refused: { fr: 'refusé', en: 'refused' },
  dead: { fr: 'abandonné', en: 'given up' },
}

const REASONS: Record<string, LocalText> = {
  consent_refused: { fr: 'consentement refusé', en: 'consent refused' },
  consent_missing: { fr: 'pas de consentement', en: 'no consent' },
}

const reasonText = (code: string): LocalText => REASONS[code] ?? { fr: code, en: code }

async function traitMoments(
  { sql, ask }: { sql: Sql; ask: AskHistory },
  dossier: Dossier,
  page: PageOf,
): Promise<Moment[]> {
  const [labels, rows] = await Promise.all([
    labelNames(sql, page.workspace),
    ask<{ at: number; source: number; trait: string; value: string; event: string }>(
      `SELECT ${millis('c.at')} AS at, source, trait, value, event FROM trait_change AS c
       WHERE workspace = {workspace:UInt32} AND owner IN {owners:Array(UUID)}
         AND c.at < fromUnixTimestamp64Milli({before:Int64})
       ORDER BY c.at DESC LIMIT {rows:UInt32}`,
      {
        workspace: page.workspace,
        owners: dossier.identifiers.map((one) => one.id),
        before: page.before ?? LATEST_QUESTION_MS,
        rows: page.limit,
      },
    ),
  ])
  return rows.map(({ at, source, trait, value, event }) => {
    const parsed: unknown = JSON.parse(value)
    const shown = page.reveals ? parsed : maskPath(trait, parsed)
    const label = labels('trait', trait) ?? { fr: trait, en: trait }
    const text = typeof shown === 'string' ? shown : JSON.stringify(shown)
    const summary = { fr: `${label.fr} : ${text}`, en: `${label.en}: ${text}` }
    const properties = { [trait]: shown }
    const about = { event, displayName: label, summary, properties }
    const entry: TimelineEntry = { kind: 'trait', time: iso(at), ...about }
    return { at, source, device: null, entry }
  })
}
