import { isObject } from './clean.ts'
import type { JsonObject } from './event.ts'

/** What a batch says once for all its events. */
export type Envelope = {
  context: unknown
  integrations: unknown
  sentAt: unknown
  writeKey: unknown
}

export type OpenedBody =
  | { ok: true; items: unknown[]; envelope: Envelope }
  | { ok: false; reason: 'invalid_json' | 'not_an_object' | 'missing_batch' }

/**
 * Parses a request's body, once. `single`: the body is one event (its type is in the path);
 * otherwise it is a batch. The items are not looked into.
 */
export function openBody(body: Uint8Array, form: 'single' | 'batch'): OpenedBody {
  const parsed = parseJson(body)
  if (parsed === undefined) return { ok: false, reason: 'invalid_json' }
  if (!isObject(parsed)) return { ok: false, reason: 'not_an_object' }
  const envelope = envelopeOf(parsed)
  if (form === 'single') {
    // Of a single event these are its own fields, not something to merge into it.
    const own = { ...envelope, context: undefined, integrations: undefined }
    return { ok: true, items: [parsed], envelope: own }
  }
  if (!Array.isArray(parsed.batch)) return { ok: false, reason: 'missing_batch' }
  return { ok: true, items: parsed.batch, envelope }
}

function envelopeOf(parsed: JsonObject): Envelope {
  return {
    context: parsed.context,
    integrations: parsed.integrations,
    sentAt: parsed.sentAt,
    writeKey: parsed.writeKey,
  }
}

function parseJson(body: Uint8Array): unknown {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)
  } catch {
    // Not JSON is an answer, not a fault: the caller rejects the request with a reason.
    return undefined
  }
}

/** The write key inside a parsed body: of the batch, or of its first event that has one. */
export function writeKeyIn(opened: OpenedBody): string | null {
  if (!opened.ok) return null
  if (isText(opened.envelope.writeKey)) return opened.envelope.writeKey
  for (const item of opened.items) {
    if (isObject(item) && isText(item.writeKey)) return item.writeKey
  }
  return null
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
