/** The parts of sentences that kinds of condition share. */
import type { Comparison, Events, Filter, FromParty, Within } from '../language.ts'
import { operandOf } from '../ops.ts'
import type { Path } from '../rule.ts'
import { whenWords } from '../when.ts'
import {
  type Language,
  type Names,
  opWords,
  partyWords,
  valueWords,
  withinWords,
} from '../words.ts'

export type Part = { text: string; strong: boolean; path: Path }
export type Saying = { language: Language; names: Names }
/** "dont ", then the words of the line; without the opening the words are its short label. */
export type Clause = { opening: string; parts: Part[] }

export const plain = (text: string, path: Path): Part => ({ text, strong: false, path })
export const strong = (text: string, path: Path): Part => ({ text, strong: true, path })

/** « Noël » or “Christmas”. */
export function quoted(name: string, language: Language): string {
  return language === 'fr' ? `«\u00a0${name}\u00a0»` : `“${name}”`
}

/** "dont " before what is known of people, "qui ont fait " before what they did. */
export const openings = {
  fr: { whose: 'dont ', did: 'qui ont fait ', neverDid: 'qui n’ont pas fait ', are: 'qui ' },
  en: { whose: 'whose ', did: 'who did ', neverDid: 'who have not done ', are: 'who ' },
}

export function comparison(
  name: string,
  rule: Comparison,
  { path, say }: { path: Path; say: Saying },
): Part[] {
  const op = opWords(rule.op, say.language)
  if (operandOf(rule.op) === 'none') return [strong(`${name} ${op}`, path)]
  return [strong(`${name} ${op} ${valueWords(rule.value, say.language)}`, path)]
}

function eventName({ did }: Events, { language, names }: Saying): string {
  if (did === null) return language === 'fr' ? 'un événement' : 'any event'
  return did ? names.event(did) : '…'
}

export function whereWords(where: readonly Filter[] = [], path: Path, say: Saying): Part[] {
  const [joins, and] = say.language === 'fr' ? [' où ', ' et '] : [' where ', ' and ']
  return where.flatMap((filter, index) => {
    const property = filter.property ? say.names.property(filter.property) : '…'
    return [plain(index > 0 ? and : joins, path), ...comparison(property, filter, { path, say })]
  })
}

/** " (données propres)": whose data counts, where that is asked. */
export function partyParts({ party }: FromParty, path: Path, { language }: Saying): Part[] {
  return party ? [plain(` (${partyWords(party, language)})`, path)] : []
}

/** The name of events, whose they are and when they took place. */
export const nameParts = (events: Events, path: Path, say: Saying): Part[] => [
  strong(eventName(events, say), path),
  ...partyParts(events, path, say),
  ...momentParts(events, path, say),
]

export function eventsWords(events: Events, path: Path, say: Saying): Part[] {
  return [...nameParts(events, path, say), ...whereWords(events.where, path, say)]
}

/** " (un jour ouvré, entre 9 h et 18 h)" after the name of events. */
export function momentParts({ when = {} }: Events, path: Path, { language }: Saying): Part[] {
  const words = whenWords(when, language)
  return words === '' ? [] : [plain(` (${words})`, path)]
}

export function periodParts(period: Within | undefined, path: Path, language: Language): Part[] {
  return period ? [plain(` ${withinWords(period, language)}`, path)] : []
}
