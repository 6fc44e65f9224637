import type { FromParty, Party, Rule, Sources } from './rule.ts'
import type { SqlBuilder } from './sqlBuilder.ts'

/**
 * Whose data a condition asks for. What is stored, and described, is the party; what is asked holds
 * the sources that are of it today beside it, so the answer stays a function of the one profile.
 */

/** Parties of sources by their number; a source that is not among them is of the first. */
export type Parties = ReadonlyMap<number, Party>

/** A condition with the sources of the parties that its parts ask for. */
export function withSources<Part>(part: Part, parties: Parties): Part {
  if (Array.isArray(part)) return part.map((one) => withSources(one, parties)) as Part
  if (typeof part !== 'object' || part === null) return part
  const { party } = part as FromParty
  const copy = Object.entries(part).map(([key, value]) => [key, withSources(value, parties)])
  const sources = party && { sources: sourcesOf(party, parties) }
  return { ...Object.fromEntries(copy), ...sources } as Part
}

/** A source made tomorrow is of the first party, so what asks for that one says who is not. */
function sourcesOf(asked: readonly Party[], parties: Parties): Sources {
  const idsOf = (isWanted: (party: Party) => boolean) =>
    [...parties].flatMap(([id, party]) => (isWanted(party) ? [id] : [])).sort((x, y) => x - y)
  return asked.includes('first')
    ? { except: idsOf((party) => !asked.includes(party)) }
    : { only: idsOf((party) => asked.includes(party)) }
}

/** Where in a rule, or in a definition, a party is asked for. */
export function partyPlaces(part: unknown, path = ''): string[] {
  if (typeof part !== 'object' || part === null) return []
  return Object.entries(part).flatMap(([key, value]) =>
    key === 'party' ? [`${path}/party`] : partyPlaces(value, `${path}/${key}`),
  )
}

/** Whether the party of a source may change a rule's answers. */
export const asksParty = (rule: Rule): boolean => partyPlaces(rule).length > 0

/** The sources that `resolveRule` put in; null: what comes from anywhere counts. */
export function sourcesAsked({ party, sources }: FromParty): Sources | null {
  if (sources) return 'except' in sources && sources.except.length === 0 ? null : sources
  if (party) throw new Error('Which sources are of a party was not put into a rule that asks it.')
  return null
}

/** Reads the sources once; what comes back says whether one of them told something. */
export function sourceTest(asked: FromParty): (source: number) => boolean {
  const sources = sourcesAsked(asked)
  if (!sources) return () => true
  const ids = new Set('only' in sources ? sources.only : sources.except)
  return (source) => ids.has(source) === 'only' in sources
}

/** The same of a row `e` of the events. */
export function sourceSql(sources: Sources, builder: SqlBuilder): string {
  const has = (ids: number[]) => `has(${builder.bind('Array(UInt32)', ids)}, e.source)`
  return 'only' in sources ? has(sources.only) : `(NOT ${has(sources.except)})`
}
