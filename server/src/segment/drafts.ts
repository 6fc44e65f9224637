import { badRequest } from '../platform/errors.ts'
import { faultIn, type RuleFault } from './parse.ts'
import { limits, type Rule } from './rule.ts'

/**
 * A rule that somebody works on: it may be incomplete, so it is kept as JSON and nothing evaluates
 * it. Published, it must be a rule.
 */
export type Draft = { rule: unknown; faults: RuleFault[] }

/** In force while nothing has been published yet: nobody. */
export const NOBODY: Rule = { any: [] }

/** Lists and objects within each other; far more than a rule may have, and no danger to us. */
const NESTING_MAX = 64

/** The JSON that is kept. @throws a 400 when it is too large to become a rule. */
export function draftJson(rule: unknown): string {
  if (!isShallow(rule)) {
    throw badRequest('invalid_draft', `A draft may be nested ${NESTING_MAX} deep; take some out.`)
  }
  const json = JSON.stringify(rule ?? null)
  if (Buffer.byteLength(json) <= limits.bytes) return json
  throw badRequest('invalid_draft', `A draft takes at most ${limits.bytes / 1024} KB.`)
}

/** What is kept, with the first thing that must still be put right; none = it can be published. */
export function draftFrom(json: string): Draft {
  const rule: unknown = JSON.parse(json)
  const fault = faultIn(rule)
  return { rule, faults: fault ? [fault] : [] }
}

/** Level by level, so that depth costs no stack. */
function isShallow(value: unknown): boolean {
  let level = [value]
  for (let depth = 0; depth <= NESTING_MAX; depth += 1) {
    level = level.flatMap((one) =>
      typeof one === 'object' && one !== null ? Object.values(one) : [],
    )
    if (level.length === 0) return true
  }
  return false
}
