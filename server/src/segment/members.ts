import type { JsonValue } from '../collect/index.ts'
import type { Sql } from '../platform/postgres.ts'
import { displayName, factsOf, Registries, type Registry, readProfiles } from '../profile/index.ts'
import { identifiersOfProfiles, identifierText } from '../resolve/index.ts'

/** A member as lists show it. */
export type Member = {
  id: string
  name: string
  identifiers: string[]
  city: string | null
  lastSeen: string
  events: number
  /** null where the question is about the past. */
  enteredAt: string | null
}

/** Members of a segment by id, from PostgreSQL: exactly those of this moment. */
export async function readMembers(
  sql: Sql,
  question: { segment: number; after: string | null; limit: number; registry: Registry },
): Promise<Member[]> {
  const rows = await sql.query<{ profile: string; entered_at: Date }>(
    `SELECT profile, entered_at FROM membership
     WHERE segment = $1 AND ($2::uuid IS NULL OR profile > $2) ORDER BY profile LIMIT $3`,
    [question.segment, question.after, question.limit],
  )
  const since = new Map(rows.map(({ profile, entered_at }) => [profile, entered_at.toISOString()]))
  const members = await readPeople(sql, [...since.keys()], question.registry)
  return members.map((one) => ({ ...one, enteredAt: since.get(one.id) ?? null }))
}

/** People as they are today, in the order of their ids; those who are gone are left out. */
export async function readPeople(
  sql: Sql,
  ids: readonly string[],
  registry: Registry,
): Promise<Member[]> {
  const stored = await readProfiles(sql, ids)
  const identifiers = Map.groupBy(await identifiersOfProfiles(sql, ids), (one) => one.profile)
  return ids.flatMap((profile) => {
    const document = stored.get(profile)?.document
    if (!document) return []
    const facts = factsOf(document, () => undefined)
    const read = (name: string): JsonValue | undefined => {
      const id = registry.idOf('trait', name)
      return id === undefined ? undefined : facts.traits.get(id)?.value
    }
    const city = read('address.city') ?? read('city')
    return [
      {
        id: profile,
        name: displayName(read),
        identifiers: (identifiers.get(profile) ?? []).map(identifierText),
        city: typeof city === 'string' ? city : null,
        lastSeen: new Date(facts.last).toISOString(),
        events: [...facts.events.values()].reduce((sum, tally) => sum + tally.count, 0),
        enteredAt: null,
      },
    ]
  })
}

/** The same, with the names that the workspace has now. */
export async function readPeopleToday(
  sql: Sql,
  workspace: number,
  ids: readonly string[],
): Promise<Member[]> {
  return readPeople(sql, ids, await new Registries().load(sql, workspace))
}
