import type { Event } from '../collect/index.ts'
import type { Sql } from '../platform/postgres.ts'
import { consentOfControl } from '../privacy/index.ts'
import {
  findIdentifiers,
  findIdentifiersById,
  type Identified,
  type Identifier,
  identifierText,
  ownerAt,
  parseIdentifier,
  type Registered,
} from '../resolve/index.ts'
import type { Item } from './items.ts'

type Control = Extract<Item, { kind: 'control' }>

/** Of whom a consent was recorded apart from any event. */
export type Consented = {
  /** Identifier (birth id) → its profile, as read; to be looked at again under locks. */
  owners: ReadonlyMap<string, string>
  /** Profile → when what was said last of it was said, epoch ms. */
  at: ReadonlyMap<string, number>
}

/** The profiles of which consents of control entries speak; those of nobody yet are left out. */
export async function readConsented(
  sql: Sql,
  controls: readonly Control[],
  workspace: number,
): Promise<Consented> {
  const said = controls.flatMap((item): { identifier: Identifier; at: number }[] => {
    const consent = consentOfControl(item.body)
    const identifier = consent && parseIdentifier(consent.identifier)
    return consent && identifier ? [{ identifier, at: consent.fact.at }] : []
  })
  const owners = new Map<string, string>()
  const latest = new Map<string, number>()
  if (said.length === 0) return { owners, at: latest }
  await holdNames(
    sql,
    workspace,
    said.map((one) => one.identifier),
  )
  const found = await findIdentifiers(
    sql,
    workspace,
    said.map((one) => one.identifier),
  )
  const byText = new Map([...found.values()].map((one) => [identifierText(one), one]))
  for (const { identifier, at } of said) {
    const held = byText.get(identifierText(identifier))
    const owner = held && (await ownerOf(sql, held, at))
    if (!owner) continue
    owners.set(owner.id, owner.profile)
    latest.set(owner.profile, Math.max(latest.get(owner.profile) ?? at, at))
  }
  return { owners, at: latest }
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
