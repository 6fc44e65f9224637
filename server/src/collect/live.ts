/** The newest requests, kept in memory for the live debugger of this process. */
import type { Clock } from '../platform/clock.ts'
import { type LiveMessage, type LiveRecord, liveMessages } from './liveMessage.ts'

/** Running totals since the start of the process. */
export type LiveTotals = { accepted: number; rejected: number; flagged: number }

export type LiveEvents = {
  /** Notes a request. Cheap: nothing is read until somebody looks. */
  record(record: LiveRecord): void
  /** The newest messages of the workspaces, newest first. */
  recent(workspaces: readonly number[], limit: number): LiveMessage[]
  /** Calls `listener` with each message of the workspaces; returns what ends it. */
  subscribe(workspaces: readonly number[], listener: (message: LiveMessage) => void): () => void
  totals(workspaces: readonly number[]): LiveTotals
}

const eventsMax = 2_000
const bytesMax = 16 * 1024 * 1024
/** Events a second that are read for those who watch; above it they see a sample. */
const watchedPerSecond = 500

/** Opens the ring: the 2,000 newest events, at most 16 MB of bodies. */
export function openLiveEvents(clock: Clock): LiveEvents {
  const ring: LiveRecord[] = []
  const held = { events: 0, bytes: 0 }
  const totals = new Map<number, LiveTotals>()
  const listeners = new Map<number, Set<(message: LiveMessage) => void>>()
  const watched = { second: 0, events: 0 }

  function keep(record: LiveRecord): void {
    ring.push(record)
    held.events += eventsOf(record)
    held.bytes += bytesOf(record)
    while (ring.length > 1 && (held.events > eventsMax || held.bytes > bytesMax)) {
      const oldest = ring.shift()
      if (!oldest) break
      held.events -= eventsOf(oldest)
      held.bytes -= bytesOf(oldest)
    }
  }

  function show(record: LiveRecord, total: LiveTotals): void {
    const watching = listeners.get(record.source.workspace)
    if (!watching || watching.size === 0) return
    const second = Math.floor(clock.now() / 1_000)
    if (watched.second !== second) Object.assign(watched, { second, events: 0 })
    if (watched.events >= watchedPerSecond) return
    watched.events += eventsOf(record)
    for (const message of liveMessages(record)) {
      if (message.state === 'flagged') total.flagged++
      for (const listener of watching) listener(message)
    }
  }

  return {
    record(record) {
      keep(record)
      const total = totals.get(record.source.workspace) ?? { accepted: 0, rejected: 0, flagged: 0 }
      totals.set(record.source.workspace, total)
      total.accepted += record.kind === 'read' ? record.entry.header.count : 0
      total.rejected += record.kind === 'read' ? record.rejections.length : record.received
      show(record, total)
    },
    recent: (workspaces, limit) => newest(ring, workspaces, limit),
    subscribe(workspaces, listener) {
      for (const workspace of workspaces) {
        const watching = listeners.get(workspace) ?? new Set()
        listeners.set(workspace, watching.add(listener))
      }
      return () => {
        for (const workspace of workspaces) listeners.get(workspace)?.delete(listener)
      }
    },
    totals: (workspaces) => sumOf(workspaces.map((workspace) => totals.get(workspace))),
  }
}

function sumOf(totals: readonly (LiveTotals | undefined)[]): LiveTotals {
  const sum = { accepted: 0, rejected: 0, flagged: 0 }
  for (const total of totals) {
    sum.accepted += total?.accepted ?? 0
    sum.rejected += total?.rejected ?? 0
    sum.flagged += total?.flagged ?? 0
  }
  return sum
}

function newest(
  ring: readonly LiveRecord[],
  workspaces: readonly number[],
  limit: number,
): LiveMessage[] {
  const found: LiveMessage[] = []
  for (let at = ring.length - 1; at >= 0 && found.length < limit; at--) {
    const record = ring[at]
    if (!record || !workspaces.includes(record.source.workspace)) continue
    found.push(...liveMessages(record).reverse())
  }
  const shown = found.slice(0, limit)
  markDuplicates(shown)
  return shown
}

/** A message id seen before in what is shown is a copy; the flow decides over the whole window. */
function markDuplicates(newestFirst: LiveMessage[]): void {
  const seen = new Set<string>()
  for (let at = newestFirst.length - 1; at >= 0; at--) {
    const message = newestFirst[at]
    if (!message || message.messageId === null || message.state === 'rejected') continue
    const key = `${message.source.id}/${message.messageId}`
    if (seen.has(key)) message.state = 'duplicate'
    seen.add(key)
  }
}

function eventsOf(record: LiveRecord): number {
  return record.kind === 'read' ? record.entry.header.count + record.rejections.length : 1
}

function bytesOf(record: LiveRecord): number {
  return record.kind === 'read' ? record.entry.body.byteLength : (record.sample?.byteLength ?? 0)
}
