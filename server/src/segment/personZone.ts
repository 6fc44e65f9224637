import type { Event } from '../collect/index.ts'
import { folded, type ProfileFacts, type Registry } from '../profile/index.ts'
import { type Calendar, calendarOf } from './calendar.ts'

/** The trait that tells a person's time zone: an IANA name, in any case. */
export const ZONE_TRAIT = 'timezone'

/** Names that were changed, which `Intl` lists under one of the two alone. */
const OTHER_NAMES = [
  ...['UTC', 'Etc/UTC', 'Etc/GMT', 'GMT', 'Africa/Asmara', 'America/Buenos_Aires'],
  ...['America/Argentina/Buenos_Aires', 'America/Indianapolis', 'America/Indiana/Indianapolis'],
  ...['America/Nuuk', 'America/Godthab', 'Asia/Calcutta', 'Asia/Kolkata', 'Asia/Katmandu'],
  ...['Asia/Kathmandu', 'Asia/Rangoon', 'Asia/Yangon', 'Asia/Saigon', 'Asia/Ho_Chi_Minh'],
  ...['Atlantic/Faeroe', 'Atlantic/Faroe', 'Europe/Kiev', 'Europe/Kyiv', 'Pacific/Enderbury'],
  ...['Pacific/Kanton', 'Pacific/Chuuk', 'Pacific/Truk', 'Pacific/Pohnpei', 'Pacific/Ponape'],
]

/** IANA names by their folded form, as the values of traits are compared. */
const ZONES: ReadonlyMap<string, string> = new Map(
  [...Intl.supportedValuesOf('timeZone'), ...OTHER_NAMES.filter(isZone)].map((name) => {
    return [folded(name), name]
  }),
)

function isZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
}

/** The zones that events tell of people, each once. */
export function zonesTold(events: readonly Event[]): string[] {
  const told = events.flatMap(({ traits }) => {
    const zone = traits[ZONE_TRAIT]
    return typeof zone === 'string' ? (ZONES.get(folded(zone)) ?? []) : []
  })
  return [...new Set(told)]
}

/**
 * The calendar of a zone as rules ask it of a person: its days, weeks and months. A fixed date is
 * that of the workspace: the same instant for everybody.
 */
export function calendarIn(zone: string, workspace: Calendar): Calendar {
  const own = calendarOf(zone)
  return {
    ...own,
    get offsets() {
      return own.offsets
    },
    instantOf: workspace.instantOf,
  }
}

/** The zone that a person's trait names; null: none, or none that there is. */
export function zoneOf(facts: ProfileFacts, registry: Registry): string | null {
  const id = registry.idOf('trait', ZONE_TRAIT)
  const value = id === undefined ? null : facts.trait(id, ZONE_TRAIT)
  return value?.type === 'text' ? (ZONES.get(value.folded) ?? null) : null
}
