import { hash, type KeyObject } from 'node:crypto'
import type { Event } from '../collect/index.ts'
import { uuidFromBytes } from '../platform/ids.ts'
import type { Sql } from '../platform/postgres.ts'
import { EVIDENCE_KINDS, type EvidenceKind, pairKey } from './components.ts'
import { type Identified, type Identifier, identifierText } from './identifiers.ts'
import { addLogin, type Login, ownerAt } from './logins.ts'
import type { Namespaces } from './namespaces.ts'
import { loadRegion, replayRegion } from './region.ts'
import {
  type EvidenceRow,
  evidenceOfPairs,
  findIdentifiersById,
  type Registered,
  registerIdentifiers,
  writeAliases,
  writeDevices,
  writeEvidence,
} from './store.ts'

/** What resolving needs to know of a workspace. */
export type IdentityPlace = { workspace: number; hashKey: KeyObject; namespaces: Namespaces }

/** An event that is new and counts, with 48 bits of its message's hash. */
export type Arrival = { event: Event; hash: number }

/** Where an event is folded. */
export type EventPlace = {
  /** Its strongest person identifier, else its device: a function of the event alone. */
  anchor: string
  /** The anchor as `namespace:value`. */
  anchorText: string
  /** The identifier that owns it, and the device when the event named nobody. */
  owner: string
  via: string | null
  account: string | null
}

export type DeviceChange = {
  device: string
  before: readonly Login[]
  after: readonly Login[]
}

export type Resolution = {
  /** `null`: the event names nobody. */
  places: Map<Event, EventPlace | null>
  /** The profile an identifier belongs to after this batch. */
  profileOf(identifier: string): string
  moved: { identifier: string; from: string; to: string }[]
  devices: DeviceChange[]
  /** Logins, by device, that decided whose events are, and that this batch only read. */
  read: Map<string, readonly Login[]>
}

/** Finds the person of each event, writes new evidence and logins, and says what moved. */
export async function resolveEvents(
  sql: Sql,
  place: IdentityPlace,
  said: { events: readonly Arrival[]; identified: ReadonlyMap<Event, Identified> },
): Promise<Resolution> {
  const arrivals = said.events
  const identified = arrivals.map(({ event }) => said.identified.get(event) as Identified)
  const known = await registerIdentifiers(sql, place, wantedIn(arrivals, identified))
  const fresh = await freshEvidence(sql, place, { arrivals, identified, known })
  const moved = await applyEvidence(sql, place, fresh)
  const devices = loginsIn(arrivals, identified, known)
  await writeDevices(sql, place.workspace, devices)
  const profiles = await profileLookup(sql, known, moved, devices)
  const loginsOf = new Map(devices.map((change) => [change.device, change.after]))
  const read = readOnly(identified, known, loginsOf)
  const places = new Map<Event, EventPlace | null>()
  arrivals.forEach(({ event }, index) => {
    places.set(event, placeOf(event, identified[index] as Identified, { known, loginsOf }))
  })
  return { places, profileOf: profiles, moved, devices, read }
}

function readOnly(
  identified: readonly Identified[],
  known: ReadonlyMap<string, Registered>,
  written: ReadonlyMap<string, readonly Login[]>,
): Map<string, readonly Login[]> {
  const read = new Map<string, readonly Login[]>()
  for (const { persons, devices } of identified) {
    const device = persons.length === 0 && devices[0] ? identifierText(devices[0]) : ''
    const held = known.get(device)
    if (held && !written.has(held.id)) read.set(held.id, held.logins ?? [])
  }
  return read
}

function wantedIn(
  arrivals: readonly Arrival[],
  identified: readonly Identified[],
): (Identifier & { receivedAt: number })[] {
  const wanted = new Map<string, Identifier & { receivedAt: number }>()
  identified.forEach(({ persons, devices, account, previous }, index) => {
    const receivedAt = arrivals[index]?.event.receivedAt ?? 0
    for (const one of [...persons, ...devices, account, previous]) {
      if (!one) continue
      const held = wanted.get(identifierText(one))
      if (!held || held.receivedAt > receivedAt) {
        wanted.set(identifierText(one), { ...one, receivedAt })
      }
    }
  })
  return [...wanted.values()]
}

type Found = {
  arrivals: readonly Arrival[]
  identified: readonly Identified[]
  known: ReadonlyMap<string, Registered>
}

/** Pairs that no earlier evidence speaks for, or whose earliest item is in this batch. */
async function freshEvidence(sql: Sql, place: IdentityPlace, found: Found): Promise<EvidenceRow[]> {
  const earliest = new Map<string, EvidenceRow>()
  found.identified.forEach((one, index) => {
    for (const row of evidenceIn(one, found.arrivals[index] as Arrival, { ...found, place })) {
      const key = `${pairKey(row.a, row.b)}|${row.kind}`
      const held = earliest.get(key)
      if (!held || isEarlier(row, held)) earliest.set(key, row)
    }
  })
  return earliestOf(sql, [...earliest.values()])
}

/** Those of the rows, one a pair and kind, that are earlier than what is held about their pair. */
export async function earliestOf(sql: Sql, rows: readonly EvidenceRow[]): Promise<EvidenceRow[]> {
  const keyOf = (row: EvidenceRow) => `${pairKey(row.a, row.b)}|${row.kind}`
  const held = new Map((await evidenceOfPairs(sql, rows)).map((row) => [keyOf(row), row]))
  return rows.filter((row) => {
    const before = held.get(keyOf(row))
    return !before || isEarlier(row, before)
  })
}

const isEarlier = (x: { at: number; hash: number }, y: { at: number; hash: number }): boolean =>
  x.at !== y.at ? x.at < y.at : x.hash < y.hash

function evidenceIn(
  { persons, previous }: Identified,
  arrival: Arrival,
  context: { known: ReadonlyMap<string, Registered>; place: IdentityPlace },
): EvidenceRow[] {
  const strongest = persons[0]
  if (!strongest) return []
  const { namespaces } = context.place
  const rows = persons
    .slice(1)
    .map((other) => pairRow({ strongest, other, kind: EVIDENCE_KINDS.event }, arrival, context))
  if (previous && namespaces(previous.namespace).scope === 'person') {
    const pair = { strongest, other: previous, kind: EVIDENCE_KINDS.alias }
    rows.push(pairRow(pair, arrival, context))
  }
  return rows.flatMap((row) => (row ? [row] : []))
}

function pairRow(
  { strongest, other, kind }: { strongest: Identifier; other: Identifier; kind: EvidenceKind },
  { event, hash: at48 }: Arrival,
  { known, place }: { known: ReadonlyMap<string, Registered>; place: IdentityPlace },
): EvidenceRow | null {
  const x = known.get(identifierText(strongest))?.id
  const y = known.get(identifierText(other))?.id
  if (!x || !y || x === y) return null
  return {
    id: evidenceId(x, y, kind),
    a: x < y ? x : y,
    b: x < y ? y : x,
    kind,
    priority: Math.max(
      place.namespaces(strongest.namespace).priority,
      place.namespaces(other.namespace).priority,
    ),
    at: event.time,
    hash: at48,
    former: kind === EVIDENCE_KINDS.alias ? y : null,
    source: event.source,
    messageId: event.messageId,
    state: 'accepted',
    reason: null,
  }
}

/** The same pair and kind always has the same id, so that a link can be named for ever. */
export function evidenceId(x: string, y: string, kind: EvidenceKind): string {
  return uuidFromBytes(hash('sha1', `${pairKey(x, y)}|${kind}`, 'buffer'))
}

/**
 * Replays what the fresh evidence reaches and writes the outcome. One at a time in a workspace:
 * two replays side by side would each miss what the other adds. New links are rare beside events.
 */
export async function applyEvidence(
  sql: Sql,
  place: IdentityPlace,
  fresh: readonly EvidenceRow[],
  seeds: readonly string[] = [],
): Promise<Resolution['moved']> {
  if (fresh.length === 0 && seeds.length === 0) return []
  await sql.query('SELECT pg_advisory_xact_lock($1, $2)', [IDENTITY_LOCK, place.workspace])
  const region = await loadRegion(sql, seeds, fresh)
  const outcome = replayRegion(region, fresh, place.namespaces)
  await writeEvidence(sql, place.workspace, outcome.evidence)
  await writeAliases(
    sql,
    outcome.moved.map(({ identifier, to }) => ({ identifier, profile: to })),
  )
  return outcome.moved
}

const IDENTITY_LOCK = 0x1d_e7

/** Logins of this batch on each device it names, also where they change nothing. */
function loginsIn(
  arrivals: readonly Arrival[],
  identified: readonly Identified[],
  known: ReadonlyMap<string, Registered>,
): DeviceChange[] {
  const changes = new Map<string, DeviceChange>()
  identified.forEach(({ persons, devices, previous }, index) => {
    const event = arrivals[index]?.event
    const owner = persons[0] && known.get(identifierText(persons[0]))?.id
    if (!event || !owner) return
    const former = previous?.namespace === 'anonymous_id' ? [previous] : []
    for (const device of [...devices, ...former]) {
      const held = known.get(identifierText(device))
      if (!held) continue
      const change = changes.get(held.id) ?? {
        device: held.id,
        before: held.logins ?? [],
        after: held.logins ?? [],
      }
      change.after = addLogin(change.after, { at: event.time, owner })
      changes.set(held.id, change)
    }
  })
  return [...changes.values()].filter((change) => change.after !== change.before)
}

/** Owners of devices may be identifiers that this batch does not name: those are looked up too. */
async function profileLookup(
  sql: Sql,
  known: ReadonlyMap<string, Registered>,
  moved: Resolution['moved'],
  devices: readonly DeviceChange[],
): Promise<(identifier: string) => string> {
  const profiles = new Map<string, string>()
  for (const one of known.values()) profiles.set(one.id, one.profile)
  const logins = [...known.values()].flatMap((one) => one.logins ?? [])
  const owners = [...logins, ...devices.flatMap((change) => change.after)].map((one) => one.owner)
  const unknown = [...new Set(owners)].filter((id) => !profiles.has(id))
  for (const one of (await findIdentifiersById(sql, unknown)).values()) {
    profiles.set(one.id, one.profile)
  }
  for (const { identifier, to } of moved) profiles.set(identifier, to)
  return (identifier) => profiles.get(identifier) ?? identifier
}

function placeOf(
  event: Event,
  { persons, devices, account }: Identified,
  facts: {
    known: ReadonlyMap<string, Registered>
    loginsOf: ReadonlyMap<string, readonly Login[]>
  },
): EventPlace | null {
  const idOf = (one: Identifier | null | undefined) =>
    one ? (facts.known.get(identifierText(one)) ?? null) : null
  const accountId = idOf(account)?.id ?? null
  const person = idOf(persons[0])
  if (person) {
    const anchorText = identifierText(person)
    return { anchor: person.id, anchorText, owner: person.id, via: null, account: accountId }
  }
  const device = idOf(devices[0])
  if (!device) return null
  const logins = facts.loginsOf.get(device.id) ?? device.logins ?? []
  const owner = ownerAt(logins, event.time) ?? device.id
  const anchorText = identifierText(device)
  return { anchor: device.id, anchorText, owner, via: device.id, account: accountId }
}
