/** The field tree as data: what a condition can be about, by theme. No React, no I/O. */
import type { Fields } from '../fields.ts'
import { traitKind } from '../fields.ts'
import { hitIn } from './hits.ts'

/** `key` is what a line is made from ("trait:city"); `note` is its coverage or count. */
export type Field = { key: string; label: string; note: string }
export type Section = { key: string; label: string; fields: readonly Field[] }

export const TRAIT_THEMES = [
  'identity',
  'place',
  'loyalty',
  'dates',
  'other',
  'indicators',
] as const
export type TraitTheme = (typeof TRAIT_THEMES)[number]

/** Words of trait keys that tell their theme; a key is cut at dots, capitals and underlines. */
const WORDS: Partial<Record<TraitTheme, readonly string[]>> = {
  identity: (
    'email phone mobile name firstname lastname username title civility gender sex language ' +
    'locale avatar company job age birthday birthdate'
  ).split(' '),
  place: (
    'city country region state street address zip postal postcode latitude longitude timezone ' +
    'store shop department'
  ).split(' '),
  loyalty: 'loyalty tier points card orders spent revenue basket purchase customer vip'.split(' '),
}

/** The theme of a trait: by the words of its key, else by what its values are. */
export function themeOf(key: string, fields: Fields): TraitTheme {
  if (fields.traits.some((each) => each.key === key && each.computed)) return 'indicators'
  const words = key
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
  const joined = words.join('')
  for (const theme of TRAIT_THEMES) {
    const known = WORDS[theme]
    if (known?.some((word) => words.includes(word) || word === joined)) return theme
  }
  return traitKind(fields, key) === 'date' ? 'dates' : 'other'
}

/** The sections that hold what is searched, with the hits alone; all of them when nothing is. */
export function found(sections: readonly Section[], search: string): Section[] {
  if (!search.trim()) return [...sections]
  return sections.flatMap((section) => {
    const fields = section.fields.filter(
      (field) => hitIn(field.label, search) || hitIn(field.key.replace(/^\w+:/, ''), search),
    )
    return fields.length > 0 ? [{ ...section, fields }] : []
  })
}

/** More than fit are shown when asked for; of very many, the search finds the rest. */
export const SHOWN_FIRST = 6
export const SHOWN_MAX = 200

/** What is seen of a section: its first fields, or (all, or searched) as many as can be drawn. */
export function shownOf(section: Section, all: boolean): readonly Field[] {
  return section.fields.slice(0, all ? SHOWN_MAX : SHOWN_FIRST)
}
