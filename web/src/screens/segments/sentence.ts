/**
 * Says a rule in words, in French or English, as parts: what carries meaning is strong, and each
 * part knows the line it comes from, so that the line being edited can be coloured.
 */
import { clauseOf } from './kinds/index.ts'
import { type Part, plain, type Saying } from './kinds/parts.ts'
import {
  childrenOf,
  type Group,
  isAll,
  isAny,
  isCondition,
  isEvent,
  isGroup,
  isNever,
  isNone,
  isNot,
  isSome,
  isTrait,
  type Path,
  type Rule,
} from './rule.ts'
import { type Language, type Names, numberWords } from './words.ts'

export type { Part } from './kinds/parts.ts'

/** The whole sentence as parts; an empty rule says that everyone is in. */
export function sentenceParts(rule: Rule, names: Names, language: Language): Part[] {
  const say: Saying = { language, names }
  const root = isGroup(rule) && !isNone(rule) ? rule : { all: [rule] }
  const children = childrenOf(root)
  if (children.length === 0) return [plain(everyone(language), [])]
  const people = language === 'fr' ? 'Les personnes ' : 'People '
  if (isSome(root)) return [plain(people, []), ...someWords(root, [], say), plain('.', [])]
  const any = isAny(root)
  const parts = [plain(people, [])]
  children.forEach((child, index) => {
    if (index > 0) parts.push(plain(topJoin(child, any, language), [index]))
    parts.push(...clause(child, [index], say))
  })
  return [...parts, plain('.', [])]
}

/** The sentence as one string. */
export function sentence(rule: Rule, names: Names, language: Language): string {
  return sentenceParts(rule, names, language)
    .map((part) => part.text)
    .join('')
}

/** One line of the rule as a short label: "Ville est Lyon", "2 Order Completed". */
export function lineWords(rule: Rule, names: Names, language: Language): string {
  const say: Saying = { language, names }
  const text = bare(rule, say)
    .map((part) => part.text)
    .join('')
  return text.charAt(0).toLocaleUpperCase(language) + text.slice(1)
}

const everyone = (language: Language) =>
  language === 'fr' ? 'Toutes les personnes, sans condition.' : 'Everyone, without any condition.'

function topJoin(child: Rule, any: boolean, language: Language): string {
  if (any) return language === 'fr' ? ', ou ' : ', or '
  if (isNot(child) || isNone(child)) return ', '
  return language === 'fr' ? ', et ' : ', and '
}

/** A clause that follows "people": "dont Ville est Lyon", "who did Order Completed twice". */
function clause(rule: Rule, path: Path, say: Saying): Part[] {
  if (isCondition(rule)) {
    const { opening, parts } = clauseOf(rule, path, say)
    return [plain(opening, path), ...parts]
  }
  if (isNot(rule)) {
    const except = say.language === 'fr' ? 'sauf celles ' : 'except those '
    return [plain(except, path), ...clause(rule.not, [...path, 0], say)]
  }
  return groupWords(rule, path, say)
}

function groupWords(rule: Group, path: Path, say: Saying): Part[] {
  const children = childrenOf(rule)
  const french = say.language === 'fr'
  if (children.length === 0) return [plain(french ? 'qui…' : 'who…', path)]
  if (isSome(rule)) return someWords(rule, path, say)
  if (isNone(rule)) {
    const except = plain(french ? 'sauf celles ' : 'except those ', path)
    return [except, ...joined(children, path, { joint: french ? ', ou ' : ', or ', say })]
  }
  if (children.length === 1 && children[0]) return clause(children[0], [...path, 0], say)
  const same = alike(children, path, say)
  if (same) return withJoint(same, isAny(rule), { path, say })
  const any = isAny(rule)
  const opening = any ? (french ? 'soit ' : 'either ') : french ? 'à la fois ' : 'both '
  const joint = any ? (french ? ', soit ' : ', or ') : french ? ' et ' : ' and '
  const lines = any ? alternatives : joined
  return [plain(opening, path), ...lines(children, path, { joint, say })]
}

/** "qui remplissent au moins 2 de ces conditions : dont Ville est Lyon ; qui ont fait…". */
function someWords(rule: Extract<Group, { atLeast: number }>, path: Path, say: Saying): Part[] {
  const number = numberWords(rule.atLeast, say.language)
  const opening =
    say.language === 'fr'
      ? `qui remplissent au moins ${number} de ces conditions\u00a0: `
      : `who meet at least ${number} of these conditions: `
  const joint = say.language === 'fr' ? '\u00a0; ' : '; '
  return [plain(opening, path), ...alternatives(rule.of, path, { joint, say })]
}

type Joining = { joint: string; say: Saying }

function joined(rules: Rule[], path: Path, { joint, say }: Joining): Part[] {
  return rules.flatMap((rule, index) => [
    ...(index > 0 ? [plain(joint, path)] : []),
    ...clause(rule, [...path, index], say),
  ])
}

/** As `joined`, where each may hold alone: what it leaves out is then left out of everyone. */
function alternatives(rules: Rule[], path: Path, { joint, say }: Joining): Part[] {
  const all = say.language === 'fr' ? 'toutes ' : 'all '
  return rules.flatMap((rule, index) => {
    const opening = `${index > 0 ? joint : ''}${isNot(rule) || isNone(rule) ? all : ''}`
    return [plain(opening, path), ...clause(rule, [...path, index], say)]
  })
}

type Alike = { opening: string; items: Part[][] }

/** Children of one sort share their opening: "who did A, or B", "whose A and B". */
function alike(children: Rule[], path: Path, say: Saying): Alike | null {
  const sorts = children.every(isTrait) || children.every((each) => isEvent(each) && !isNever(each))
  if (!sorts) return null
  const clauses = children.flatMap((child, index) =>
    isCondition(child) ? [clauseOf(child, [...path, index], say)] : [],
  )
  return { opening: clauses[0]?.opening ?? '', items: clauses.map(({ parts }) => parts) }
}

function withJoint(
  { opening, items }: Alike,
  any: boolean,
  { path, say }: { path: Path; say: Saying },
): Part[] {
  const joint = say.language === 'fr' ? (any ? ', ou ' : ' et ') : any ? ', or ' : ' and '
  return [
    plain(opening, path),
    ...items.flatMap((parts, index) => [...(index > 0 ? [plain(joint, path)] : []), ...parts]),
  ]
}

/** The words of a line without "whose" or "who did". */
function bare(rule: Rule, say: Saying): Part[] {
  const french = say.language === 'fr'
  if (isCondition(rule)) {
    const not = isEvent(rule) && isNever(rule) ? (french ? 'pas de ' : 'no ') : ''
    return [plain(not, []), ...clauseOf(rule, [], say).parts]
  }
  if (isNot(rule)) return [plain(french ? 'sauf ' : 'except ', []), ...bare(rule.not, say)]
  const or = isAll(rule) ? (french ? ' et ' : ' and ') : french ? ' ou ' : ' or '
  const joint = isSome(rule) ? (french ? '\u00a0; ' : '; ') : or
  const lines = childrenOf(rule).flatMap((child, index) => [
    ...(index > 0 ? [plain(joint, [])] : []),
    ...bare(child, say),
  ])
  if (isNone(rule)) return [plain(french ? 'sauf ' : 'except ', []), ...lines]
  if (!isSome(rule)) return lines
  const number = numberWords(rule.atLeast, say.language)
  const of = french ? `au moins ${number} de\u00a0: ` : `at least ${number} of: `
  return [plain(of, []), ...lines]
}
