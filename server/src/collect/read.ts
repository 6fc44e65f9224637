import { createHash } from 'node:crypto'
import { isbot } from 'isbot'
import type { Entry, EntryHeader } from '../platform/log/log.ts'
import { type Envelope, openBody } from './body.ts'
import { cleanObject, isObject } from './clean.ts'
import {
  type Event,
  type EventFlag,
  type EventType,
  eventNames,
  type JsonObject,
  type JsonValue,
} from './event.ts'
import { eventNameOf, identifierOf, isEventType } from './fields.ts'
import { limits } from './limits.ts'
import { objectsOf } from './objects.ts'
import { batchRanges } from './ranges.ts'
import { reserved } from './reserved.ts'
import { readTimes } from './times.ts'

/**
 * The events of a log entry of kind `request`: one item for each accepted event, in the order of
 * the batch; null where it was erased. A function of the entry alone. Throws when the body of the
 * entry cannot be read, which only damage can cause: it was readable when it was accepted.
 */
export function readEvents(entry: Entry): (Event | null)[] {
  const { header } = entry
  const pathType = isEventType(header.facts?.type) ? header.facts.type : null
  const erased = new Set(header.erased)
  if (pathType && erased.has(0)) return [null]
  const opened = openBody(entry.body, pathType ? 'single' : 'batch')
  if (!opened.ok) throw new Error(`The body of a log entry cannot be read: ${opened.reason}.`)
  const rejected = new Set(header.rejected)
  const shared = shareOf(opened.envelope)
  const bots = new Map<string, boolean>()
  const reader = { header, pathType, shared, envelope: opened.envelope, bots }
  const events: (Event | null)[] = []
  for (const [index, item] of opened.items.entries()) {
    if (rejected.has(index)) continue
    events.push(erased.has(index) || !isObject(item) ? null : readEvent(item, index, reader))
  }
  return events
}

/** What all events of a batch have in common, made safe once. */
type Shared = { context: JsonObject; integrations: JsonObject; flags: Set<EventFlag> }

function shareOf(envelope: Envelope): Shared {
  const flags = new Set<EventFlag>()
  const context = objectOf(envelope.context, flags)
  return { context, integrations: objectOf(envelope.integrations, flags), flags }
}

type Reader = {
  header: EntryHeader
  pathType: EventType | null
  shared: Shared
  envelope: Envelope
  /** User agents of this entry that were looked at: a batch mostly comes from one. */
  bots: Map<string, boolean>
}

function readEvent(item: JsonObject, index: number, reader: Reader): Event | null {
  const { header, pathType, shared, envelope } = reader
  const type = pathType ?? item.type
  if (!isEventType(type)) return null
  const flags = new Set(shared.flags)
  const bulk = header.facts?.lane === 'bulk'
  const { time, clientDay } = readTimes(
    {
      original: bulk ? (item.timestamp ?? item.originalTimestamp) : originalOf(item),
      // What is imported tells of the past: its clock is not the sender's.
      sentAt: bulk ? undefined : (item.sentAt ?? envelope.sentAt),
      receivedAt: header.receivedAt,
    },
    flags,
  )
  const context = contextOf(item, reader, flags)
  const properties = propertiesOf(type, item, flags)
  const event: Event = {
    workspace: header.workspace,
    source: header.source,
    index,
    type,
    messageId: '',
    clientDay,
    time,
    receivedAt: header.receivedAt,
    event: isOwn(header) ? reserved.LIST_EVENT : nameOf(type, item, flags),
    userId: identifierOf(item.userId, flags),
    anonymousId: identifierOf(item.anonymousId, flags),
    previousId: identifierOf(item.previousId, flags),
    groupId: identifierOf(item.groupId, flags),
    properties,
    objects: objectsOf(type, properties, flags),
    traits: traitsOf(type, item, context, flags),
    context,
    flags: [],
  }
  if (!isOwn(header) && reserved.drop(event.traits)) flags.add('reserved_name')
  if (isCrawler(context, reader)) flags.add('bot')
  if (context.automation === true || HEADLESS.test(String(context.userAgent ?? ''))) {
    flags.add('automation')
  }
  if (context.staff === true) flags.add('staff')
  event.messageId = messageIdOf(item.messageId, event, flags)
  event.flags = [...flags]
  return event
}

/** True for what the program itself tells; see `reserved`. */
const isOwn = ({ facts }: EntryHeader): boolean => facts?.by === reserved.OWN.by

function originalOf(item: JsonObject): JsonValue | undefined {
  return item.originalTimestamp ?? item.timestamp
}

function nameOf(type: EventType, item: JsonObject, flags: Set<EventFlag>): string {
  return type === 'track' ? (eventNameOf(item.event, flags) ?? '') : eventNames[type]
}

function objectOf(value: unknown, flags: Set<EventFlag>): JsonObject {
  if (isObject(value)) return cleanObject(value, flags)
  if (value !== undefined && value !== null) flags.add('wrong_shape')
  return {}
}

/** Properties; of a page or screen with its name and category, which stand beside them. */
function propertiesOf(type: EventType, item: JsonObject, flags: Set<EventFlag>): JsonObject {
  const properties = objectOf(item.properties, flags)
  if (type !== 'page' && type !== 'screen') return properties
  const beside = cleanObject(pick(item, ['name', 'category']), flags)
  return Object.keys(beside).length === 0 ? properties : { ...beside, ...properties }
}

function pick(item: JsonObject, keys: readonly string[]): JsonObject {
  const picked: JsonObject = {}
  for (const key of keys) {
    const value = item[key]
    if (typeof value === 'string') picked[key] = value
  }
  return picked
}

function traitsOf(
  type: EventType,
  item: JsonObject,
  context: JsonObject,
  flags: Set<EventFlag>,
): JsonObject {
  const own = objectOf(item.traits, flags)
  if (type !== 'identify') return own
  // Where somebody is, who says who they are: the zone of the device at that moment.
  const { timezone } = context
  const zone: JsonObject = typeof timezone === 'string' && timezone !== '' ? { timezone } : {}
  return { ...zone, ...(isObject(context.traits) ? context.traits : {}), ...own }
}

/** The event's context over that of its batch, completed by facts of the request. */
function contextOf(item: JsonObject, reader: Reader, flags: Set<EventFlag>): JsonObject {
  const { shared, header } = reader
  const context = { ...shared.context, ...objectOf(item.context, flags) }
  const integrations = { ...shared.integrations, ...objectOf(item.integrations, flags) }
  if (Object.keys(integrations).length > 0) context.integrations = integrations
  const userAgent = header.facts?.userAgent
  if (context.userAgent === undefined && userAgent !== undefined) context.userAgent = userAgent
  const address = header.facts?.address
  if (context.ip === undefined && address !== undefined) context.ip = address
  return context
}

const HEADLESS = /headless/i

/**
 * Crawlers and monitors. A browser that is only driven (headless, webdriver) is often the
 * company's own test run, which wants to see its events arrive: it is flagged but counts.
 */
function isCrawler(context: JsonObject, { header, bots }: Reader): boolean {
  if (context.bot === true) return true
  const userAgent = context.userAgent ?? header.facts?.userAgent
  if (typeof userAgent !== 'string') return false
  const known = bots.get(userAgent)
  if (known !== undefined) return known
  const found = isbot(userAgent.replace(HEADLESS, ''))
  bots.set(userAgent, found)
  return found
}

/**
 * The message id as sent, or one made of what was sent. It is made of the event's own content, not
 * of the whole body, so that the erasure of a neighbour leaves it as it was.
 */
function messageIdOf(sent: unknown, event: Event, flags: Set<EventFlag>): string {
  const own = identifierOf(sent, flags)
  if (own !== null) return own.slice(0, limits.messageIdChars)
  flags.add('message_id_made')
  const { workspace, source, index, receivedAt, type, time } = event
  const ids = [event.userId, event.anonymousId, event.previousId, event.groupId]
  const content = [event.event, ids, event.properties, event.traits, event.context]
  const text = JSON.stringify([workspace, source, receivedAt, index, type, time, content])
  return `made-${createHash('sha256').update(text).digest('hex').slice(0, 32)}`
}

/**
 * The entry with the named events' bytes replaced by nothing, byte for byte the same otherwise, so
 * that what is read from the other events does not change. Positions stay: `count` is kept.
 */
export function withoutEvents(entry: Entry, indexes: readonly number[]): Entry {
  const header = { ...entry.header }
  header.erased = [...new Set([...(header.erased ?? []), ...indexes])].sort((a, b) => a - b)
  const ranges = rangesOf(entry)
  if (ranges.length === 0) return { header, body: Buffer.from('null') }
  const gone = new Set(header.erased)
  const parts: Uint8Array[] = []
  let from = 0
  for (const [index, { start, end }] of ranges.entries()) {
    if (!gone.has(index)) continue
    parts.push(entry.body.subarray(from, start), Buffer.from('null'))
    from = end
  }
  parts.push(entry.body.subarray(from))
  return { header, body: Buffer.concat(parts) }
}

/** The bytes of one event as they were received; of a body that holds no such event, all of it. */
export function rawEvent(entry: Entry, index: number): Uint8Array {
  const range = rangesOf(entry)[index]
  return range ? entry.body.subarray(range.start, range.end) : entry.body
}

/**
 * An entry with one event of another and with what that one's batch says for all its events, byte
 * for byte: read, it is the same event as in the other, received at the same time.
 */
export function entryOfOne(entry: Entry, index: number): Entry {
  const { workspace, kind, source, receivedAt, facts } = entry.header
  const header: EntryHeader = { workspace, kind, source, receivedAt, count: 1 }
  // The rejections told of its neighbours.
  const { rejections: _, ...own } = facts ?? {}
  if (facts) header.facts = own
  const ranges = rangesOf(entry)
  const [range, last] = [ranges[index], ranges.at(-1)]
  if (!range || !last) return { header, body: entry.body }
  const parts = [
    entry.body.subarray(0, ranges[0]?.start),
    entry.body.subarray(range.start, range.end),
    entry.body.subarray(last.end),
  ]
  return { header, body: Buffer.concat(parts) }
}

/** Where the events lie in a body; empty when the body is one event or a control. */
function rangesOf({ header, body }: Entry): ReturnType<typeof batchRanges> {
  const isWhole = header.kind === 'control' || isEventType(header.facts?.type)
  return isWhole ? [] : batchRanges(body)
}
