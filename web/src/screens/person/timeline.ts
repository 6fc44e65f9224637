import type { Session, TimelineEntry, TimelineKind } from './types.ts'

/**
 * Joins the pages of a timeline: a session cut by a page boundary becomes one again, newest first
 * inside and outside.
 */
export function joinSessions(pages: readonly Session[][]): Session[] {
  const byId = new Map<string, Session>()
  for (const session of pages.flat()) {
    const known = byId.get(session.id)
    byId.set(session.id, known ? join(known, session) : session)
  }
  return [...byId.values()]
    .map((session) => ({ ...session, events: [...session.events].sort(newestFirst) }))
    .sort((a, b) => b.end.localeCompare(a.end))
}

function join(a: Session, b: Session): Session {
  const seen = new Set(a.events.map(entryKey))
  return {
    ...a,
    start: ordered(a.start, b.start)[0],
    end: ordered(a.end, b.end)[1],
    events: [...a.events, ...b.events.filter((entry) => !seen.has(entryKey(entry)))],
  }
}

/** Two ISO times, the earlier one first. */
function ordered(a: string, b: string): [string, string] {
  return a.localeCompare(b) <= 0 ? [a, b] : [b, a]
}

/** A key that is stable for an entry of a timeline, unique within its session. */
export function entryKey(entry: TimelineEntry): string {
  return [
    entry.kind,
    entry.messageId ?? '',
    entry.time,
    entry.event ?? entry.segment?.id ?? '',
  ].join(' ')
}

const newestFirst = (a: TimelineEntry, b: TimelineEntry) => b.time.localeCompare(a.time)

/** The sessions that keep an entry of these kinds; no kind means all of them. */
export function filterSessions(
  sessions: readonly Session[],
  wanted: { kind: TimelineKind | null; text: string },
): Session[] {
  const needle = wanted.text.trim().toLocaleLowerCase()
  return sessions
    .map((session) => ({
      ...session,
      events: session.events.filter(
        (entry) => (!wanted.kind || entry.kind === wanted.kind) && mentions(entry, needle),
      ),
    }))
    .filter((session) => session.events.length > 0)
}

function mentions(entry: TimelineEntry, needle: string): boolean {
  if (!needle) return true
  return JSON.stringify([entry.event, entry.displayName, entry.summary, entry.segment])
    .toLocaleLowerCase()
    .includes(needle)
}

/** What picture stands before a session: by the words in its source's name or kind. */
export type SessionIcon = 'web' | 'app' | 'till' | 'mail' | 'support' | 'crm' | 'other'

const ICON_WORDS: [SessionIcon, RegExp][] = [
  ['till', /caisse|till|pos\b|store|magasin|boutique physique/i],
  ['mail', /newsletter|e-?mail|lettre/i],
  ['support', /service client|support|ticket|sav/i],
  ['crm', /crm|salesforce|erp/i],
  ['app', /app|mobile|ios|android/i],
  ['web', /web|site|shop|boutique/i],
]

/** Picks the icon of a session from its source's name. */
export function sessionIcon(sourceName: string | null): SessionIcon {
  return ICON_WORDS.find(([, words]) => words.test(sourceName ?? ''))?.[0] ?? 'other'
}

/** Milliseconds that a session lasted. */
export function sessionLength(session: Pick<Session, 'start' | 'end'>): number {
  return Math.max(0, Date.parse(session.end) - Date.parse(session.start))
}
