import { instantOf, isItemPath } from '../../profile/index.ts'
import type { LocalText } from '../answer.ts'
import { FUNCTIONS, OPERATORS } from './library.ts'
import { oneOf } from './logic.ts'
import { literalNumber, round, textOfNumber } from './numbers.ts'
import { type Ast, FaultyFormula, readFormula } from './syntax.ts'
import { literalText } from './texts.ts'
import {
  type FormulaFunction,
  type FormulaType,
  isDate,
  type Node,
  type TraitType,
} from './tree.ts'

/** Gives every part of a formula its one type; what cannot have one is said with its place. */

/** What is known of a trait; `undefined`: nobody ever told it. */
export type TraitTypes = (name: string) => TraitType | undefined

/** @throws FaultyFormula for what is no formula about these traits. */
export function checkFormula(text: string, types: TraitTypes): Node {
  const ast = readFormula(text)
  const check = checker(types)
  return check(ast, guesser(types)(ast) ?? refuseUnclear(ast))
}

/** The traits that a formula names, each once; of what cannot be read none. */
export function traitsInFormula(text: string): string[] {
  try {
    return [...new Set(namesIn(readFormula(text)))]
  } catch (fault) {
    if (fault instanceof FaultyFormula) return []
    throw fault
  }
}

function namesIn(ast: Ast): string[] {
  const name = traitName(ast)
  return name === undefined ? operandsOf(ast).flatMap(namesIn) : [name]
}

/** How large a formula is; `within`: how large what stands behind a trait's name is. */
export function partsOf(node: Node, within: (name: string) => number): number {
  if (node.kind === 'literal' || node.kind === 'day') return 1
  if (node.kind !== 'call') return 1 + within(node.name)
  return node.args.reduce((sum, one) => sum + partsOf(one, within), 1)
}

const WORDS: Record<TraitType, LocalText> = {
  number: { fr: 'un nombre', en: 'a number' },
  text: { fr: 'un texte', en: 'a text' },
  boolean: { fr: 'vrai ou faux', en: 'true or false' },
  date: { fr: 'une date', en: 'a date' },
  list: { fr: 'une liste', en: 'a list' },
  any: { fr: 'une valeur', en: 'a value' },
}

function refuse({ start, end }: Ast, fr: string, en: string): never {
  throw new FaultyFormula({ message: { fr, en }, start, end })
}

const refuseMismatch = (ast: Ast, wanted: TraitType, found: TraitType): never =>
  refuse(
    ast,
    `il faut ici ${WORDS[wanted].fr}, et c’est ${WORDS[found].fr}.`,
    `this must be ${WORDS[wanted].en}, and is ${WORDS[found].en}.`,
  )

const refuseUnclear = (ast: Ast): never =>
  refuse(
    ast,
    'rien ne dit ce que c’est : écrivez number(…), text(…), boolean(…) ou date(…) autour du trait.',
    'nothing tells what this is: write number(…), text(…), boolean(…) or date(…) around the trait.',
  )

/** The name of the trait that a part is, if it is one. */
function traitName(ast: Ast): string | undefined {
  if (ast.op === 'id') return ast.args
  if (ast.op === '.') {
    const holder = traitName(ast.args[0])
    return holder === undefined ? undefined : `${holder}.${ast.args[1]}`
  }
  if (ast.op !== 'call' || ast.args[0] !== 'trait') return undefined
  const [name] = ast.args[1]
  return name?.op === 'value' && typeof name.args === 'string' ? name.args : undefined
}

/** Functions of one trait that say as what it is read. */
const READS: Readonly<Record<string, FormulaType>> = {
  number: 'number',
  text: 'text',
  boolean: 'boolean',
  date: 'date',
}

type Call = { name: string; args: readonly Ast[]; form: 'call' | 'method' | 'operator' }

/** A part that is a function or an operator with operands. */
function callOf(ast: Ast): Call | undefined {
  switch (ast.op) {
    case 'call':
      return { name: ast.args[0], args: ast.args[1], form: 'call' }
    case 'rcall':
      return { name: ast.args[0], args: [ast.args[1], ...ast.args[2]], form: 'method' }
    case '!_':
    case '-_':
      return { name: ast.op, args: [ast.args], form: 'operator' }
    case 'value':
    case 'id':
    case '.':
    case '.?':
    case 'list':
    case 'map':
    case 'in':
      return undefined
    default:
      return { name: ast.op, args: ast.args, form: 'operator' }
  }
}

function operandsOf(ast: Ast): readonly Ast[] {
  if (ast.op === 'list' || ast.op === 'in') return ast.args
  return callOf(ast)?.args ?? []
}

function madeFor({ name, args, form }: Call): readonly FormulaFunction[] {
  if (form === 'operator') return OPERATORS[name] ?? []
  if (name === 'round' && form === 'call') return [round(digitsOf(args[1]) ?? 0)]
  const found = FUNCTIONS.find((one) => one.name === name && one.form === form)
  return found ? [found.made] : []
}

/** The digits to round to, as they are written. */
function digitsOf(ast: Ast | undefined): number | undefined {
  if (ast?.op !== 'value') return undefined
  const digits = Number(ast.args)
  return Number.isInteger(digits) && digits >= 0 && digits <= 6 ? digits : undefined
}

const refuseUnknown = (ast: Ast, { name }: Call): never =>
  refuse(ast, `« ${name} » n’existe pas ici.`, `there is no “${name}” here.`)

const LITERALS: Readonly<Record<string, FormulaType>> = {
  bigint: 'number',
  number: 'number',
  string: 'text',
  boolean: 'boolean',
}

type Guess = (ast: Ast) => FormulaType | undefined

/** The type that a part has by itself; each part is looked at once. */
function guesser(types: TraitTypes): Guess {
  const held = new Map<Ast, FormulaType | undefined>()
  const guess: Guess = (ast) => {
    if (held.has(ast)) return held.get(ast)
    const type = guessOf(ast)
    held.set(ast, type)
    return type
  }
  const guessOf: Guess = (ast) => {
    if (ast.op === 'value') return LITERALS[typeof ast.args]
    if (ast.op === 'in') return 'boolean'
    const name = traitName(ast)
    if (name !== undefined) {
      const type = types(name)
      return type === 'list' || type === 'any' ? undefined : type
    }
    const call = callOf(ast)
    if (!call) return undefined
    if (call.form === 'call' && call.name === 'has') return 'boolean'
    if (call.form === 'call' && READS[call.name]) return READS[call.name]
    const [first, second] = madeFor(call)
    if (!first) return refuseUnknown(ast, call)
    if (second) return call.args.map(guess).find((type) => type !== undefined)
    if (first.result !== 'T') return first.result
    const free = call.args.filter((_, index) => (first.args[index] ?? first.args.at(-1)) === 'T')
    return free.map(guess).find((type) => type !== undefined)
  }
  return guess
}

type Check = (ast: Ast, wanted: FormulaType) => Node

function checker(types: TraitTypes): Check {
  const guess = guesser(types)
  const check: Check = (ast, wanted) => {
    const found = guess(ast)
    if (found !== undefined && found !== wanted) return refuseMismatch(ast, wanted, found)
    if (ast.op === 'value') return literal(ast, ast.args, wanted)
    const name = traitName(ast)
    if (name !== undefined) return readTrait(ast, { name, types, wanted })
    if (ast.op === 'in') return membership(ast.args, { types, guess, check })
    const call = callOf(ast)
    if (!call) {
      return refuse(
        ast,
        'une formule ne connaît pas cela.',
        'a formula knows nothing of this kind.',
      )
    }
    return special(ast, call, { types, check }) ?? plainCall(ast, call, { wanted, guess, check })
  }
  return check
}

function literal(ast: Ast, value: unknown, type: FormulaType): Node {
  if (typeof value === 'bigint' || typeof value === 'number') {
    const number = literalNumber(value)
    if (number !== null) return { kind: 'literal', type, value: number }
    return refuse(ast, 'ce nombre est trop grand.', 'this number is too large.')
  }
  if (typeof value === 'string') return { kind: 'literal', type, value: literalText(value) }
  if (typeof value === 'boolean') return { kind: 'literal', type, value }
  return refuse(ast, 'une formule ne connaît pas cela.', 'a formula knows nothing of this kind.')
}

function knownTrait(ast: Ast, name: string, types: TraitTypes): TraitType {
  const known = isItemPath(name) ? undefined : types(name)
  if (known !== undefined) return known
  return refuse(
    ast,
    `personne n’a encore dit de trait « ${name} », et aucun trait calculé ne s’appelle ainsi.`,
    `nobody has told a trait “${name}” yet, and no computed trait is called so.`,
  )
}

function readTrait(
  ast: Ast,
  { name, types, wanted }: { name: string; types: TraitTypes; wanted: FormulaType },
): Node {
  const known = knownTrait(ast, name, types)
  if (known !== 'any' && known !== wanted) return refuseMismatch(ast, wanted, known)
  return { kind: 'trait', type: wanted, name }
}

const isWritten = (ast: Ast): boolean =>
  ast.op === 'value' || (ast.op === '-_' && ast.args.op === 'value')

/** `x in [a, b]`, or `"text" in list`. */
function membership(
  [item, holder]: readonly [Ast, Ast],
  tools: { types: TraitTypes; guess: Guess; check: Check },
): Node {
  const { types, guess, check } = tools
  if (holder.op === 'list') {
    const type = holder.args.map(guess).find((one) => one !== undefined)
    if (type !== 'number' && type !== 'text') {
      return refuse(
        holder,
        'la liste doit avoir des nombres ou des textes écrits.',
        'the list must hold written numbers or texts.',
      )
    }
    const others = holder.args.map((one) => {
      if (isWritten(one)) return check(one, type)
      return refuse(one, 'il faut une valeur écrite.', 'this must be a written value.')
    })
    const args = [check(item, type), ...others]
    return { kind: 'call', type: 'boolean', made: oneOf, of: type, args }
  }
  const name = traitName(holder)
  if (name === undefined) {
    return refuse(holder, 'il faut une liste.', 'this must be a list.')
  }
  const known = knownTrait(holder, name, types)
  if (known !== 'list' && known !== 'any') return refuseMismatch(holder, 'list', known)
  if (item.op !== 'value' || typeof item.args !== 'string') {
    return refuse(item, 'il faut un texte écrit.', 'this must be a written text.')
  }
  return { kind: 'includes', type: 'boolean', name, item: literalText(item.args).trim() }
}

/** What is no plain function: how a trait is read, whether it is there, a written date. */
function special(
  ast: Ast,
  { name, args, form }: Call,
  { types, check }: { types: TraitTypes; check: Check },
): Node | null {
  const type = READS[name]
  if (form !== 'call' || (name !== 'has' && !type)) return null
  const [only] = args
  if (!only || args.length !== 1) return refuseCount(ast, 1)
  const trait = traitName(only)
  if (trait !== undefined && name === 'has') {
    knownTrait(only, trait, types)
    return { kind: 'has', type: 'boolean', name: trait }
  }
  const known = trait === undefined ? undefined : knownTrait(only, trait, types)
  if (name === 'text' && known !== 'any' && known !== 'text') {
    const number = check(only, 'number')
    return { kind: 'call', type: 'text', made: textOfNumber, of: 'number', args: [number] }
  }
  if (trait !== undefined && type) return readTrait(only, { name: trait, types, wanted: type })
  if (type === 'date' && only.op === 'value' && typeof only.args === 'string') {
    if (isDate(instantOf(only.args) ?? Number.NaN)) {
      return { kind: 'day', type: 'date', text: only.args }
    }
    return refuse(
      only,
      'il faut une date de 1900 à 2299, comme 2026-01-31 ou 2026-01-31T12:00:00Z.',
      'this must be a date from 1900 to 2299, like 2026-01-31 or 2026-01-31T12:00:00Z.',
    )
  }
  return refuse(only, 'il faut le nom d’un trait.', 'this must be the name of a trait.')
}

const refuseCount = (ast: Ast, count: number): never =>
  refuse(
    ast,
    `il faut ${count} valeur${count > 1 ? 's' : ''} entre les parenthèses.`,
    `this takes ${count} value${count > 1 ? 's' : ''}.`,
  )

function plainCall(
  ast: Ast,
  call: Call,
  { wanted, guess, check }: { wanted: FormulaType; guess: Guess; check: Check },
): Node {
  const choices = madeFor(call)
  const made = choices.find(({ result }) => result === 'T' || result === wanted) ?? choices[0]
  if (!made) return refuseUnknown(ast, call)
  const args = argsOf(ast, call, made)
  const isFree = (index: number) => (made.args[index] ?? made.args.at(-1)) === 'T'
  const guessed = args.filter((_, index) => isFree(index)).map(guess)
  const of = made.result === 'T' ? wanted : (guessed.find((type) => type !== undefined) ?? wanted)
  if (made.of && made.result !== 'T' && guessed.every((type) => type === undefined)) {
    return refuseUnclear(args.find((_, index) => isFree(index)) ?? ast)
  }
  if (made.of && !made.of.includes(of)) return refuseMismatch(ast, made.of[0] ?? 'number', of)
  const checked = args.map((one, index) => {
    const type = made.args[index] ?? made.args.at(-1) ?? 'T'
    return check(one, type === 'T' ? of : type)
  })
  return { kind: 'call', type: wanted, made, of, args: checked }
}

/** The operands that count: of `round` the digits are part of the function. */
function argsOf(ast: Ast, { name, args }: Call, made: FormulaFunction): readonly Ast[] {
  if (name === 'round') {
    if (args.length === 0 || args.length > 2) return refuseCount(ast, 1)
    const [, digits] = args
    if (digits && digitsOf(digits) === undefined) {
      return refuse(digits, 'il faut un chiffre de 0 à 6.', 'this must be a digit, 0 to 6.')
    }
    return args.slice(0, 1)
  }
  const count = made.args.length
  if (args.length === count || (made.more && args.length > count)) return args
  return refuseCount(ast, count)
}
