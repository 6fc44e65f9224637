import { ACTIVE_UNITS, type ActiveCondition } from '../language.ts'
import type { Path } from '../rule.ts'
import { countWords, differentWords, ofTheLast } from '../words.ts'
import { checkOneOf, checkTimes, readEvents, readNumber } from './checks.ts'
import type { ConditionKind } from './kind.ts'
import { eventsLack, first, isCount, timesLack } from './lacks.ts'
import { eventsWords, openings, type Part, plain, type Saying, strong } from './parts.ts'

/** Did something on so many different days, weeks or months. */
export const activeKind: ConditionKind<ActiveCondition> = {
  read: (object, at) => {
    readEvents(object.active, `${at}/active`)
    checkOneOf(ACTIVE_UNITS, object.unit, `${at}/unit`)
    checkTimes(object.times, `${at}/times`)
    readNumber(object.last, `${at}/last`)
    return object
  },
  lacks: (rule) =>
    first(eventsLack(rule.active), timesLack(rule.times), isCount(rule.last) ? null : 'number'),
  clause: (rule, path, say) => {
    return { opening: openings[say.language].did, parts: activeWords(rule, path, say) }
  },
}

function activeWords(rule: ActiveCondition, path: Path, say: Saying): Part[] {
  const { language } = say
  const days = `${countWords(rule.times, language)} ${differentWords(rule.unit, language)}`
  return [
    ...eventsWords(rule.active, path, say),
    plain(language === 'fr' ? ' ' : ' on ', path),
    strong(days, path),
    plain(` ${ofTheLast(rule.last, rule.unit, language)}`, path),
  ]
}
