import { createSecretKey, type KeyObject } from 'node:crypto'
import { eventNames } from '../src/collect/event.ts'
import type { Event } from '../src/collect/index.ts'
import { evaluateProfile, noEffects, writeEffects } from '../src/flow/effects.ts'
import { newIdFrom } from '../src/platform/ids.ts'
import { openPostgres, type Postgres, type Sql } from '../src/platform/postgres.ts'
import {
  type Document,
  emptyDocument,
  emptyFragment,
  type Fragment,
  foldEvent,
  Registries,
  type Registry,
  writeProfiles,
} from '../src/profile/index.ts'
import { EVIDENCE_KINDS } from '../src/resolve/index.ts'
import { evidenceId } from '../src/resolve/resolve.ts'
import {
  birthId,
  registerIdentifiers,
  writeAliases,
  writeDevices,
  writeEvidence,
} from '../src/resolve/store.ts'
import { refreshDefinitions, type WorkspaceDefinitions } from '../src/segment/index.ts'
import type { House } from './house.ts'
import {
  deviceName,
  EVENT_NAMES,
  emailOf,
  isReturning,
  mixed,
  traitsText,
  userName,
  type Workload,
} from './workload.ts'

/** People written in one transaction. */
const CHUNK = 500
/** Transactions side by side. */
const ABREAST = 2
/** Kinds of histories; people of the same kind differ in who they are, not in what they did. */
const PROTOTYPES = 3_000
const EARLIER_EVENTS = 12
const DAY_MS = 24 * 60 * 60 * 1_000

type Prototype = { document: Document; timerDue: number | null }

/**
 * Writes people with the numbers below `people` as the flow would leave them: a user id, an e-mail
 * address linked to it, a device that logged in, a document with traits and the streams of
 * a dozen earlier events, its memberships and its timer. In large steps, but with the program's
 * own functions; only ClickHouse and the log know nothing of that earlier life.
 */
export async function loadPeople(
  house: House,
  { people, say }: { people: number; say: (text: string) => void },
): Promise<void> {
  const { postgresUrl } = house
  const fast = openPostgres({ url: withoutWaiting(postgresUrl), connectionsMax: ABREAST })
  try {
    const kit = await openKit(house, fast, Math.min(people, PROTOTYPES))
    let next = 0
    const write = async () => {
      while (next < people) {
        const first = next
        next = Math.min(first + CHUNK, people)
        const numbers = Array.from({ length: next - first }, (_, index) => first + index)
        await fast.transaction((sql) => writePeople(sql, kit, numbers))
        if (first % 100_000 < CHUNK && first > CHUNK) say(`${first} of ${people} people`)
      }
    }
    await Promise.all(Array.from({ length: ABREAST }, write))
  } finally {
    await fast.close()
  }
  await house.postgres.query('VACUUM ANALYZE')
  await house.postgres.query('CHECKPOINT')
}

/** What is lost in a crash would be loaded again: no transaction waits for the disk. */
function withoutWaiting(url: string): string {
  const address = new URL(url)
  address.searchParams.set('options', '-c synchronous_commit=off')
  return address.href
}

type Kit = {
  place: { workspace: number; hashKey: KeyObject }
  source: number
  workload: Workload
  registry: Registry
  definitions: WorkspaceDefinitions
  prototypes: Prototype[]
  now: number
}

async function openKit(house: House, postgres: Postgres, kinds: number): Promise<Kit> {
  const { workspace, workload, source } = house
  const definitions = (await refreshDefinitions(postgres, null)).of(workspace.id)
  const traits = Object.keys(JSON.parse(traitsText(0, workload.run)) as object)
  const registry = await new Registries().ensure(postgres, workspace.id, {
    event: new Set([...EVENT_NAMES, eventNames.identify]),
    trait: new Set(traits),
    object: new Set(),
    attribute: new Set(),
  })
  const place = { workspace: workspace.id, hashKey: createSecretKey(workspace.hashKey) }
  const kit: Kit = {
    ...{ place, source, workload, registry, definitions },
    prototypes: [],
    now: Date.now(),
  }
  kit.prototypes = Array.from({ length: kinds }, (_, number) => prototypeOf(number, kit))
  return kit
}

/** A document as earlier events leave it: folded and evaluated by the program's own functions. */
function prototypeOf(number: number, kit: Kit): Prototype {
  const { definitions, registry, now, workload } = kit
  const document = emptyDocument('person')
  const fragment = emptyFragment(NOBODY, null)
  document.fragments.push(fragment)
  for (let index = 0; index < EARLIER_EVENTS; index += 1) {
    const event = earlierEvent(number, index, kit)
    const arrival = { event, hash: mixed(number * 31 + index), place: ORIGIN }
    const fold = { registry, entered: definitions.entered, now }
    foldEvent(fragment, arrival, fold)
  }
  const effects = noEffects()
  const happened = { touched: 'everything', cause: 'backfill', at: workload.base } as const
  const newId = newIdFrom({ now: () => now })
  const context = { definitions, registry, around: new Map(), newId, now, sends: false }
  evaluateProfile({ id: NOBODY, version: 0, document }, happened, context, effects)
  return { document, timerDue: document.timerDue }
}

const NOBODY = '00000000-0000-0000-0000-000000000000'
const ORIGIN = { lane: 'live', shard: 0, position: 0 } as const

/** Nobody has bought yet: whom the events of the run make buyers can then be counted. */
const EARLIER_NAMES = EVENT_NAMES.filter((name) => name !== 'Order Completed')

function earlierEvent(number: number, index: number, kit: Kit): Event {
  const { workload, place, source } = kit
  const time = workload.base - (1 + ((number + index * 3) % 25)) * DAY_MS - index * 60_000
  const isIdentify = index === 0
  return {
    ...{ workspace: place.workspace, source, index: 0, time, receivedAt: time },
    type: isIdentify ? 'identify' : 'track',
    messageId: '',
    clientDay: null,
    event: isIdentify
      ? eventNames.identify
      : (EARLIER_NAMES[(number + index) % EARLIER_NAMES.length] ?? ''),
    ...{ userId: null, anonymousId: null, previousId: null, groupId: null },
    properties: { category: `category-${mixed(number * 17 + index) % 200}` },
    objects: [],
    traits: isIdentify ? (JSON.parse(traitsText(number, workload.run)) as Event['traits']) : {},
    context: {},
    flags: [],
  }
}

async function writePeople(sql: Sql, kit: Kit, people: readonly number[]): Promise<void> {
  const { place, workload, now } = kit
  const { run } = workload
  const bornAt = workload.base - 30 * DAY_MS
  const named = people.map((person) => {
    const user = { namespace: 'user_id', value: userName(person, run), receivedAt: bornAt }
    // A moment later, so that a profile bears the id of its user id.
    const email = { namespace: 'email', value: emailOf(person, run), receivedAt: bornAt + 1 }
    const device = { namespace: 'anonymous_id', value: deviceName(person, run), receivedAt: bornAt }
    const idOf = (one: typeof user) => birthId(place.hashKey, one, one.receivedAt)
    return {
      person,
      identifiers: [user, email, device],
      id: idOf(user),
      email: idOf(email),
      device: idOf(device),
    }
  })
  await registerIdentifiers(
    sql,
    place,
    named.flatMap((one) => one.identifiers),
  )
  await writeAliases(
    sql,
    named.map((one) => ({ identifier: one.email, profile: one.id })),
  )
  await writeEvidence(
    sql,
    place.workspace,
    named.map((one) => linkOf(one, kit, bornAt)),
  )
  await writeDevices(
    sql,
    place.workspace,
    named.map(({ person, device, id }) => {
      const at = isReturning(person) ? workload.base - DAY_MS : workload.base
      return { device, before: [], after: [{ at, owner: id }] }
    }),
  )
  await writeDocuments(sql, kit, named, now)
}

type Named = { person: number; id: string; email: string }

function linkOf({ id, email, person }: Named, kit: Kit, at: number) {
  return {
    id: evidenceId(id, email, EVIDENCE_KINDS.event),
    a: id < email ? id : email,
    b: id < email ? email : id,
    kind: EVIDENCE_KINDS.event,
    priority: 2,
    at,
    hash: mixed(person),
    former: null,
    source: kit.source,
    messageId: `${kit.workload.run}-loaded-${person}`,
    state: 'accepted' as const,
    reason: null,
  }
}

function withEmail(traits: Fragment['traits'], person: number, { registry, workload }: Kit) {
  const own = new Map(traits)
  const id = registry.idOf('trait', 'email') ?? 0
  const held = own.get(id)
  if (held) own.set(id, { ...held, value: emailOf(person, workload.run) })
  return own
}

async function writeDocuments(sql: Sql, kit: Kit, named: readonly Named[], now: number) {
  const { workspace } = kit.place
  const profiles = named.map(({ person, id }) => {
    const { document } = kit.prototypes[person % kit.prototypes.length] as Prototype
    const fragments = document.fragments.map((one) => {
      return { ...one, owner: id, traits: withEmail(one.traits, person, kit) }
    })
    return { id, version: 0, document: { ...document, fragments } }
  })
  await writeProfiles(sql, workspace, profiles)
  const effects = noEffects()
  for (const { id, document } of profiles) {
    const line = { profile: id, version: 1, change: 'entered', cause: 'backfill' } as const
    for (const [segment, at] of document.segments)
      effects.memberships.push({ ...line, segment, at })
    if (document.timerDue !== null) effects.timers.push({ profile: id, due: document.timerDue })
  }
  await writeEffects(sql, { workspace, now }, effects)
}
