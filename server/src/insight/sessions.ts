import type { Ref } from './names.ts'
import type { SessionView, TimelineEntry } from './schema.ts'

/** Events of one source and device that are closer than this are one session. */
export const SESSION_GAP_MS = 30 * 60_000

/** A line of a timeline with what groups it. `source` 0: the program itself. */
export type Moment = {
  /** Epoch ms. */
  at: number
  source: number
  device: string | null
  entry: TimelineEntry
}

type Session = { source: number; device: string | null; end: number; moments: Moment[] }

/**
 * Groups moments (newest first) into sessions, newest first. What the program did itself (segments,
 * deliveries) joins the session it fell into, else the one that began within the gap; else it
 * stands alone.
 */
export function sessionsOf(
  moments: readonly Moment[],
  sources: (source: number) => Ref | null,
): SessionView[] {
  const sessions: Session[] = []
  for (const moment of moments) {
    const open = sessions.find((session) => isOpen(session, moment))
    if (!open) {
      const { source, device, at } = moment
      sessions.push({ source, device, end: at, moments: [moment] })
      continue
    }
    open.moments.push(moment)
    // What the program did after a session's last event does not name the session: an event does.
    if (open.source === 0) {
      open.source = moment.source
      open.device = moment.device
    }
  }
  return sessions.map((session) => viewOf(session, sources))
}

function isOpen(session: Session, moment: Moment): boolean {
  const oldest = session.moments.at(-1)
  if (!oldest || oldest.at - moment.at > SESSION_GAP_MS) return false
  if (session.source === 0 || moment.source === 0) return true
  return session.source === moment.source && session.device === moment.device
}

function viewOf(session: Session, sources: (source: number) => Ref | null): SessionView {
  const start = session.moments.at(-1)?.at ?? session.end
  return {
    id: `${session.source}-${session.end}-${start}`,
    source: sources(session.source),
    device: session.device,
    start: new Date(start).toISOString(),
    end: new Date(session.end).toISOString(),
    events: session.moments.map(({ entry }) => entry),
  }
}
