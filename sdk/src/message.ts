// Turns the calls a page makes, in all their accepted forms, into messages. Pure.
import type { Context } from './context.ts'

export type Fields = { [name: string]: unknown }

export type Kind = 'identify' | 'track' | 'page' | 'group' | 'alias'

/** What a call itself says; the client adds ids, times and context. */
export type Said = {
  userId?: string | undefined
  groupId?: string | undefined
  previousId?: string | undefined
  event?: string
  name?: string | undefined
  category?: string | undefined
  properties?: Fields
  traits?: Fields
  /** The caller's own additions: context members, timestamp, messageId. */
  options: Fields
}

export type Message = Said & {
  type: Kind
  messageId: string
  anonymousId: string
  timestamp: string
  context: Context
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {}
}

/** Ids are texts; shops often hold them as numbers. Anything else is no id. */
function idOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** identify(userId, traits?, options?) or identify(traits, options?) or identify() */
function saidByIdentify(given: unknown[]): Said {
  const [userId, traits, options] = isFields(given[0]) ? [undefined, ...given] : given
  return { userId: idOf(userId), traits: fieldsOf(traits), options: fieldsOf(options) }
}

/** group(groupId, traits?, options?) */
function saidByGroup([groupId, traits, options]: unknown[]): Said | undefined {
  const id = idOf(groupId)
  if (id === undefined) return undefined
  return { groupId: id, traits: fieldsOf(traits), options: fieldsOf(options) }
}

/** track(event, properties?, options?) */
function saidByTrack([event, properties, options]: unknown[]): Said | undefined {
  const name = idOf(event)
  if (name === undefined) return undefined
  return { event: name, properties: fieldsOf(properties), options: fieldsOf(options) }
}

/** page(), page(name), page(category, name), each with properties?, options? behind. */
function saidByPage(given: unknown[]): Said {
  const names = given.filter((value) => typeof value === 'string')
  const [properties, options] = given.filter(isFields)
  const name = idOf(names[1] ?? names[0])
  const category = names.length > 1 ? idOf(names[0]) : undefined
  return { name, category, properties: { ...properties }, options: fieldsOf(options) }
}

/** alias(userId, previousId?, options?) */
function saidByAlias([userId, previousId, options]: unknown[]): Said | undefined {
  const id = idOf(userId)
  if (id === undefined) return undefined
  return { userId: id, previousId: idOf(previousId), options: fieldsOf(options) }
}

const READERS: { [kind in Kind]: (given: unknown[]) => Said | undefined } = {
  identify: saidByIdentify,
  track: saidByTrack,
  page: saidByPage,
  group: saidByGroup,
  alias: saidByAlias,
}

/** What the arguments of a call say, or undefined without the first one where it is needed. */
export function readCall(kind: Kind, given: unknown[]): Said | undefined {
  return READERS[kind](given)
}

/** The finished message. The caller's context members win over the tag's own. */
export function messageOf(
  kind: Kind,
  said: Said,
  own: {
    id: string
    now: number
    anonymousId: string
    userId?: string | undefined
    context: Context
  },
): Message {
  const { options, ...rest } = said
  const message = {
    ...rest,
    type: kind,
    messageId: idOf(options.messageId)?.slice(0, 100) ?? own.id,
    anonymousId: own.anonymousId,
    userId: said.userId ?? own.userId,
    timestamp: timeOf(options.timestamp, own.now),
    context: { ...own.context, ...fieldsOf(options.context) },
  } as Message
  if (kind === 'page') {
    // Segment's clients repeat the page in the properties, where its destinations look for it.
    const page = fieldsOf(message.context.page)
    message.properties = { ...page, name: said.name, category: said.category, ...said.properties }
  }
  return message
}

function timeOf(given: unknown, now: number): string {
  const ms = given instanceof Date || typeof given === 'string' ? +new Date(given) : Number.NaN
  return new Date(Number.isNaN(ms) ? now : ms).toISOString()
}
