import { Problem } from '../platform/errors.ts'
import type { LocalText } from './answer.ts'

/** A segment (its number) that cannot be evaluated, and why: see `reasonText`. */
export type Broken = { segment: number; reason: string }

/**
 * Why a rule failed, as it is kept: what was wrong with the rule may be said, but not what a fault
 * of ours says, which may quote a person's data.
 */
export function reasonOf(fault: unknown): string {
  if (fault instanceof Problem) return `invalid ${fault.message}`
  return `failed ${fault instanceof Error ? fault.name : 'Error'}`
}

/** What a reader is told about a segment that was paused because it broke. */
export function reasonText(reason: string): LocalText {
  const [kind, ...words] = reason.split(' ')
  const detail = words.join(' ')
  if (kind === 'invalid') {
    return {
      fr: `La règle ne peut plus être lue : ${detail} Corrigez-la, puis relancez le segment.`,
      en: `The rule can no longer be read: ${detail} Correct it, then resume the segment.`,
    }
  }
  return {
    fr: `La règle n’a pas pu être évaluée (${detail}). Changez-la, ou relancez le segment.`,
    en: `The rule could not be evaluated (${detail}). Change it, or resume the segment.`,
  }
}
