import { type OpenedBody, openBody } from './body.ts'
import { isObject } from './clean.ts'
import type { EventFlag, EventType, JsonObject } from './event.ts'
import { eventNameOf, hasOtherIdentifier, identifierOf, isEventType } from './fields.ts'
import { limits } from './limits.ts'
import { batchRanges } from './ranges.ts'
import type { ReasonCode } from './reasons.ts'
import { mostBytesOfOne } from './weigh.ts'

export type Rejection = { index: number; reason: ReasonCode }

export type Decision =
  /** The request as a whole cannot be taken; `received` is what it counts for. */
  | { kind: 'refused'; reason: ReasonCode; received: number }
  | {
      kind: 'read'
      received: number
      accepted: number
      rejections: Rejection[]
      /** What the request's shard is chosen by: the strongest id of its first accepted event. */
      anchor: string
    }

/**
 * The decision at the door: for each event of a request, accepted or rejected with a reason. One
 * bad event never takes its batch down. `type` is that of the path; null for a batch.
 */
export function validateBatch(body: Uint8Array, type: EventType | null): Decision {
  return decideOn(openBody(body, type ? 'single' : 'batch'), body, type)
}

/** The same for a body that is already parsed. */
export function decideOn(opened: OpenedBody, body: Uint8Array, type: EventType | null): Decision {
  if (!opened.ok) return { kind: 'refused', reason: opened.reason, received: 1 }
  const { items, envelope } = opened
  if (items.length > limits.eventsPerBatch) {
    return { kind: 'refused', reason: 'too_many_events', received: items.length }
  }
  const tooLarge = oversized(body, items, type)
  const door = { pathType: type, batchContext: envelope.context, ignored: new Set<EventFlag>() }
  const rejections: Rejection[] = []
  let anchor: string | null = null
  for (let index = 0; index < items.length; index++) {
    const item = items[index]
    const reason = tooLarge?.has(index) ? 'event_too_large' : reasonToReject(item, door)
    if (reason) rejections.push({ index, reason })
    else if (anchor === null && isObject(item)) anchor = anchorOf(item, door)
  }
  const accepted = items.length - rejections.length
  return { kind: 'read', received: items.length, accepted, rejections, anchor: anchor ?? '' }
}

/** Indexes of the events above the size limit; a body that cannot hold one is not scanned. */
function oversized(
  body: Uint8Array,
  items: readonly unknown[],
  type: EventType | null,
): Set<number> | null {
  if (body.byteLength <= limits.eventBytes) return null
  if (type) return new Set([0])
  if (mostBytesOfOne(body.byteLength, items) <= limits.eventBytes) return null
  const large = new Set<number>()
  for (const [index, { start, end }] of batchRanges(body).entries()) {
    if (end - start > limits.eventBytes) large.add(index)
  }
  return large
}

type Door = {
  pathType: EventType | null
  batchContext: unknown
  /** Flags are for the reader; the door only decides. */
  ignored: Set<EventFlag>
}

function reasonToReject(item: unknown, door: Door): ReasonCode | null {
  const { pathType, batchContext, ignored } = door
  if (!isObject(item)) return 'event_not_an_object'
  const type = pathType ?? item.type
  if (!isEventType(type)) return 'unknown_type'
  if (typeof item.messageId === 'string' && item.messageId.length > limits.messageIdChars) {
    return 'message_id_too_long'
  }
  const userId = identifierOf(item.userId, ignored)
  const anonymousId = identifierOf(item.anonymousId, ignored)
  const previousId = identifierOf(item.previousId, ignored)
  const groupId = identifierOf(item.groupId, ignored)
  for (const id of [userId, anonymousId, previousId, groupId]) {
    if (id !== null && id.length > limits.identifierChars) return 'identifier_too_long'
  }
  if (type === 'alias') {
    const linksTwo = userId !== null && (previousId !== null || anonymousId !== null)
    return linksTwo ? null : 'missing_previous_id'
  }
  if (userId === null && anonymousId === null && !hasOtherIdentifier(item, batchContext)) {
    return 'missing_ids'
  }
  if (type === 'group' && groupId === null) return 'missing_group_id'
  return type === 'track' ? reasonOfName(item.event, door) : null
}

function reasonOfName(event: unknown, { ignored }: Door): ReasonCode | null {
  const name = eventNameOf(event, ignored)
  if (name === null) return 'missing_event_name'
  return name.length > limits.eventNameChars ? 'event_name_too_long' : null
}

function anchorOf(item: JsonObject, { ignored }: Door): string {
  const id = identifierOf(item.userId, ignored) ?? identifierOf(item.anonymousId, ignored)
  return id ?? (typeof item.messageId === 'string' ? item.messageId : '')
}
