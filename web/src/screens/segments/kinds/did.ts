import type { EventCondition } from '../language.ts'
import { isNever, type Path } from '../rule.ts'
import { type Language, timesWords, withinWords } from '../words.ts'
import { checkPeriod, checkTimes, readEvents, readText } from './checks.ts'
import type { ConditionKind } from './kind.ts'
import { eventsLack, periodLacks, timesLack } from './lacks.ts'
import { nameParts, openings, type Part, plain, type Saying, strong, whereWords } from './parts.ts'

/** Did something, so often, in a period; or never did. */
export const didKind: ConditionKind<EventCondition> = {
  read: (object, at) => {
    readText(object.did, `${at}/did`)
    readEvents(object, at)
    // The server wants both said; left out, they mean at least once, ever.
    const { times = { op: 'atLeast', count: 1 }, within = null } = object
    checkTimes(times, `${at}/times`)
    checkPeriod(within, `${at}/within`)
    return { ...object, times, within }
  },
  lacks: (rule) => eventsLack(rule) ?? timesLack(rule.times) ?? periodLacks(rule.within),
  clause: (rule, path, say) => {
    const { did, neverDid } = openings[say.language]
    return { opening: isNever(rule) ? neverDid : did, parts: eventWords(rule, path, say) }
  },
}

function eventWords(rule: EventCondition, path: Path, say: Saying): Part[] {
  const { language } = say
  const parts = nameParts(rule, path, say)
  if (!isNever(rule) && rule.times && !isOnce(rule)) {
    parts.push(plain(' ', path), strong(timesWords(rule.times, language), path))
  }
  if (rule.within) parts.push(plain(` ${sinceWords(rule, language)}`, path))
  return [...parts, ...whereWords(rule.where, path, say)]
}

const isOnce = (rule: EventCondition) =>
  rule.times === undefined || (rule.times.op === 'atLeast' && rule.times.count === 1)

function sinceWords(rule: EventCondition, language: Language): string {
  const words = withinWords(rule.within, language)
  if (language === 'fr' && isNever(rule)) return words.replace(/^sur (?!les )/, 'depuis ')
  return words
}
