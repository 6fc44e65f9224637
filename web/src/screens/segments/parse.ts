import { asObject, type Problem, Refused, readNumber } from './kinds/checks.ts'
import { KINDS, kindNameOf } from './kinds/index.ts'
import type { Rule } from './rule.ts'

/**
 * Reads a rule as the builder takes it. Every part stays as it was written: whatever the server
 * accepts goes in and comes out unchanged, and the server has the last word on the rest.
 */

export type Parsed = { rule: Rule; error: null } | { rule: null; error: ParseError }
export type ParseError = { at: string; problem: Problem }

/** The server refuses deeper rules; the builder refuses them earlier, with the place. */
const MAX_DEPTH = 8

/** Reads the JSON view: a rule, or where it is wrong and what kind of wrong. */
export function parseRule(text: string): Parsed {
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch {
    return { rule: null, error: { at: '', problem: 'json' } }
  }
  try {
    return { rule: readRule(raw, '', 0), error: null }
  } catch (error) {
    if (error instanceof Refused)
      return { rule: null, error: { at: error.at, problem: error.problem } }
    throw error
  }
}

function readRule(raw: unknown, at: string, depth: number): Rule {
  if (depth > MAX_DEPTH) throw new Refused(at, 'deep')
  const object = asObject(raw, at)
  if ('all' in object) return { all: readList(object.all, `${at}/all`, depth) }
  if ('any' in object) return { any: readList(object.any, `${at}/any`, depth) }
  if ('none' in object) return { none: readList(object.none, `${at}/none`, depth) }
  if ('atLeast' in object) {
    const atLeast = readNumber(object.atLeast, `${at}/atLeast`)
    return { atLeast, of: readList(object.of, `${at}/of`, depth) }
  }
  if ('not' in object) return { not: readRule(object.not, `${at}/not`, depth + 1) }
  const kind = kindNameOf(object)
  if (kind) return KINDS[kind].read(object, at) as Rule
  throw new Refused(at, 'shape')
}

function readList(raw: unknown, at: string, depth: number): Rule[] {
  if (!Array.isArray(raw)) throw new Refused(at, 'shape')
  return raw.map((each, index) => readRule(each, `${at}/${index}`, depth + 1))
}
