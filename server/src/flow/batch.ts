import type { Event } from '../collect/index.ts'
import type { ShardName } from '../platform/log/log.ts'
import type { Sql } from '../platform/postgres.ts'
import {
  type ConsentFact,
  type ConsentRow,
  consentsOfEvent,
  followOwners,
  type Standing,
  writeConsents,
} from '../privacy/index.ts'
import {
  type FoldContext,
  type FoldResult,
  foldEvent,
  type Registry,
  type StoredProfile,
  type TraitChange,
} from '../profile/index.ts'
import {
  applyDecision,
  assertLogins,
  assertProfiles,
  type EventPlace,
  type Identified,
  type IdentityDecision,
  type IdentityPlace,
  type Resolution,
  resolveEvents,
} from '../resolve/index.ts'
import type { WorkspaceDefinitions } from '../segment/index.ts'
import {
  type Consented,
  consentsAgain,
  holdBrought,
  readConsented,
  type ToldConsent,
  tellConsented,
} from './consented.ts'
import {
  followLogins,
  moveFragments,
  profilesOfDevice,
  type ReadEvent,
  WorkingSet,
} from './documents.ts'
import type { Item } from './items.ts'
import type { ReadAgain } from './readAgain.ts'
import type { StageTimes } from './stageTimes.ts'

export type EventItem = Extract<Item, { kind: 'event' }>
export type ControlItem = Extract<Item, { kind: 'control' }>

export type BatchTools = {
  shard: ShardName
  identity: IdentityPlace
  definitions: WorkspaceDefinitions
  /** Knows every name of the batch; see `FlowWorld.prepare`. */
  registry: Registry
  /** Identifiers and consents of locked profiles; none where no rule asks for them. */
  around(profiles: readonly string[]): Promise<ReadonlyMap<string, Standing>>
  /** Reads profiles and locks them; from then on the registry knows the names they hold. */
  lock(ids: readonly string[]): Promise<Map<string, StoredProfile>>
  /** Reads them without a lock: to look at, not to write. */
  read(ids: readonly string[]): Promise<Map<string, StoredProfile>>
  /** Locks them, those included that do not exist yet; see `reserveProfiles`. */
  reserve(ids: readonly string[]): Promise<Map<string, StoredProfile>>
  readAgain: ReadAgain
  /** Epoch ms. */
  now: number
  report?: StageTimes | undefined
}

/** What a batch did to one profile, for the segments that it may concern. */
export type Concern = {
  traits: Set<string>
  streams: Set<number>
  /** Types of the objects that it named. */
  objects: Set<string>
  /** Its identifiers or consents may be others. */
  around: boolean
  /** The latest of its events' times: when the change took place. */
  at: number
  /** The trace of the last request that had one, for whoever follows it. */
  trace?: string | undefined
}

export type Folded = {
  set: WorkingSet
  registry: Registry
  resolution: Resolution
  places: Map<Event, EventPlace | null>
  moved: Resolution['moved']
  traitChanges: (TraitChange & { position: number })[]
  concerns: Map<string, Concern>
  /** Profiles that were not there before, whether or not something came of them. */
  reserved: ReadonlySet<string>
  /** What events said about consent; an event that said nothing is left out. */
  consents: ReadonlyMap<Event, readonly ConsentFact[]>
  /** What was recorded of consents apart from events, for history. */
  told: readonly ToldConsent[]
}

/** resolve ► profile: finds whose the events are and folds them into their documents. */
export async function foldWorkspace(
  sql: Sql,
  input: {
    events: readonly EventItem[]
    identified: ReadonlyMap<Event, Identified>
    controls: readonly ControlItem[]
  },
  tools: BatchTools,
): Promise<Folded> {
  const decided = await applyDecisions(sql, input.controls, tools)
  const { workspace } = tools.identity
  if (tools.definitions.asksAround) await holdBrought(sql, workspace, input)
  const resolution = await resolveEvents(sql, tools.identity, input)
  tools.report?.passed('resolve')
  const moved = composeMoves([...decided, ...resolution.moved])
  const profileOf = finalProfiles(resolution, moved)
  const { registry } = tools
  const consented = await readConsented(sql, input.controls, {
    ...{ workspace, devices: resolution.devices },
  })
  const needed = neededProfiles({ resolution, moved, profileOf, consented })
  const stored = await tools.reserve(needed)
  const reserved = new Set(needed.filter((id) => !stored.has(id)))
  const set = new WorkingSet(stored)
  const owners = [...resolution.places.values()].flatMap((place) => place?.owner ?? [])
  const ownerOf = (id: string) => consented.owners.get(id) ?? profileOf(id)
  await assertProfiles(sql, [...new Set([...owners, ...consented.owners.keys()])], ownerOf)
  await assertLogins(sql, resolution.read)
  const fold: FoldContext = { registry, entered: tools.definitions.entered, now: tools.now }
  const keepOf = tools.definitions.keepOf
  moveFragments(set, moved, keepOf)
  await followOwners(sql, workspace, resolution.devices)
  const readAgain: ReadEvent[] = []
  for (const change of resolution.devices) {
    const parts = { profileOf, keepOf, readAgain: tools.readAgain, fold }
    readAgain.push(...(await followLogins(set, change, parts)))
  }
  const folded: Folded = {
    set,
    registry,
    resolution: { ...resolution, profileOf },
    places: resolution.places,
    moved,
    traitChanges: [],
    concerns: new Map(),
    reserved,
    consents: consentsIn(input.events),
    told: await tellConsented(sql, consented),
  }
  noteConsents(folded, consented)
  if (tools.definitions.asksAround) noteIdentifiers(folded)
  for (const item of input.events) foldItem(item, folded, { shard: tools.shard, fold })
  const rows = consentRows(input.events, folded, consented)
  await writeConsents(sql, [...(await consentsAgain(sql, readAgain)), ...rows], tools.now)
  return folded
}

function consentsIn(events: readonly EventItem[]): Folded['consents'] {
  const consents = new Map<Event, ConsentFact[]>()
  for (const { event } of events) {
    const said = consentsOfEvent(event)
    if (said.length > 0) consents.set(event, said)
  }
  return consents
}

async function applyDecisions(
  sql: Sql,
  controls: readonly ControlItem[],
  tools: BatchTools,
): Promise<Resolution['moved']> {
  const moved: Resolution['moved'] = []
  for (const item of controls) {
    const body = item.body as { type?: unknown }
    if (body.type !== 'identity_decision') continue
    const decision = item.body as IdentityDecision
    const decided = { decision, at: item.receivedAt, hash: item.hash }
    moved.push(...(await applyDecision(sql, tools.identity, decided)))
  }
  return moved
}

/** An identifier that moves twice in a batch goes from its first profile to its last. */
function composeMoves(moves: Resolution['moved']): Resolution['moved'] {
  const composed = new Map<string, Resolution['moved'][number]>()
  for (const move of moves) {
    const held = composed.get(move.identifier)
    composed.set(move.identifier, held ? { ...held, to: move.to } : move)
  }
  return [...composed.values()].filter((move) => move.from !== move.to)
}

function finalProfiles(
  resolution: Resolution,
  moved: Resolution['moved'],
): (identifier: string) => string {
  const to = new Map(moved.map((move) => [move.identifier, move.to]))
  return (identifier) => to.get(identifier) ?? resolution.profileOf(identifier)
}

function neededProfiles({
  resolution,
  moved,
  profileOf,
  consented,
}: {
  resolution: Resolution
  moved: Resolution['moved']
  profileOf: (identifier: string) => string
  consented: Consented
}): string[] {
  const needed = new Set<string>(consented.at.keys())
  for (const place of resolution.places.values()) {
    if (!place) continue
    needed.add(profileOf(place.owner))
    if (place.account) needed.add(profileOf(place.account))
  }
  for (const { from, to } of moved) needed.add(from).add(to)
  for (const change of resolution.devices) {
    for (const profile of profilesOfDevice(change, profileOf)) needed.add(profile)
  }
  return [...needed]
}

function foldItem(
  item: EventItem,
  folded: Folded,
  { shard, fold }: { shard: ShardName; fold: FoldContext },
): void {
  const { event, hash, position } = item
  const place = folded.places.get(event)
  if (!place) return
  const arrival = { event, hash, place: { ...shard, position } }
  const profile = folded.resolution.profileOf(place.owner)
  const fragment = folded.set.fragment(profile, place)
  const result = foldEvent(fragment, arrival, fold)
  const changes = result.changes
  noteConcern(folded, { profile, item, result })
  if (place.account && event.type === 'group') {
    const account = folded.resolution.profileOf(place.account)
    const own = folded.set.fragment(account, { owner: place.account, via: null }, 'account')
    const result = foldEvent(own, arrival, { ...fold, traitsOf: 'group' })
    changes.push(...result.changes)
    noteConcern(folded, { profile: account, item, result })
  }
  for (const change of changes) folded.traitChanges.push({ ...change, position })
}

function noteConcern(
  folded: Folded,
  { profile, item, result }: { profile: string; item: EventItem; result: FoldResult },
): void {
  const concern = concernOf(folded, profile)
  for (const { id } of result.streams) concern.streams.add(id)
  for (const trait of result.traits) concern.traits.add(trait)
  for (const type of result.objects) concern.objects.add(type)
  concern.at = Math.max(concern.at, item.event.time)
  if (item.trace) concern.trace = item.trace
  if (folded.consents.has(item.event)) concern.around = true
}

function concernOf({ concerns }: Folded, profile: string): Concern {
  const held = concerns.get(profile)
  if (held) return held
  const at = Number.NEGATIVE_INFINITY
  const nothing = { traits: new Set<string>(), streams: new Set<number>() }
  const concern: Concern = { ...nothing, objects: new Set(), around: false, at }
  concerns.set(profile, concern)
  return concern
}

const isThere = ({ set, reserved }: Folded, profile: string): boolean =>
  !reserved.has(profile) && set.document(profile).fragments.length > 0

/** Consents that were recorded apart from any event. */
function noteConsents(folded: Folded, consented: Consented): void {
  for (const [profile, at] of consented.at) {
    if (!isThere(folded, profile)) continue
    folded.set.touched.add(profile)
    const concern = concernOf(folded, profile)
    concern.around = true
    concern.at = Math.max(concern.at, at)
  }
}

/** Identifiers and devices that change hands bring their consents with them. */
function noteIdentifiers(folded: Folded): void {
  const { moved, resolution, set } = folded
  const others = [
    ...moved.flatMap(({ from, to }) => [from, to]),
    ...resolution.devices.flatMap((change) => profilesOfDevice(change, resolution.profileOf)),
  ]
  for (const profile of others) {
    if (!isThere(folded, profile)) continue
    set.touched.add(profile)
    set.reshaped.add(profile)
  }
}

/** What was said about consent, kept under the event's anchor: identifiers move, answers do not. */
function consentRows(
  events: readonly EventItem[],
  folded: Folded,
  consented: Consented,
): ConsentRow[] {
  const rows: ConsentRow[] = []
  for (const { event, workspace } of events) {
    const place = folded.places.get(event)
    if (!place) continue
    const { anchorText: identifier, via, owner: held } = place
    const owner = via === null || held === via ? undefined : held
    const said = folded.consents.get(event) ?? []
    for (const fact of said) rows.push({ ...fact, workspace, identifier, owner })
  }
  for (const { name, fact, owner } of consented.said) {
    rows.push({ ...fact, workspace: consented.workspace, identifier: name, owner })
  }
  return rows
}
