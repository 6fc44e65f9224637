import { type Event, isUncounted, type SaidObject } from '../collect/index.ts'
import { type Item, OUTCOMES, type StoredFacts } from '../flow/index.ts'
import type { ShardName } from '../platform/log/log.ts'
import { consentsOfEvent } from '../privacy/index.ts'
import {
  decimalText,
  flatten,
  type ItemValue,
  saidAttributes,
  saysTraits,
  type Typed,
  typedAt,
} from '../profile/index.ts'
import { ITEM_TYPES } from '../segment/index.ts'

/** Rows of ClickHouse, by table, as `JSONEachRow` takes them. */
export type Rows = {
  event: object[]
  object_said: object[]
  consent_said: object[]
  trait_change: object[]
  membership_change: object[]
  membership_stay: object[]
  identity_change: object[]
}

export const NOBODY = '00000000-0000-0000-0000-000000000000'

/** Typed values by type: what both evaluators compare. */
export type TypedColumns = {
  text: Record<string, string>
  number: Record<string, string>
  /** Epoch ms, which is how ClickHouse reads a bare number as a `DateTime64(3)`. */
  instant: Record<string, number>
  boolean: Record<string, boolean>
  list: Record<string, string[]>
  semver: Record<string, string>
  /** Tuples (type, text, number): what the items of a list say. */
  item: Record<string, [number, string, string][]>
  /** Paths whose value was taken back. */
  gone: string[]
}

/** Sorts typed values into columns. */
export function typedColumns(values: Iterable<[string, Typed | null]>): TypedColumns {
  const columns: TypedColumns = {
    text: {},
    number: {},
    instant: {},
    boolean: {},
    list: {},
    semver: {},
    item: {},
    gone: [],
  }
  for (const [path, value] of values) {
    if (value === null) {
      columns.gone.push(path)
      continue
    }
    if (value.type === 'text') {
      columns.text[path] = value.folded
      if (value.instant !== null) columns.instant[path] = value.instant
      if (value.version !== null) columns.semver[path] = value.version
    } else if (value.type === 'number') columns.number[path] = decimalText(value.decimal)
    else if (value.type === 'boolean') columns.boolean[path] = value.raw
    else if (value.type === 'list') columns.list[path] = value.items
    else columns.item[path] = value.values.map(itemTuple)
  }
  return columns
}

function itemTuple(item: ItemValue): [number, string, string] {
  if (item.type === 'text') return [ITEM_TYPES.text, item.folded, '0']
  if (item.type === 'number') return [ITEM_TYPES.number, '', decimalText(item.decimal)]
  return [ITEM_TYPES.boolean, String(item.raw), '0']
}

/** Every path of an object with its typed value, those of the items of lists included. */
export function* typedPaths(object: Event['properties']): Generator<[string, Typed | null]> {
  for (const [path, value] of flatten(object)) yield [path, typedAt(path, value)]
}

type Followed = ShardName & {
  first: number
  outcomes: Buffer
  facts: readonly StoredFacts[]
  committedAt: number
}

/** Builds the rows of one verdict from the items of its range. */
export function rowsOf(verdict: Followed, items: readonly Item[], into: Rows): void {
  const anchors = new Map(verdict.facts.flatMap((facts) => facts.anchors))
  for (const item of items) {
    const outcome = OUTCOMES[verdict.outcomes[item.position - verdict.first] ?? -1]
    if (item.kind !== 'event') continue
    if (outcome !== 'applied' && outcome !== 'not_counted') continue
    const anchor = anchors.get(item.position) ?? NOBODY
    into.event.push(eventRow(verdict, item, anchor))
    if (outcome !== 'applied') continue
    const { event, hash, position, workspace } = item
    const { lane, shard } = verdict
    const place = { workspace, lane, shard, position, anchor, hash, time: event.time }
    into.object_said.push(...objectRows(place, event.objects))
    if (anchor !== NOBODY) into.consent_said.push(...consentRows(verdict, item, anchor))
  }
  const { lane, shard } = verdict
  const recorded_at = verdict.committedAt
  for (const facts of verdict.facts) {
    const { workspace } = facts
    for (const change of facts.traits) {
      const { owner, trait, value, source, event, position } = change
      const row = { owner, trait, value: JSON.stringify(value), at: change.at }
      const origin = { source, event, message_id: change.messageId, recorded_at }
      into.trait_change.push({ workspace, lane, shard, position, ...row, ...origin })
    }
    const place = { workspace, lane, shard, position: verdict.first, recorded_at }
    for (const change of facts.memberships) {
      const { profile, segment, version, cause } = change
      const { counterpart = 0 } = change
      const row = {
        ...{ profile, segment, segment_version: version, change: change.change, cause },
        counterpart,
      }
      into.membership_change.push({ ...place, ...row, at: change.at })
    }
    for (const { profile, segment, version, stayedMs, at } of facts.stays ?? []) {
      const row = { profile, segment, segment_version: version, stayed_ms: stayedMs, at }
      into.membership_stay.push({ ...place, ...row })
    }
    const { recorded_at: _, ...said } = place
    for (const { at, ...consent } of facts.consents ?? []) {
      into.consent_said.push({ ...said, ...consent, time: at })
    }
    for (const { identifier, from, to } of facts.moved) {
      into.identity_change.push({ ...place, identifier, from_profile: from, to_profile: to })
    }
  }
}

function eventRow(
  { lane, shard }: ShardName,
  { event, hash, position, workspace }: Extract<Item, { kind: 'event' }>,
  anchor: string,
): object {
  const { properties, traits, context } = event
  const said = saysTraits(event) ? traits : properties
  return {
    workspace,
    lane,
    shard,
    position,
    anchor,
    hash,
    time: event.time,
    received_at: event.receivedAt,
    source: event.source,
    type: event.type,
    event: event.event,
    message_id: event.messageId,
    counted: !isUncounted(event),
    flags: event.flags,
    ...typedColumns(typedPaths(said)),
    body: JSON.stringify({ properties, traits, context }),
  }
}

/** Which event tells: where it stands in the log, when it took place (epoch ms), and whose. */
export type EventPlace = ShardName & {
  workspace: number
  position: number
  anchor: string
  hash: number
  time: number
}

/** What a counted event says of each object that it names. */
export function objectRows(place: EventPlace, objects: readonly SaidObject[]): object[] {
  return objects.map((said) => {
    const { type, id, removed } = said
    const told = saidAttributes(said)
    const attributes = told.flatMap(([path, value]) => [...typedPaths({ [path]: value })])
    const raw = Object.fromEntries(told.map(([path, value]) => [path, JSON.stringify(value)]))
    return { ...place, type, id, removed, ...typedColumns(attributes), raw }
  })
}

/** What a counted event says of consents. */
function consentRows(
  { lane, shard }: ShardName,
  { event, position, workspace }: Extract<Item, { kind: 'event' }>,
  anchor: string,
): object[] {
  const place = { workspace, lane, shard, position, anchor }
  return consentsOfEvent(event).map(({ purpose, channel, granted, source, at }) => {
    return { ...place, purpose, channel, granted, source, time: at }
  })
}
