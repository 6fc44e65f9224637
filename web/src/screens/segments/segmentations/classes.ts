/** The classes of a segmentation while they are edited. No React, no I/O. */
import type { LocalText } from '../../../i18n/i18n.ts'
import type { Segment } from '../api.ts'
import { bothLanguages, filled } from '../draft.ts'
import { issuesOf } from '../issues.ts'
import { asRootGroup, type Rule } from '../rule.ts'
import type { ClassInput, Segmentation, SegmentationInput } from './api.ts'

/** `key` stays with a class wherever it stands; `id` is the segment that it is already. */
export type Class = { key: string; id?: string; name: LocalText; rule: Rule }
export type ClassesDraft = {
  name: LocalText
  classes: Class[]
  otherwise: { id?: string; name: LocalText }
  includesStaff: boolean
}

const NEW_NAMES = (place: number): LocalText => ({ fr: `Classe ${place}`, en: `Class ${place}` })

export function emptyClasses(): ClassesDraft {
  return {
    name: { fr: '', en: '' },
    classes: [newClass([])],
    otherwise: { name: { fr: 'Tous les autres', en: 'Everybody else' } },
    includesStaff: false,
  }
}

/** A class with a key of its own and no condition yet. */
export function newClass(classes: readonly Class[]): Class {
  const keys = classes.map((each) => Number(each.key.replace('new-', '')) || 0)
  const place = classes.length + 1
  return { key: `new-${Math.max(0, ...keys) + 1}`, name: NEW_NAMES(place), rule: { all: [] } }
}

/** What is in force, ready to be changed. The class for everybody else is the last one. */
export function classesOf({ name, classes, includesStaff }: Segmentation): ClassesDraft {
  const last = classes.at(-1)
  return {
    name: bothLanguages(name),
    classes: classes.slice(0, -1).map(classOf),
    otherwise: { ...(last ? { id: last.id } : {}), name: bothLanguages(last?.name) },
    includesStaff,
  }
}

function classOf({ id, name, rule }: Segment): Class {
  return { key: id, id, name: bothLanguages(name), rule: asRootGroup(rule) }
}

/** The classes in another order: the one at `from` stands at `to`. */
export function reorder<T>(list: readonly T[], from: number, to: number): T[] {
  const next = [...list]
  const [taken] = next.splice(from, 1)
  if (taken === undefined || to < 0 || to > next.length) return [...list]
  next.splice(to, 0, taken)
  return next
}

/** What keeps the classes from being published; null when nothing does. */
export function classesLack({ name, classes }: ClassesDraft): 'rule' | 'name' | null {
  if (classes.some((each) => lacksRule(each.rule))) return 'rule'
  const named = [{ name }, ...classes].every((each) => filled(each.name).fr !== '')
  return named ? null : 'name'
}

/** A class that everybody fulfils would leave those after it empty. */
export function lacksRule(rule: Rule): boolean {
  return issuesOf(rule).length > 0
}

/** The rules to count, or null while one of them is not whole. */
export function rulesOf({ classes }: ClassesDraft): Rule[] | null {
  return classes.some((each) => lacksRule(each.rule)) ? null : classes.map((each) => each.rule)
}

export function inputOf(draft: ClassesDraft): SegmentationInput {
  const { name, classes, otherwise, includesStaff } = draft
  return {
    name: filled(name),
    classes: classes.map(({ id, name: called, rule }): ClassInput => {
      return { ...(id ? { id } : {}), name: filled(called), rule }
    }),
    otherwise: { ...otherwise, name: filled(otherwise.name) },
    includesStaff,
  }
}
