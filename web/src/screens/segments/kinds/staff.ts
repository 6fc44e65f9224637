import type { StaffCondition } from '../language.ts'
import { Refused } from './checks.ts'
import type { ConditionKind } from './kind.ts'
import { openings, plain, strong } from './parts.ts'

/** Is one of the staff, or a test. */
export const staffKind: ConditionKind<StaffCondition> = {
  read: (object, at) => {
    if (object.staff !== true) throw new Refused(`${at}/staff`, 'shape')
    return object
  },
  lacks: () => null,
  clause: (_condition, path, { language }) => ({
    opening: openings[language].are,
    parts: [
      plain(language === 'fr' ? 'sont ' : 'are ', path),
      strong(
        language === 'fr' ? 'des profils internes ou de test' : 'staff or test profiles',
        path,
      ),
    ],
  }),
}
