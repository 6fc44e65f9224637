import { api, type Page, type Query } from '../../api/client.ts'
import type { LiveMessage } from './api.ts'

/** An event as the history keeps it. */
export type StoredEvent = {
  messageId: string
  type: string
  event: string | null
  source: { id: string; name: string } | null
  time: string
  receivedAt: string
  profile: { id: string; name: string | null } | null
  properties: Record<string, unknown>
  traits: Record<string, unknown>
  flags: string[]
}

const plain = (value: unknown): boolean => typeof value !== 'object' && value !== ''

/** A few plain facts; of traits only the names, because their values are personal. */
function summaryOf({ type, properties, traits }: StoredEvent): string {
  if (type === 'identify' || type === 'group') return Object.keys(traits).slice(0, 6).join(', ')
  if (type === 'page' || type === 'screen') {
    return String(properties.path ?? properties.name ?? properties.title ?? '')
  }
  return Object.entries(properties)
    .filter(([, value]) => plain(value))
    .slice(0, 3)
    .map(([key, value]) => `${key}: ${value}`)
    .join(' · ')
}

/**
 * A stored event in the shape of the live list; its raw text is what was understood of it. Pure.
 */
export function fromHistory(stored: StoredEvent): LiveMessage {
  const { messageId, type, event, time, receivedAt, profile, properties, traits, flags } = stored
  return {
    at: time,
    receivedAt,
    source: stored.source ?? { id: '', name: '—' },
    type,
    event: event || null,
    messageId,
    summary: summaryOf(stored),
    identifiers: [],
    person: profile,
    state: flags.length > 0 ? 'flagged' : 'accepted',
    reason: null,
    flags,
    raw: { type, ...(event ? { event } : {}), messageId, timestamp: time, properties, traits },
  }
}

/** The events in the server's memory; after a restart, without a filter, those of the history. */
export async function readRecent(filter: Query, signal: AbortSignal): Promise<LiveMessage[]> {
  const recent = await api.get<Page<LiveMessage>>('/events/live/recent', {
    query: { ...filter, limit: 500 },
    signal,
  })
  const filtered = Object.values(filter).some((value) => value !== undefined)
  if (recent.data.length > 0 || filtered) return recent.data
  const stored = await api.get<Page<StoredEvent>>('/events', { query: { limit: 100 }, signal })
  return stored.data.map(fromHistory)
}
