import type { Entry } from '../platform/log/log.ts'
import { isObject } from './clean.ts'
import type { Rejection } from './decide.ts'
import type { Event, JsonObject, JsonValue } from './event.ts'
import type { IntakeSource } from './intakeSource.ts'
import { batchRanges } from './ranges.ts'
import { readEvents } from './read.ts'
import { type LocalText, type ReasonCode, reasonTexts } from './reasons.ts'

/** A request as it was taken or refused. */
export type LiveRecord =
  | { kind: 'read'; source: IntakeSource; entry: Entry; rejections: readonly Rejection[] }
  | {
      kind: 'refused'
      source: IntakeSource
      /** Epoch ms. */
      at: number
      reason: ReasonCode
      received: number
      sample: Uint8Array | null
    }

/** What the live debugger shows of one event. `raw` is the event as it came, as text. */
export type LiveMessage = {
  at: string
  receivedAt: string
  source: { id: string; name: string }
  type: string | null
  event: string | null
  messageId: string | null
  summary: string
  identifiers: { namespace: string; value: string }[]
  state: 'accepted' | 'rejected' | 'flagged' | 'duplicate'
  reason: { code: string; text: LocalText; hint: LocalText } | null
  flags: string[]
  raw: string
}

const rawChars = 40_000

/** The messages of one request, in the order of its batch. */
export function liveMessages(record: LiveRecord): LiveMessage[] {
  if (record.kind === 'refused') return [refusedMessage(record)]
  const { entry, rejections, source } = record
  const raws = rawTexts(entry.body, entry.header.facts?.type !== undefined)
  const messages = new Map<number, LiveMessage>()
  for (const event of entry.header.count > 0 ? readEvents(entry) : []) {
    if (event) messages.set(event.index, eventMessage(event, source, raws(event.index)))
  }
  const receivedAt = new Date(entry.header.receivedAt).toISOString()
  for (const { index, reason } of rejections) {
    const told = rejectedMessage(source, receivedAt, raws(index))
    messages.set(index, { ...told, reason: { code: reason, ...reasonTexts(reason) } })
  }
  return [...messages.entries()].sort(([a], [b]) => a - b).map(([, message]) => message)
}

function refusedMessage(record: Extract<LiveRecord, { kind: 'refused' }>): LiveMessage {
  const receivedAt = new Date(record.at).toISOString()
  const raw = record.sample ? textOf(record.sample) : ''
  const told = rejectedMessage(record.source, receivedAt, raw)
  return { ...told, reason: { code: record.reason, ...reasonTexts(record.reason) } }
}

function eventMessage(event: Event, source: LiveRecord['source'], raw: string): LiveMessage {
  return {
    at: new Date(event.time).toISOString(),
    receivedAt: new Date(event.receivedAt).toISOString(),
    source: { id: source.publicId, name: source.name },
    type: event.type,
    event: event.event,
    messageId: event.messageId,
    summary: summaryOf(event),
    identifiers: identifiersOf(event),
    state: event.flags.some((flag) => flag !== 'message_id_made') ? 'flagged' : 'accepted',
    reason: null,
    flags: event.flags,
    raw,
  }
}

function rejectedMessage(
  source: LiveRecord['source'],
  receivedAt: string,
  raw: string,
): LiveMessage {
  const parsed = parsedOrNull(raw)
  const item = isObject(parsed) ? parsed : {}
  const named = (value: JsonValue | undefined) => (typeof value === 'string' ? value : null)
  return {
    at: receivedAt,
    receivedAt,
    source: { id: source.publicId, name: source.name },
    type: named(item.type),
    event: named(item.event),
    messageId: named(item.messageId),
    summary: '',
    identifiers: [],
    state: 'rejected',
    reason: null,
    flags: [],
    raw,
  }
}

function parsedOrNull(raw: string): unknown {
  try {
    return JSON.parse(raw)
  } catch {
    // What was rejected need not be JSON; then only its text can be shown.
    return null
  }
}

/** The text of an event of the body, by its index in the batch. */
function rawTexts(body: Uint8Array, single: boolean): (index: number) => string {
  if (single) return () => textOf(body)
  const ranges = batchRanges(body)
  return (index) => {
    const range = ranges[index]
    return range ? textOf(body.subarray(range.start, range.end)) : ''
  }
}

function textOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  return text.length > rawChars ? text.slice(0, rawChars) : text
}

function identifiersOf(event: Event): { namespace: string; value: string }[] {
  const found: { namespace: string; value: string }[] = []
  const add = (namespace: string, value: JsonValue | undefined) => {
    if (typeof value === 'string' && value !== '') found.push({ namespace, value })
  }
  add('user_id', event.userId ?? undefined)
  add('anonymous_id', event.anonymousId ?? undefined)
  const contextTraits = isObject(event.context.traits) ? event.context.traits : {}
  const traits = event.type === 'group' ? contextTraits : { ...contextTraits, ...event.traits }
  add('email', traits.email)
  add('phone', traits.phone)
  const external = event.context.externalIds
  for (const one of Array.isArray(external) ? external : []) {
    if (isObject(one) && typeof one.type === 'string') add(one.type, one.id)
  }
  return found
}

const summaryParts = 3

/** A few plain properties in words; of traits only their names: their values are personal. */
function summaryOf(event: Event): string {
  if (event.type === 'identify' || event.type === 'group') {
    return Object.keys(event.traits)
      .slice(0, summaryParts * 2)
      .join(', ')
  }
  if (event.type === 'alias') return ''
  const preferred = pageSummary(event.properties, event.context)
  if ((event.type === 'page' || event.type === 'screen') && preferred) return preferred
  return Object.entries(event.properties)
    .filter(([key, value]) => !looksPersonal(key) && isPlain(value))
    .slice(0, summaryParts)
    .map(([key, value]) => `${key}: ${String(value).slice(0, 60)}`)
    .join(' · ')
}

function pageSummary(properties: JsonObject, context: JsonObject): string {
  const page = isObject(context.page) ? context.page : {}
  const shown = properties.name ?? properties.path ?? page.path ?? properties.title
  return typeof shown === 'string' ? shown.slice(0, 120) : ''
}

function isPlain(value: JsonValue): boolean {
  return typeof value !== 'object' && value !== ''
}

function looksPersonal(key: string): boolean {
  return /mail|phone|tel|name|address|birth|iban|card/i.test(key)
}
