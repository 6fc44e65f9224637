// What the visitor's choices allow. Pure.
import type { Purposes } from './context.ts'

/**
 * hold: nothing is stored or sent, calls wait in memory · anonymous: sent, without anything that
 * lasts · on: stored and sent · off: refused, calls are forgotten.
 */
export type Mode = 'hold' | 'anonymous' | 'on' | 'off'

/** The purpose whose grant lets the tag store and send. Other purposes only travel along. */
const MEASURING = 'analytics'

/** A refusal is stronger than any option; without an answer the options decide. */
export function modeOf(said: Purposes, options: { needed: boolean; anonymous: boolean }): Mode {
  const answer = said[MEASURING]
  if (answer === false) return 'off'
  if (answer === true || !options.needed) return 'on'
  return options.anonymous ? 'anonymous' : 'hold'
}

/** Later answers over earlier ones; what is no plain yes or no is not an answer. */
export function mergePurposes(before: Purposes, answers: unknown): Purposes {
  const merged = { ...before }
  if (typeof answers !== 'object' || answers === null) return merged
  for (const [purpose, answer] of Object.entries(answers)) {
    if (typeof answer === 'boolean') merged[purpose] = answer
  }
  return merged
}
