import type { ListCondition } from '../language.ts'
import { readText } from './checks.ts'
import type { ConditionKind } from './kind.ts'
import { openings, plain, quoted, strong } from './parts.ts'

/** Is on a static list. */
export const listKind: ConditionKind<ListCondition> = {
  read: (object, at) => {
    readText(object.list, `${at}/list`)
    return object
  },
  lacks: ({ list }) => (list ? null : 'field'),
  clause: ({ list }, path, { language, names }) => {
    const name = list ? names.of('list', list) : '…'
    const where = language === 'fr' ? 'sont dans la liste ' : 'are on the list '
    return {
      opening: openings[language].are,
      parts: [plain(where, path), strong(quoted(name, language), path)],
    }
  },
}
