/**
 * The typed event of the whole program: what a stage after the log works with. It is read from a
 * log entry by `readEvents`, which has no clock: the same entry always gives the same events.
 */

export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject
export type JsonObject = { [key: string]: JsonValue }

export type EventType = 'identify' | 'track' | 'page' | 'screen' | 'group' | 'alias'

/** What was noticed or changed while an event was read; it travels with the event everywhere. */
export type EventFlag =
  /** The event's time lay in the future: it was set to the acceptance time + 5 minutes. */
  | 'time_clamped'
  /** The event's time could not be read: the acceptance time stands in for it. */
  | 'time_unreadable'
  /** Sent by a crawler or a monitor: kept, never counted in segments. */
  | 'bot'
  /** Sent by a browser that a program drives: counted, because test runs look for their events. */
  | 'automation'
  /** Sent by the company's own people: kept, never counted in segments. */
  | 'staff'
  /** NUL characters or lone surrogates were replaced, or forbidden keys dropped. */
  | 'sanitised'
  /** A string was longer than 8 KB and was cut. */
  | 'string_cut'
  /** Objects were nested deeper than 32 levels: what lay below was dropped. */
  | 'depth_cut'
  /** A number beyond what a double holds was dropped. */
  | 'number_dropped'
  /** A part that must be an object (properties, traits, context) was something else: left out. */
  | 'wrong_shape'
  /** It told traits whose names are the program's own: they were left out. */
  | 'reserved_name'
  /** An object was named without a type or an id: it stays a property, and is nobody's object. */
  | 'object_unreadable'
  /** More objects, attributes or characters of a value than are kept: the others were left out. */
  | 'object_cut'
  /** The event came without a message id: one was made from the request. */
  | 'message_id_made'

/** A thing of the company's own model that an event named: a contract, a card, a ticket. */
export type SaidObject = {
  type: string
  id: string
  /** True when the person has it no more. */
  removed: boolean
  /** What was said of it; `null` takes an attribute back. */
  attributes: JsonObject
}

export type Event = {
  workspace: number
  source: number
  /** Index in the request's batch. */
  index: number
  type: EventType
  messageId: string
  /**
   * UTC day (YYYY-MM-DD) of the client's own unadjusted timestamp; null when it is missing,
   * unreadable, 28 days old or more, or later than `receivedAt` + 1 day. It decides the dedup
   * partition.
   */
  clientDay: string | null
  /** Event time, epoch ms: corrected for clock skew, at most `receivedAt` + 5 minutes. */
  time: number
  /** Acceptance, epoch ms. */
  receivedAt: number
  /**
   * Track: the event's name. The others: 'Page Viewed', 'Screen Viewed', 'Identified', 'Grouped',
   * 'Aliased'.
   */
  event: string
  userId: string | null
  anonymousId: string | null
  previousId: string | null
  groupId: string | null
  properties: JsonObject
  /** What the properties say of objects; each is named once. */
  objects: SaidObject[]
  /**
   * Traits of the person (identify) or of the group (group). Those of `context.traits` complete an
   * identify, as some SDKs send them there; for other types they stay in the context.
   */
  traits: JsonObject
  context: JsonObject
  flags: EventFlag[]
}

/** Names of the events that are not of type track. */
export const eventNames: Record<Exclude<EventType, 'track'>, string> = {
  identify: 'Identified',
  page: 'Page Viewed',
  screen: 'Screen Viewed',
  group: 'Grouped',
  alias: 'Aliased',
}

/** True when the event is kept but must not count in segments or computed traits. */
export function isUncounted(event: Pick<Event, 'flags' | 'context'>): boolean {
  // Anonymous mode: its id lasts one page view, so there is nobody to make a profile of.
  if (event.context.anonymous === true) return true
  return event.flags.includes('bot') || event.flags.includes('staff')
}
