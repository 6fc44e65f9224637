import { REACHABLE, type ReachableCondition } from '../language.ts'
import { channelWords } from '../words.ts'
import { checkOneOf } from './checks.ts'
import type { ConditionKind } from './kind.ts'
import { openings, plain, strong } from './parts.ts'

/** Has an address in a channel, and consent allows marketing there. */
export const reachableKind: ConditionKind<ReachableCondition> = {
  read: (object, at) => {
    checkOneOf(REACHABLE, object.reachable, `${at}/reachable`)
    return object
  },
  lacks: () => null,
  clause: ({ reachable }, path, { language }) => ({
    opening: openings[language].are,
    parts: [
      plain(language === 'fr' ? 'sont joignables par ' : 'can be reached by ', path),
      strong(channelWords(reachable, language), path),
    ],
  }),
}
