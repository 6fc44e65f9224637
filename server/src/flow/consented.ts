import type { Event } from '../collect/index.ts'
import type { Sql } from '../platform/postgres.ts'
import {
  type ConsentFact,
  type ConsentRow,
  consentOfControl,
  consentsOfEvent,
} from '../privacy/index.ts'
import {
  type DeviceChange,
  findIdentifiers,
  findIdentifiersById,
  type Identified,
  type Identifier,
  identifierText,
  ownerAt,
  parseIdentifier,
  type Registered,
} from '../resolve/index.ts'
import type { ReadEvent } from './documents.ts'
import type { Item } from './items.ts'

type Control = Extract<Item, { kind: 'control' }>

/** A consent as history is told of it: under the identifier (birth id) that it is kept under. */
export type ToldConsent = Pick<ConsentFact, 'purpose' | 'channel' | 'granted' | 'at' | 'source'> & {
  anchor: string
}

/** Of whom a consent was recorded apart from any event. */
export type Consented = {
  workspace: number
  /** What was said, by the identifier (namespace:value, normalised); of a device whose it was. */
  said: readonly { name: string; fact: ConsentFact; owner: string | undefined }[]
  /** Their birth ids, as far as they are registered. */
  ids: ReadonlyMap<string, string>
  /** Identifier (birth id) → its profile, as read; to be looked at again under locks. */
  owners: ReadonlyMap<string, string>
  /** Profile → when what was said last of it was said, epoch ms. */
  at: ReadonlyMap<string, number>
}

/** The profiles of which consents of control entries speak; those of nobody yet are left out. */
export async function readConsented(
  sql: Sql,
  controls: readonly Control[],
  { workspace, devices }: { workspace: number; devices: readonly DeviceChange[] },
): Promise<Consented> {
  const consents = controls.flatMap((item): { identifier: Identifier; fact: ConsentFact }[] => {
    const consent = consentOfControl(item.body)
    const identifier = consent && parseIdentifier(consent.identifier)
    return consent && identifier ? [{ identifier, fact: consent.fact }] : []
  })
  const owners = new Map<string, string>()
  const latest = new Map<string, number>()
  const identifiers = consents.map((one) => one.identifier)
  await holdNames(sql, workspace, identifiers)
  const found = await findIdentifiers(sql, workspace, identifiers)
  const said = consents.map(({ identifier, fact }) => {
    const name = identifierText(identifier)
    const held = found.get(name)
    // What this batch says of the device counts already.
    const logins = devices.find(({ device }) => device === held?.id)?.after ?? held?.logins ?? []
    return { name, fact, owner: ownerAt(logins, fact.at) ?? undefined }
  })
  for (const { name, fact } of said) {
    const held = found.get(name)
    const owner = held && (await ownerOf(sql, held, fact.at))
    if (!owner) continue
    owners.set(owner.id, owner.profile)
    latest.set(owner.profile, Math.max(latest.get(owner.profile) ?? fact.at, fact.at))
  }
  const ids = new Map([...found].map(([name, { id }]) => [name, id]))
  return { workspace, said, ids, owners, at: latest }
}

/**
 * What history can be told of what was recorded apart from events. It knows identifiers by their
 * birth ids: of one that nobody has yet, what was said waits for who brings it; see `runTelling`.
 */
export async function tellConsented(
  sql: Sql,
  { workspace, said, ids }: Consented,
): Promise<ToldConsent[]> {
  const waiting = said.filter(({ name }) => !ids.has(name))
  if (waiting.length > 0) {
    await sql.query(
      `INSERT INTO consent_ahead (workspace, identifier, purpose, channel, granted, at, source)
       SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::boolean[],
         $6::timestamptz[], $7::text[])
       ON CONFLICT DO NOTHING`,
      [
        workspace,
        waiting.map(({ name }) => name),
        waiting.map(({ fact }) => fact.purpose),
        waiting.map(({ fact }) => fact.channel),
        waiting.map(({ fact }) => fact.granted),
        waiting.map(({ fact }) => new Date(fact.at)),
        waiting.map(({ fact }) => fact.source),
      ],
    )
  }
  return said.flatMap(({ name, fact: { purpose, channel, granted, at, source } }) => {
    const anchor = ids.get(name)
    return anchor === undefined ? [] : [{ anchor, purpose, channel, granted, at, source }]
  })
}

/** What is said on a device belongs to whoever was logged in there at that time. */
async function ownerOf(sql: Sql, held: Registered, at: number): Promise<Registered> {
  const owner = ownerAt(held.logins ?? [], at)
  if (!owner) return held
  return (await findIdentifiersById(sql, [owner])).get(owner) ?? held
}

/**
 * Lets what is said of an identifier and what first brings it come one after the other: a consent
 * may come before anybody has the identifier, and then the second of the two sees the first.
 */
async function holdNames(
  sql: Sql,
  workspace: number,
  identifiers: readonly Identifier[],
): Promise<void> {
  if (identifiers.length === 0) return
  await sql.query(
    `SELECT pg_advisory_xact_lock(hashtextextended(name, $1))
     FROM (SELECT DISTINCT unnest($2::text[]) AS name ORDER BY 1) AS names`,
    [workspace, identifiers.map(identifierText)],
  )
}

/** The same for the identifiers that events bring. */
export async function holdBrought(
  sql: Sql,
  workspace: number,
  {
    events,
    identified,
  }: {
    events: readonly { event: Event }[]
    identified: ReadonlyMap<Event, Identified>
  },
): Promise<void> {
  const brought = events.flatMap(({ event }) => {
    const said = identified.get(event)
    return said ? [...said.persons, ...said.devices] : []
  })
  await holdNames(sql, workspace, brought)
}

/** What events that were read again say, of whose they are now. */
export async function consentsAgain(sql: Sql, read: readonly ReadEvent[]): Promise<ConsentRow[]> {
  const told = read.filter(({ event }) => consentsOfEvent(event).length > 0)
  const devices = await findIdentifiersById(sql, [...new Set(told.map(({ device }) => device))])
  return told.flatMap(({ event, device, owner: held }) => {
    const found = devices.get(device)
    if (!found) return []
    const { workspace } = event
    const identifier = identifierText(found)
    const owner = held === device ? undefined : held
    return consentsOfEvent(event).map((fact) => ({ ...fact, workspace, identifier, owner }))
  })
}
