import type { SegmentCondition } from '../language.ts'
import { readText } from './checks.ts'
import type { ConditionKind } from './kind.ts'
import { openings, plain, quoted, strong } from './parts.ts'

/** Is in another segment. */
export const segmentKind: ConditionKind<SegmentCondition> = {
  read: (object, at) => {
    readText(object.segment, `${at}/segment`)
    return object
  },
  lacks: ({ segment }) => (segment ? null : 'field'),
  clause: ({ segment }, path, { language, names }) => {
    const french = language === 'fr'
    const name = segment ? names.of('segment', segment) : '…'
    return {
      opening: openings[language].are,
      parts: [
        plain(french ? 'sont dans le segment ' : 'are in the segment ', path),
        strong(quoted(name, language), path),
      ],
    }
  },
}
