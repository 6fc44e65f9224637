import { hash } from 'node:crypto'
import { type Event, readEvents } from '../collect/index.ts'
import { DAY_MS } from '../platform/durations.ts'
import type { Block, Entry, ShardName } from '../platform/log/log.ts'
import { flatten, isItemPath, type NameKind, saidAttributes, saysTraits } from '../profile/index.ts'

/** One position of the log, decoded. */
export type Item = Place & {
  /** The entry that begins here, when the intake rejected events of it. */
  rejectedIn?: Entry
} & (
    | { kind: 'event'; event: Event; entry: Entry; key: Buffer; hash: number; bucket: DedupBucket }
    | { kind: 'control'; body: unknown; entry: Entry; hash: number }
    | { kind: 'erased' }
    | { kind: 'unreadable'; entry: Entry; reason: string }
  )

/**
 * Which partition a message is remembered in: the day of the client's own timestamp, which is the
 * same in a retry, else the week of its arrival.
 */
export type DedupBucket = { table: 'dedup' | 'dedup_arrival'; date: string }

/** Decodes blocks; an entry that cannot be read becomes unreadable items, one a position. */
export function itemsOf(blocks: readonly Block[], after: number): Item[] {
  const items: Item[] = []
  for (const block of blocks) {
    let position = block.first
    for (const entry of block.entries) {
      for (const item of itemsOfEntry(entry, position)) if (item.position > after) items.push(item)
      position += entry.header.count
    }
  }
  return items
}

function itemsOfEntry(entry: Entry, first: number): Item[] {
  const items = decode(entry, first)
  const [begin] = items
  if (begin && entry.header.rejected?.length) begin.rejectedIn = entry
  return items
}

function decode(entry: Entry, first: number): Item[] {
  const { workspace, source, receivedAt, count } = entry.header
  const base = { workspace, source, receivedAt, trace: entry.header.facts?.traceparent }
  try {
    if (entry.header.kind === 'control') return [controlItem(entry, { ...base, position: first })]
    return readEvents(entry).map((event, offset): Item => {
      const place = { ...base, position: first + offset }
      return event === null ? { ...place, kind: 'erased' } : eventItem(event, entry, place)
    })
  } catch (error) {
    // Kept with its bytes as a dead letter, so that its neighbours go on and nothing is lost.
    const reason = error instanceof Error ? error.message : 'The entry cannot be read.'
    return Array.from({ length: count }, (_, offset) => ({
      ...base,
      position: first + offset,
      kind: 'unreadable' as const,
      entry,
      reason,
    }))
  }
}

type Place = {
  position: number
  workspace: number
  source: number
  receivedAt: number
  /** The request's `traceparent`, when it was traced. */
  trace?: string | undefined
}

function controlItem(entry: Entry, place: Place): Item {
  if (entry.header.erased?.length) return { ...place, kind: 'erased' }
  const digest = hash('sha1', entry.body, 'buffer')
  const body: unknown = JSON.parse(Buffer.from(entry.body).toString('utf8'))
  return { ...place, kind: 'control', body, entry, hash: digest.readUIntBE(0, HASH_BYTES) }
}

function eventItem(event: Event, entry: Entry, place: Place): Item {
  const digest = hash('sha1', `${event.workspace}|${event.source}|${event.messageId}`, 'buffer')
  return {
    ...place,
    kind: 'event',
    event,
    entry,
    key: digest.subarray(0, KEY_BYTES),
    hash: digest.readUIntBE(0, HASH_BYTES),
    bucket: event.clientDay
      ? { table: 'dedup', date: event.clientDay }
      : { table: 'dedup_arrival', date: mondayOf(event.receivedAt) },
  }
}

const KEY_BYTES = 16
const HASH_BYTES = 6

/** The Monday of an instant's week, UTC, as a date. */
export function mondayOf(epochMs: number): string {
  const weekday = (new Date(epochMs).getUTCDay() + 6) % 7
  return new Date(epochMs - weekday * DAY_MS).toISOString().slice(0, 10)
}

/** Names a shard in a sentence or a key. */
export const shardText = ({ lane, shard }: ShardName): string => `${lane}:${shard}`

/** The names that items hold, by workspace. */
export function namesByWorkspace(
  items: readonly Item[],
): Map<number, Record<NameKind, ReadonlySet<string>>> {
  const found = new Map<number, Record<NameKind, Set<string>>>()
  for (const item of items) {
    if (item.kind !== 'event') continue
    const held = found.get(item.workspace)
    const names = held ?? noNames()
    if (!held) found.set(item.workspace, names)
    names.event.add(item.event.event)
    for (const object of item.event.objects) {
      names.object.add(object.type)
      for (const [path] of saidAttributes(object)) names.attribute.add(path)
    }
    if (!saysTraits(item.event)) continue
    for (const path of flatten(item.event.traits).keys()) {
      if (!isItemPath(path)) names.trait.add(path)
    }
  }
  return found
}

const noNames = (): Record<NameKind, Set<string>> => ({
  event: new Set(),
  trait: new Set(),
  object: new Set(),
  attribute: new Set(),
})
