import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js'
import type { LocalText } from '../answer.ts'

/**
 * The text of a formula as a tree. The language is a part of CEL (github.com/google/cel-spec), read
 * by a library; what the parts mean is decided here, on exact decimals.
 */
export const FORMULA_LIMITS = {
  /** UTF-16 units. */
  characters: 2_000,
  /** Operators, functions, values and traits. */
  parts: 100,
  depth: 24,
  /** Values after `in`. */
  list: 50,
} as const

/** What is wrong, and where in the text, in UTF-16 units. */
export type FormulaFault = { message: LocalText; start: number; end: number }

export type Ast = ASTNode

const language = new Environment({
  unlistedVariablesAreDyn: true,
  limits: {
    maxAstNodes: FORMULA_LIMITS.parts,
    maxDepth: FORMULA_LIMITS.depth,
    maxListElements: FORMULA_LIMITS.list,
    maxMapEntries: 0,
    maxCallArguments: 10,
  },
})

export class FaultyFormula extends Error {
  readonly fault: FormulaFault

  constructor(fault: FormulaFault, cause?: unknown) {
    super(fault.message.en, { cause })
    this.fault = fault
  }
}

/** @throws FaultyFormula for what is no formula, or one that is too large. */
export function readFormula(text: string): Ast {
  if (text.length > FORMULA_LIMITS.characters) {
    const { characters } = FORMULA_LIMITS
    throw new FaultyFormula({
      message: {
        fr: `une formule a ${characters} caractères au plus.`,
        en: `a formula has ${characters} characters at most.`,
      },
      start: characters,
      end: text.length,
    })
  }
  try {
    return language.parse(text).ast
  } catch (cause) {
    throw new FaultyFormula(faultOf(cause, text), cause)
  }
}

const TOO_LARGE: LocalText = {
  fr: `c’est trop long ou trop imbriqué : ${FORMULA_LIMITS.parts} éléments et ${FORMULA_LIMITS.depth} niveaux au plus.`,
  en: `it is too long or nested too deep: ${FORMULA_LIMITS.parts} parts and ${FORMULA_LIMITS.depth} levels at most.`,
}

function faultOf(cause: unknown, text: string): FormulaFault {
  if (!(cause instanceof ParseError)) {
    // The parser calls itself for each sign before a value: thousands of them are too deep for it.
    if (cause instanceof RangeError) return { message: TOO_LARGE, start: 0, end: text.length }
    throw cause
  }
  const { start = 0, end = start } = cause.range ?? {}
  const place = { start: Math.min(start, text.length), end: Math.min(end, text.length) }
  if (cause.code === 'limit_exceeded') return { ...place, message: TOO_LARGE }
  if (place.start >= text.length) {
    const message = { fr: 'la formule s’arrête trop tôt.', en: 'the formula ends too early.' }
    return { ...place, message }
  }
  const found = text.slice(place.start, Math.max(place.end, place.start + 1))
  if (cause.code === 'unterminated_string' || cause.code === 'newline_in_string') {
    return {
      ...place,
      message: {
        fr: 'ce texte n’est pas fermé par un guillemet.',
        en: 'this text has no closing quote.',
      },
    }
  }
  return {
    ...place,
    message: { fr: `« ${found} » n’a pas de sens ici.`, en: `“${found}” makes no sense here.` },
  }
}
