import { badRequest } from '../platform/errors.ts'
import { folded } from '../profile/index.ts'
import { identifierText, parseIdentifier } from '../resolve/index.ts'
import { maskIdentifier } from '../workspace/index.ts'
import { type AskHistory, iso, millis } from './history.ts'
import { initialsOf, maskName } from './personName.ts'
import type { PersonRow } from './schema.ts'
import type { Behind } from './segments/behind.ts'

/** Whom a list, or a file, is about. */
export type PeopleFilter = {
  workspace: number
  q: string | null
  /** Number of a segment. */
  segment: number | null
  kind: 'known' | 'anonymous' | null
  /** Trait → the value it must have, compared as segments do. */
  traits: Readonly<Record<string, string>>
  /** Whom a number of a segment is about. */
  behind: readonly Behind[]
  /** False: what is masked cannot be searched by its beginning, or guessing would unmask it. */
  reveals: boolean
}

export type PeopleQuestion = PeopleFilter & {
  sort: keyof typeof SORT_SQL
  order: 'asc' | 'desc'
  cursor: string | null
  limit: number
}

export type PeopleRow = {
  profile: string
  name: string
  identifiers: string[]
  first: number
  last: number
  events: number
  segments: number[]
  known: boolean
  email: string
  phone: string
  city: string
}

const SORT_SQL = {
  lastSeen: { sql: millis('last_seen'), type: 'Int64' },
  firstSeen: { sql: millis('first_seen'), type: 'Int64' },
  events: { sql: 'events', type: 'UInt64' },
  name: { sql: 'lowerUTF8(name)', type: 'String' },
} as const

/** The columns of a `PeopleRow`. */
export const PEOPLE_COLUMNS = `profile, name, identifiers, ${millis('first_seen')} AS first,
  ${millis('last_seen')} AS last, events, segments, known,
  raw['email'] AS email, raw['phone'] AS phone, raw['city'] AS city`

/** The people who match, a page at a time, and how many there are in all. */
export async function listPeople(
  ask: AskHistory,
  question: PeopleQuestion,
): Promise<{ rows: PeopleRow[]; next: string | null; total: number }> {
  const { where, params } = filterOf(question)
  const sort = SORT_SQL[question.sort]
  const beyond = question.order === 'asc' ? '>' : '<'
  const after = question.cursor === null ? null : readCursor(question.cursor)
  const paged = after
    ? `AND (${sort.sql}, profile) ${beyond} ({after:${sort.type}}, {afterProfile:UUID})`
    : ''
  const direction = question.order === 'asc' ? 'ASC' : 'DESC'
  const [rows, total] = await Promise.all([
    ask<PeopleRow & { sorted: string | number }>(
      `SELECT ${PEOPLE_COLUMNS}, ${sort.sql} AS sorted
       FROM profile_current FINAL
       WHERE ${where} ${paged}
       ORDER BY ${sort.sql} ${direction}, profile ${direction}
       LIMIT {rows:UInt32}`,
      {
        ...params,
        rows: question.limit + 1,
        ...(after ? { after: after.value, afterProfile: after.profile } : {}),
      },
    ),
    countPeople(ask, question),
  ])
  const shown = rows.slice(0, question.limit)
  const last = rows.length > question.limit ? shown.at(-1) : undefined
  const next = last ? writeCursor({ value: last.sorted, profile: last.profile }) : null
  return { rows: shown, next, total }
}

/** How many people match. */
export async function countPeople(ask: AskHistory, filter: PeopleFilter): Promise<number> {
  const { where, params } = filterOf(filter)
  const [row] = await ask<{ n: number }>(
    `SELECT count() AS n FROM profile_current FINAL WHERE ${where}`,
    params,
  )
  return row?.n ?? 0
}

/** The condition on rows of `profile_current`, with its values. */
export function filterOf(question: PeopleFilter): {
  where: string
  params: Record<string, unknown>
} {
  const params: Record<string, unknown> = { workspace: question.workspace }
  const parts = ['workspace = {workspace:UInt32}', "kind = 'person'"]
  if (question.kind !== null) parts.push(question.kind === 'known' ? 'known' : 'NOT known')
  if (question.segment !== null) {
    params.segment = question.segment
    parts.push('has(segments, {segment:UInt32})')
  }
  Object.entries(question.traits).forEach(([key, value], index) => {
    params[`key${index}`] = key
    params[`text${index}`] = folded(value)
    params[`raw${index}`] = value
    const at = `{key${index}:String}`
    parts.push(
      `(text[${at}] = {text${index}:String} AND mapContains(text, ${at})` +
        ` OR raw[${at}] = {raw${index}:String} OR has(list[${at}], {text${index}:String}))`,
    )
  })
  for (const { sql, params: bound } of question.behind) {
    parts.push(sql)
    Object.assign(params, bound)
  }
  const q = question.q?.trim() ?? ''
  if (q !== '') parts.push(searchOf(q, question.reveals, params))
  return { where: parts.join(' AND '), params }
}

/** White space and accents do not count in names; the texts of traits are stored folded. */
const FOLDED_NAME = "replaceRegexpAll(lowerUTF8(normalizeUTF8NFKD(name)), '\\\\p{M}+', '')"

/** An e-mail address may stand in for a name. */
const NO_ADDRESS = "position(name, '@') = 0"

/** An identifier exactly, or the beginning of a word of the name or of the e-mail address. */
function searchOf(q: string, reveals: boolean, params: Record<string, unknown>): string {
  const exact = [q, `email:${q}`, `phone:${q}`].flatMap((text) => {
    const identifier = parseIdentifier(text)
    return identifier ? [identifierText(identifier)] : []
  })
  params.exact = exact
  params.ending = `:${q}`
  params.prefix = folded(q)
  params.word = ` ${folded(q)}`
  const parts = [
    'hasAny(identifiers, {exact:Array(String)})',
    'arrayExists(one -> endsWith(one, {ending:String}), identifiers)',
    `(${reveals ? 'true' : NO_ADDRESS} AND startsWith(${FOLDED_NAME}, {prefix:String}))`,
    `position(${FOLDED_NAME}, {word:String}) > 0`,
  ]
  if (reveals) parts.push("startsWith(text['email'], {prefix:String})")
  return `(${parts.join(' OR ')})`
}

type Cursor = { value: string | number; profile: string }

const writeCursor = (cursor: Cursor): string =>
  Buffer.from(JSON.stringify([cursor.value, cursor.profile])).toString('base64url')

function readCursor(text: string): Cursor {
  const [value, profile] = parsedList(Buffer.from(text, 'base64url').toString('utf8'))
  if ((typeof value === 'string' || typeof value === 'number') && typeof profile === 'string') {
    return { value, profile }
  }
  throw badRequest(
    'invalid_cursor',
    'The cursor is not one of this list. Start again without a cursor.',
  )
}

function parsedList(text: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(text)
    return Array.isArray(parsed) ? parsed : []
  } catch {
    // Not written by `writeCursor`: the caller refuses it.
    return []
  }
}

/** A person as lists show them. `segmentId`: number of a segment → the id that the API shows. */
export function personRow(
  row: PeopleRow,
  view: { segmentId: (segment: number) => string | null; reveals: boolean },
): PersonRow {
  const known = row.name === '' ? null : row.name
  const name = view.reveals ? known : maskName(known)
  const email = identifierIn(row.identifiers, 'email') ?? textOf(row.email)
  const phone = identifierIn(row.identifiers, 'phone') ?? textOf(row.phone)
  const shown = (namespace: string, value: string | null) =>
    value === null || view.reveals ? value : maskIdentifier(namespace, value)
  return {
    id: row.profile,
    name,
    initials: initialsOf(name),
    email: shown('email', email),
    phone: shown('phone', phone),
    city: textOf(row.city),
    firstSeen: iso(row.first),
    lastSeen: iso(row.last),
    events: row.events,
    segments: row.segments.flatMap((segment) => view.segmentId(segment) ?? []),
    identifiers: row.identifiers.length,
    kind: row.known ? 'known' : 'anonymous',
  }
}

/** Traits are kept as JSON. */
function textOf(json: string): string | null {
  if (json === '' || json === 'null') return null
  const value: unknown = JSON.parse(json)
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null
}

function identifierIn(identifiers: readonly string[], namespace: string): string | null {
  const found = identifiers.find((one) => one.startsWith(`${namespace}:`))
  return found?.slice(namespace.length + 1) ?? null
}
