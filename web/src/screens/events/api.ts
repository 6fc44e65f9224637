import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import type { LocalText } from '../../i18n/i18n.ts'
import type { MessageState } from './routes.ts'

export type Identifier = { namespace: string; value: string }
/** An event as it came in, with what was decided about it. `raw` is text or parsed JSON. */
export type LiveMessage = {
  at: string
  receivedAt: string
  source: { id: string; name: string }
  type: string | null
  event: string | null
  messageId: string | null
  summary: string
  identifiers: Identifier[]
  /** Known for events of the history; those just received have identifiers only. */
  person?: { id: string; name: string | null } | null
  state: MessageState
  reason: { code: string; text: LocalText; hint?: LocalText } | null
  flags?: string[]
  raw: unknown
}
export type Rate = {
  acceptedPerSecond: number
  rejectedPerSecond: number
  flaggedPerSecond: number
}
export type VolumeMinute = { minute: string; accepted: number; rejected: number; flagged: number }
export type Totals = {
  received: number
  accepted: number
  rejected: number
  deadLettered: number
  duplicate: number
  flagged: number
  byHour: { hour: string; received: number; accepted: number; rejected: number }[]
  balanced: boolean
}
export type ProblemGroup = {
  code: string
  text: LocalText
  hint: LocalText
  count: number
  firstAt: string
  lastAt: string
  sources: ({ id: string; name: string } | string)[]
  sample: { raw: unknown } | null
}

export function useVolumes(source: string | undefined, minutes = 60) {
  return useQuery({
    queryKey: ['events', 'volumes', source, minutes],
    queryFn: ({ signal }) =>
      api.get<VolumeMinute[]>('/events/volumes', { query: { minutes, source }, signal }),
    refetchInterval: 15_000,
  })
}

export function useTotals(hours = 24) {
  return useQuery({
    queryKey: ['events', 'totals', hours],
    queryFn: ({ signal }) => api.get<Totals>('/events/totals', { query: { hours }, signal }),
    refetchInterval: 15_000,
  })
}

export function useProblems() {
  return useQuery({
    queryKey: ['events', 'problems'],
    queryFn: ({ signal }) => api.get<ProblemGroup[]>('/events/problems', { signal }),
    refetchInterval: 15_000,
  })
}

type StoredEvent = {
  messageId: string
  receivedAt: string
  profile: { id: string; name: string | null } | null
}
type TimelineEntry = {
  kind: string
  time: string
  messageId?: string | null
  change?: string
  segment?: { id: string; name: LocalText | string } | null
}
export type Effects = {
  profile: { id: string; name: string | null } | null
  applied: boolean
  segments: { id: string; name: LocalText | string; change: string }[]
}

/** How close in time a segment change must be to count as an effect of an event, ms. */
const nearMs = 5_000

/** What an accepted event did: its person, and the segments that person entered or left with it. */
export function useEffects(message: LiveMessage) {
  const { messageId } = message
  return useQuery({
    queryKey: ['events', 'effects', messageId],
    enabled: Boolean(messageId) && message.state !== 'rejected',
    queryFn: ({ signal }) => readEffects(message, signal),
    // History lags by seconds: ask again until the event is there.
    refetchInterval: (query) => (query.state.data?.applied === false ? 2_000 : false),
  })
}

async function readEffects(message: LiveMessage, signal: AbortSignal): Promise<Effects> {
  const { messageId, receivedAt } = message
  const stored = await api.get<{ data: StoredEvent[] }>('/events', {
    query: { q: messageId, limit: 5 },
    signal,
  })
  const found = stored.data.find((one) => one.messageId === messageId)
  if (!found?.profile) return { profile: null, applied: Boolean(found), segments: [] }
  const entries = await recentEntries(found.profile.id, signal)
  const near = entries.filter(
    (entry) =>
      entry.kind === 'segment' &&
      (entry.messageId === messageId ||
        Math.abs(Date.parse(entry.time) - Date.parse(receivedAt)) < nearMs),
  )
  const segments = near.flatMap((entry) =>
    entry.segment ? [{ ...entry.segment, change: entry.change ?? 'entered' }] : [],
  )
  return { profile: found.profile, applied: true, segments }
}

async function recentEntries(profile: string, signal: AbortSignal): Promise<TimelineEntry[]> {
  type Session = { events: TimelineEntry[] }
  const answer = await api.get<{ data?: Session[]; sessions?: Session[] } | Session[]>(
    `/profiles/${profile}/timeline`,
    { signal },
  )
  const sessions = Array.isArray(answer) ? answer : (answer.data ?? answer.sessions ?? [])
  return sessions.flatMap((session) => session.events)
}
