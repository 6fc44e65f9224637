import { type Found, type FoundProfile, type Steps, stepKey } from './found.ts'
import type { House } from './house.ts'
import type { Arrived } from './receiver.ts'
import { isPlain, type SegmentName } from './said.ts'

/** The segments as the program knows them. */
export type SegmentIds = { byPublicId: Map<string, SegmentName>; byId: Map<number, SegmentName> }

/** An entry or exit that is older than this when it is noticed has no effects. */
const SENDABLE_MS = 60 * 60_000
const API_AT_ONCE = 8

type Watched = { house: House; segments: SegmentIds; arrived: readonly Arrived[] }

/**
 * Reads what the house holds, by its API and from its databases. `wanted`: an identifier of each
 * profile that is expected, to be looked up.
 */
export async function observe(watched: Watched, wanted: readonly string[]): Promise<Found> {
  const { house, segments, arrived } = watched
  const { postgres } = house
  const members = await membershipsBy(house, segments)
  const history = await profilesInHistory(house, segments)
  const profiles = new Map<string, FoundProfile>()
  const waiting = [...wanted]
  const look = async () => {
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      const profile = await readProfile(house, segments, name)
      if (!profile) continue
      const memberships = members.get(profile.id) ?? new Set()
      const rows = history.events.get(profile.id) ?? 0
      const copy = history.copies.get(profile.id) ?? null
      profiles.set(name, { ...profile, memberships, history: { events: rows, copy } })
    }
  }
  await Promise.all(Array.from({ length: API_AT_ONCE }, look))
  const [count] = await postgres.query<{ n: number }>('SELECT count(*) AS n FROM profile')
  return {
    profiles,
    profileCount: count?.n ?? 0,
    counts: await readCounts(house),
    deadLetters: await readDeadLetters(house),
    stuck: [],
    consents: await readConsents(house),
    history: await readHistory(house, segments),
    deliveries: readDeliveries(arrived, { segments, profiles }),
  }
}

type View = {
  id: string
  identifiers: { namespace: string; value: string; scope: string }[]
  eventCounts: { event: string; count: number }[]
  traits: Record<string, { value: string | number }>
  segments: { id: string }[]
}

async function readProfile(
  { api }: House,
  { byPublicId }: SegmentIds,
  name: string,
): Promise<Omit<FoundProfile, 'memberships' | 'history'> | null> {
  const view = (await api(
    'GET',
    `/profiles/${encodeURIComponent(name)}`,
    undefined,
    [404],
  )) as View | null
  if (view === null) return null
  const persons = view.identifiers.filter(({ scope }) => scope === 'person')
  const names = persons.map(({ namespace, value }) => `${namespace}:${value}`).sort()
  return {
    id: view.id,
    identifiers: names.length > 0 ? names : [name],
    events: new Map(view.eventCounts.map(({ event, count }) => [event, count])),
    traits: new Map(Object.entries(view.traits).map(([key, { value }]) => [key, value])),
    segments: new Set(view.segments.flatMap(({ id }) => byPublicId.get(id) ?? [])),
  }
}

async function membershipsBy(
  { postgres }: House,
  { byId }: SegmentIds,
): Promise<Map<string, Set<SegmentName>>> {
  const rows = await postgres.query<{ profile: string; segments: number[] }>(
    'SELECT profile, array_agg(segment) AS segments FROM membership GROUP BY profile',
  )
  return new Map(
    rows.map(({ profile, segments }) => [
      profile,
      new Set(segments.flatMap((id) => byId.get(id) ?? [])),
    ]),
  )
}

async function profilesInHistory({ clickhouse }: House, { byId }: SegmentIds) {
  const owned = await clickhouse.query<{ profile: string; n: number }>(
    'SELECT profile, count() AS n FROM event_of_profile GROUP BY profile',
  )
  const copied = await clickhouse.query<{ profile: string; events: number; segments: number[] }>(
    'SELECT profile, events, segments FROM profile_current FINAL',
  )
  return {
    events: new Map(owned.map(({ profile, n }) => [profile, Number(n)])),
    copies: new Map(
      copied.map(({ profile, events, segments }) => [
        profile,
        {
          events: Number(events),
          segments: new Set(segments.flatMap((id) => byId.get(id) ?? [])),
        },
      ]),
    ),
  }
}

async function readCounts({ postgres }: House): Promise<Found['counts']> {
  const [row] = await postgres.query<Found['counts']>(
    `SELECT coalesce(sum(accepted), 0) AS accepted, coalesce(sum(rejected), 0) AS rejected,
       coalesce(sum(applied), 0) AS applied, coalesce(sum(duplicate), 0) AS duplicate,
       coalesce(sum(dead_lettered), 0) AS "deadLettered" FROM intake_minute`,
  )
  if (!row) throw new Error('PostgreSQL gave no counts.')
  return row
}

async function readDeadLetters({ postgres }: House): Promise<string[]> {
  const rows = await postgres.query<{ id: string }>(
    "SELECT convert_from(raw, 'UTF8')::json->>'messageId' AS id FROM dead_letter",
  )
  return rows.map(({ id }) => id)
}

/** Of a device, whose owners each have their own last word, the last of all. */
async function readConsents({ postgres }: House): Promise<Map<string, boolean>> {
  const rows = await postgres.query<{ identifier: string; granted: boolean }>(
    `SELECT DISTINCT ON (identifier) identifier, granted FROM consent_state
     WHERE purpose = 'marketing' AND channel = '*' ORDER BY identifier, at DESC, granted`,
  )
  return new Map(rows.map(({ identifier, granted }) => [identifier, granted]))
}

type StepRow = { profile: string; segment: number; change: string; n: number; sendable: number }

async function readHistory({ clickhouse }: House, { byId }: SegmentIds): Promise<Found['history']> {
  const messages = await clickhouse.query<{ message_id: string; n: number }>(
    'SELECT message_id, count() AS n FROM event GROUP BY message_id',
  )
  const [traits] = await clickhouse.query<{ n: number }>(
    `SELECT count() - uniqExact(lane, shard, position, owner, trait) AS n FROM trait_change`,
  )
  const rows = await clickhouse.query<StepRow>(
    `SELECT profile, segment, change, count() AS n,
       countIf(cause != 'backfill' AND recorded_at - at <= {ms:UInt32} / 1000) AS sendable
     FROM membership_change GROUP BY profile, segment, change`,
    { ms: SENDABLE_MS },
  )
  const steps: Steps = new Map()
  const sendable: Steps = new Map()
  for (const row of rows) {
    const segment = byId.get(row.segment)
    if (segment === undefined) continue
    const key = stepKey({ ...row, segment })
    steps.set(key, Number(row.n))
    if (Number(row.sendable) > 0) sendable.set(key, Number(row.sendable))
  }
  return {
    messages: new Map(messages.map(({ message_id, n }) => [message_id, Number(n)])),
    repeatedTraits: Number(traits?.n ?? 0),
    steps,
    sendable,
  }
}

/** Messages by their idempotency keys: `seg:segment:profile:id`. The same one may come again. */
export function readDeliveries(
  arrived: readonly Arrived[],
  known: { segments: SegmentIds; profiles: ReadonlyMap<string, FoundProfile> },
): Found['deliveries'] {
  const plain = new Map<string, string>()
  for (const [name, { id }] of known.profiles) {
    const userId = name.slice('user_id:'.length)
    if (isPlain(userId)) plain.set(id, userId)
  }
  const byKey = new Map<string, Arrived>()
  const byWebhook = new Map<string, Arrived>()
  const inconsistent = new Set<string>()
  const steps = new Map<string, Steps>()
  const joined = new Map<string, Map<string, number>>()
  for (const message of arrived) {
    const place = `${message.destination} ${message.key}`
    const first = byKey.get(place)
    const twin = byWebhook.get(`${message.destination} ${message.webhookId}`)
    if (first && first.webhookId !== message.webhookId) {
      inconsistent.add(`The key ${message.key} arrived under two webhook ids`)
    }
    if (twin && twin.key !== message.key) {
      inconsistent.add(`The webhook id ${message.webhookId} arrived with two keys`)
    }
    if (first && first.body !== message.body) {
      inconsistent.add(`The message ${message.key} arrived with two bodies`)
    }
    byWebhook.set(`${message.destination} ${message.webhookId}`, message)
    if (first) continue
    byKey.set(place, message)
    const segment = known.segments.byPublicId.get(message.segment)
    const profile = message.key.split(':')[2] ?? ''
    if (segment === undefined) continue
    const own = steps.get(message.destination) ?? new Map<string, number>()
    add(own, stepKey({ segment, profile, change: message.change }))
    steps.set(message.destination, own)
    const userId = plain.get(profile)
    if (segment !== 'joined' || userId === undefined) continue
    const told = joined.get(message.destination) ?? new Map<string, number>()
    add(told, userId)
    joined.set(message.destination, told)
  }
  return { steps, inconsistent: [...inconsistent], joined }
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
