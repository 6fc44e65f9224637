import { createSecretKey } from 'node:crypto'
import { birthId } from '../src/resolve/store.ts'
import type { House } from './house.ts'
import {
  CATEGORIES,
  CITIES,
  deviceName,
  EVENT_MIX,
  emailOf,
  mixed,
  PLANS,
  userName,
} from './workload.ts'

/**
 * What ClickHouse would hold of people after a year: their events, copies of their profiles, the
 * second names they have and the devices they logged in on. Made inside the engine, every row a
 * function of its number, so that twenty million take a minute and what must come out can be
 * computed beside it.
 */
export type EarlierLife = { people: number; events: number; until: number }

const DAY_MS = 24 * 60 * 60 * 1_000
/** Seconds that the events are spread over. */
const SPAN_S = 365 * 24 * 60 * 60
const PRIME = 7_919
const PEOPLE_CHUNK = 100_000
const EVENTS_CHUNK = 1_000_000
const BORN_DAYS_AGO = 400
/** Of ClickHouse: the first stretch of a device's time. */
const BEGINNING_MS = -62_135_596_800_000

export type EarlierEvent = {
  person: number
  name: string
  /** Epoch ms. */
  at: number
  category: number
  total: number
}

const NAMES = EVENT_MIX.flatMap(([name, share]) => Array.from({ length: share }, () => name))

/** The event with this number, as `eventSql` has it. */
export function earlierEvent(number: number, { people, until }: EarlierLife): EarlierEvent {
  const drawn = mixed(number)
  const again = mixed(drawn)
  return {
    person: (number * PRIME) % people,
    name: NAMES[drawn % NAMES.length] ?? '',
    at: until - (again % SPAN_S) * 1_000,
    category: (drawn >>> 8) % CATEGORIES,
    total: (again >>> 5) % 300,
  }
}

/** `mixed` of a number in SQL. */
function mixedSql(value: string): string {
  const shifted = (text: string, by: number) => `bitXor(${text}, bitShiftRight(${text}, ${by}))`
  const times = (text: string, factor: number) => `toUInt32(toUInt64(${text}) * ${factor})`
  const one = times(shifted(`toUInt32(${value})`, 16), 0x85eb_ca6b)
  return shifted(times(shifted(one, 13), 0xc2b2_ae35), 16)
}

/** Fills history; the people are those of `loadPeople`, whether it has written them or not. */
export async function loadEarlierLife(
  house: House,
  life: EarlierLife,
  say: (text: string) => void,
): Promise<void> {
  await nameProfiles(house, life)
  await house.clickhouse.command(profilesSql(house, life))
  say(`${life.events} earlier events`)
  for (let first = 0; first < life.events; first += EVENTS_CHUNK) {
    const count = Math.min(EVENTS_CHUNK, life.events - first)
    await house.clickhouse.command(eventsSql(house, life, { first, count }))
  }
}

/** Ids of the people's identifiers; with them what history knows of second names and devices. */
async function nameProfiles(house: House, { people, until }: EarlierLife): Promise<void> {
  const { workspace, workload, clickhouse } = house
  await clickhouse.command(
    `CREATE TABLE bench_person (person UInt32, profile UUID) ENGINE = Join(ANY, LEFT, person)`,
  )
  const key = createSecretKey(workspace.hashKey)
  // As `loadPeople` has it.
  const bornAt = workload.base - 30 * DAY_MS
  const idOf = (namespace: string, value: string, at: number) =>
    birthId(key, { namespace, value }, at)
  for (let first = 0; first < people; first += PEOPLE_CHUNK) {
    const size = Math.min(PEOPLE_CHUNK, people - first)
    const named = Array.from({ length: size }, (_, offset) => {
      const person = first + offset
      return {
        person,
        profile: idOf('user_id', userName(person, workload.run), bornAt),
        email: idOf('email', emailOf(person, workload.run), bornAt + 1),
        device: idOf('anonymous_id', deviceName(person, workload.run), bornAt),
      }
    })
    await clickhouse.insert(
      'bench_person',
      named.map(({ person, profile }) => ({ person, profile })),
    )
    await clickhouse.insert(
      'alias',
      named.map(({ email, profile }) => ({ identifier: email, profile, version: 1 })),
    )
    const starts = [BEGINNING_MS, until - 30 * DAY_MS, until]
    const devices = named.map(({ device, profile }) => {
      return { device, starts, owners: [device, profile, profile], version: 1 }
    })
    await clickhouse.insert('device', devices)
    await clickhouse.insert('whose', [
      ...named.map(({ email, profile }) => {
        return { anchor: email, starts: [BEGINNING_MS], profiles: [profile], version: 1 }
      }),
      ...devices.map(({ device, owners }) => {
        return { anchor: device, starts, profiles: owners, version: 1 }
      }),
    ])
  }
}

const profileOf = (person: string) => `joinGet('bench_person', 'profile', toUInt32(${person}))`

function profilesSql({ workspace, workload }: House, { people, until }: EarlierLife): string {
  const email = `concat('user-${workload.run}-', leftPad(toString(number), 8, '0'), '@example.com')`
  const city = `concat('city-', toString(number % ${CITIES}))`
  const plan = `[${PLANS.map((one) => `'${one}'`).join(', ')}][number % ${PLANS.length} + 1]`
  const newsletter = 'number % 3 = 0'
  const texts: [string, string][] = [
    ['email', email],
    ['firstName', `'camille'`],
    ['lastName', `'martin'`],
    ['city', city],
    ['plan', plan],
    ['country', `'fr'`],
  ]
  const told = texts.map(([path, sql]) => `'${path}', ${sql}`)
  const raw = texts.map(([path, sql]) => `'${path}', concat('"', ${sql}, '"')`)
  return `INSERT INTO profile_current
    (workspace, profile, version, deleted, kind, known, name, identifiers, first_seen, last_seen,
     events, segments, reachable, text, number, boolean, raw)
    SELECT ${workspace.id}, ${profileOf('number')}, 1, 0, 'person', true, 'Camille Martin',
      [concat('user_id:user-${workload.run}-', leftPad(toString(number), 8, '0'))],
      fromUnixTimestamp64Milli(${until - BORN_DAYS_AGO * DAY_MS}),
      fromUnixTimestamp64Milli(${until}), 12, [], if(${newsletter}, ['email'], []),
      map(${told.join(', ')}), map('visits', toDecimal128(number % 50, 6)),
      map('newsletter', ${newsletter}),
      map(${raw.join(', ')})
    FROM numbers(${people})`
}

function eventsSql(
  { workspace, source, workload }: House,
  { people, until }: EarlierLife,
  { first, count }: { first: number; count: number },
): string {
  const names = EVENT_MIX.map(([name, share]) => `arrayWithConstant(${share}, '${name}')`)
  return `INSERT INTO event
    (workspace, lane, shard, position, anchor, hash, time, received_at, source, type, event,
     message_id, counted, text, number, body)
    WITH ${mixedSql('number')} AS drawn, ${mixedSql('drawn')} AS again,
      arrayConcat(${names.join(', ')}) AS names,
      fromUnixTimestamp64Milli(toInt64(${until}) - (again % ${SPAN_S}) * 1000) AS at,
      concat('category-', toString(bitShiftRight(drawn, 8) % ${CATEGORIES})) AS category,
      concat('p-', toString(again % 500)) AS product
    SELECT ${workspace.id}, 'live', 0, 0, ${profileOf(`(number * ${PRIME}) % ${people}`)},
      drawn, at, at, ${source}, 'track', names[drawn % ${NAMES.length} + 1],
      concat('earlier-${workload.run}-', toString(number)), true,
      map('category', category, 'product_id', product, 'currency', 'eur'),
      map('price', toDecimal128(39.9, 6), 'total', toDecimal128(bitShiftRight(again, 5) % 300, 6)),
      concat('{"properties":{"category":"', category, '","product_id":"', product, '"}}')
    FROM numbers(${first}, ${count})`
}

/** The people who fulfil a test of their events: what must come out, computed beside it. */
export function peopleWhose(
  life: EarlierLife,
  { counts, atLeast }: { counts(event: EarlierEvent): boolean; atLeast: number },
): number {
  const times = new Uint16Array(life.people)
  for (let number = 0; number < life.events; number += 1) {
    const event = earlierEvent(number, life)
    if (counts(event)) times[event.person] = (times[event.person] ?? 0) + 1
  }
  return times.reduce((sum, one) => sum + (one >= atLeast ? 1 : 0), 0)
}

/** Of the people of a house. */
export const earlierLifeOf = ({ workload }: House, events: number): EarlierLife => ({
  people: workload.people,
  events,
  until: workload.base,
})
