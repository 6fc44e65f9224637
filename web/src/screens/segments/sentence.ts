/**
 * Says a rule in words, in French or English, as parts: what carries meaning is strong, and each
 * part knows the line it comes from, so that the line being edited can be coloured.
 */
import { operandOf } from './ops.ts'
import {
  childrenOf,
  type EventCondition,
  type Filter,
  isAll,
  isAny,
  isEvent,
  isNever,
  isNot,
  isTrait,
  type Path,
  type Rule,
  type TraitCondition,
} from './rule.ts'
import { type Language, type Names, opWords, timesWords, valueWords, withinWords } from './words.ts'

export type Part = { text: string; strong: boolean; path: Path }

type Saying = { language: Language; names: Names }

/** The whole sentence as parts; an empty rule says that everyone is in. */
export function sentenceParts(rule: Rule, names: Names, language: Language): Part[] {
  const say: Saying = { language, names }
  const root = isAll(rule) || isAny(rule) ? rule : { all: [rule] }
  const children = childrenOf(root)
  if (children.length === 0) return [plain(everyone(language), [])]
  const people = language === 'fr' ? 'Les personnes ' : 'People '
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
  if (isNot(child)) return ', '
  return language === 'fr' ? ', et ' : ', and '
}

const plain = (text: string, path: Path): Part => ({ text, strong: false, path })
const strong = (text: string, path: Path): Part => ({ text, strong: true, path })

/** A clause that follows "people": "dont Ville est Lyon", "who did Order Completed twice". */
function clause(rule: Rule, path: Path, say: Saying): Part[] {
  const french = say.language === 'fr'
  if (isTrait(rule))
    return [plain(french ? 'dont ' : 'whose ', path), ...traitWords(rule, path, say)]
  if (isEvent(rule)) {
    const who = isNever(rule)
      ? french
        ? 'qui n’ont pas fait '
        : 'who have not done '
      : french
        ? 'qui ont fait '
        : 'who did '
    return [plain(who, path), ...eventWords(rule, path, say)]
  }
  if (isNot(rule)) {
    const except = french ? 'sauf celles ' : 'except those '
    return [plain(except, path), ...clause(rule.not, [...path, 0], say)]
  }
  return groupWords(rule, path, say)
}

function groupWords(rule: Rule, path: Path, say: Saying): Part[] {
  const children = childrenOf(rule)
  const french = say.language === 'fr'
  if (children.length === 0) return [plain(french ? 'qui…' : 'who…', path)]
  if (children.length === 1 && children[0]) return clause(children[0], [...path, 0], say)
  const same = alike(children, path, say)
  if (same) return withJoint(same, isAny(rule), { path, say })
  const any = isAny(rule)
  const opening = any ? (french ? 'soit ' : 'either ') : french ? 'à la fois ' : 'both '
  const joint = any ? (french ? ', soit ' : ', or ') : french ? ' et ' : ' and '
  return children.flatMap((child, index) => [
    plain(index === 0 ? opening : joint, path),
    ...clause(child, [...path, index], say),
  ])
}

type Alike = { opening: string; items: Part[][] }

/** Children of one sort share their opening: "who did A, or B", "whose A and B". */
function alike(children: Rule[], path: Path, say: Saying): Alike | null {
  const french = say.language === 'fr'
  const at = (index: number) => [...path, index]
  if (children.every(isTrait)) {
    const items = children.map((child, index) => traitWords(child, at(index), say))
    return { opening: french ? 'dont ' : 'whose ', items }
  }
  if (children.every((child) => isEvent(child) && !isNever(child))) {
    const events = children.filter(isEvent)
    const items = events.map((child, index) => eventWords(child, at(index), say))
    return { opening: french ? 'qui ont fait ' : 'who did ', items }
  }
  return null
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

function traitWords(rule: TraitCondition, path: Path, say: Saying): Part[] {
  const name = rule.trait ? say.names.trait(rule.trait) : '…'
  return comparison(name, rule, { path, say })
}

function comparison(
  name: string,
  rule: Pick<Filter, 'op' | 'value'>,
  { path, say }: { path: Path; say: Saying },
): Part[] {
  const op = opWords(rule.op, say.language)
  if (operandOf(rule.op) === 'none') return [strong(`${name} ${op}`, path)]
  return [strong(`${name} ${op} ${valueWords(rule.value, say.language)}`, path)]
}

function eventWords(rule: EventCondition, path: Path, say: Saying): Part[] {
  const { language } = say
  const name = rule.did ? say.names.event(rule.did) : '…'
  const parts = [strong(name, path)]
  if (!isNever(rule) && rule.times && !isOnce(rule)) {
    parts.push(plain(' ', path), strong(timesWords(rule.times, language), path))
  }
  if (rule.within) parts.push(plain(` ${windowWords(rule, language)}`, path))
  const where = rule.where ?? []
  where.forEach((filter, index) => {
    const joint =
      index > 0 ? (language === 'fr' ? ' et ' : ' and ') : language === 'fr' ? ' où ' : ' where '
    const property = filter.property ? say.names.property(filter.property) : '…'
    parts.push(plain(joint, path), ...comparison(property, filter, { path, say }))
  })
  return parts
}

const isOnce = (rule: EventCondition) =>
  rule.times === undefined || (rule.times.op === 'atLeast' && rule.times.count === 1)

function windowWords(rule: EventCondition, language: Language): string {
  const words = withinWords(rule.within, language)
  if (language === 'fr' && isNever(rule)) return words.replace(/^sur /, 'depuis ')
  return words
}

/** The words of a line without "whose" or "who did". */
function bare(rule: Rule, say: Saying): Part[] {
  const french = say.language === 'fr'
  if (isTrait(rule)) return traitWords(rule, [], say)
  if (isEvent(rule)) {
    const not = isNever(rule) ? (french ? 'pas de ' : 'no ') : ''
    return [plain(not, []), ...eventWords(rule, [], say)]
  }
  if (isNot(rule)) return [plain(french ? 'sauf ' : 'except ', []), ...bare(rule.not, say)]
  const joint = isAny(rule) ? (french ? ' ou ' : ' or ') : french ? ' et ' : ' and '
  return childrenOf(rule).flatMap((child, index) => [
    ...(index > 0 ? [plain(joint, [])] : []),
    ...bare(child, say),
  ])
}
