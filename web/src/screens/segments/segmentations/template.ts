import { bothLanguages } from '../draft.ts'
import { asRootGroup } from '../rule.ts'
import type { Template } from '../shelf/api.ts'
import type { ClassesDraft } from './classes.ts'

/** The classes that a template draws; null for a template of one segment, or for none. */
export function fromTemplate(template: Template | undefined): ClassesDraft | null {
  if (!template?.classes) return null
  return {
    name: bothLanguages(template.name),
    classes: template.classes.map(({ name, rule }, index) => ({
      key: `new-${index + 1}`,
      name: bothLanguages(name),
      rule: asRootGroup(rule),
    })),
    otherwise: { name: bothLanguages(template.otherwise) },
    includesStaff: false,
  }
}
