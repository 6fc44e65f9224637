import { Type } from 'typebox'
import { earlier, type LocalText, type Needs } from '../answer.ts'
import {
  type AllRule,
  type AnyRule,
  type AtLeastRule,
  limits,
  type NoneRule,
  type NotRule,
  type Rule,
} from '../rule.ts'
import type { Evaluate, Kind, Recurse } from './kind.ts'

/** Joins what several rules need. */
function joined(rules: readonly Rule[], recurse: Recurse): Needs {
  const needs = rules.map(recurse.needs)
  return {
    traits: needs.flatMap((need) => need.traits),
    streams: needs.flatMap((need) => need.streams),
    objects: needs.flatMap((need) => need.objects ?? []),
    around: needs.some((need) => need.around),
  }
}

/** Turned round, every value but those helps. */
const turned = ({ traits, ...needs }: Needs): Needs => {
  return { ...needs, traits: traits.map(({ name }) => ({ name, keys: null })) }
}

/** The group's answer can change when any of its members' does, so all of them are asked. */
function combine(
  members: readonly Evaluate[],
  holdsFor: (fulfilled: number, all: number) => boolean,
): Evaluate {
  return (context) => {
    let fulfilled = 0
    let nextChangeAt: number | null = null
    for (const member of members) {
      const answer = member(context)
      if (answer.holds) fulfilled += 1
      nextChangeAt = earlier(nextChangeAt, answer.nextChangeAt)
    }
    return { holds: holdsFor(fulfilled, members.length), nextChangeAt }
  }
}

/** A group inside a group is set in brackets; the outermost one needs none. */
function phrase(
  rules: readonly Rule[],
  words: { fr: string; en: string },
  describe: (rule: Rule) => LocalText,
): LocalText {
  const texts = rules.map((rule) => {
    const text = describe(rule)
    const members =
      'all' in rule ? rule.all : 'any' in rule ? rule.any : 'none' in rule ? rule.none : []
    return members.length > 1 ? { fr: `(${text.fr})`, en: `(${text.en})` } : text
  })
  return {
    fr: texts.map((text) => text.fr).join(` ${words.fr} `),
    en: texts.map((text) => text.en).join(` ${words.en} `),
  }
}

export const allKind: Kind<AllRule> = {
  is: (rule): rule is AllRule => 'all' in rule,
  schema: Type.Object({ all: Type.Array(Type.Unknown()) }, { additionalProperties: false }),
  children: (rule) => rule.all.map((child, index) => ({ path: `all/${index}`, rule: child })),
  needs: (rule, recurse) => joined(rule.all, recurse),
  prepare: (rule, _scope, prepare) => {
    const [only] = rule.all
    if (only && rule.all.length === 1) return prepare(only)
    return combine(rule.all.map(prepare), (fulfilled, all) => fulfilled === all)
  },
  toSql: (rule, builder, recurse) =>
    rule.all.length === 0
      ? 'true'
      : `(${rule.all.map((child) => recurse.toSql(child, builder)).join(' AND ')})`,
  describe: (rule, names, recurse) =>
    rule.all.length === 0
      ? { fr: 'tout le monde', en: 'everyone' }
      : phrase(rule.all, { fr: 'et', en: 'and' }, (child) => recurse.describe(child, names)),
}

export const anyKind: Kind<AnyRule> = {
  is: (rule): rule is AnyRule => 'any' in rule,
  schema: Type.Object({ any: Type.Array(Type.Unknown()) }, { additionalProperties: false }),
  children: (rule) => rule.any.map((child, index) => ({ path: `any/${index}`, rule: child })),
  needs: (rule, recurse) => joined(rule.any, recurse),
  prepare: (rule, _scope, prepare) => {
    const [only] = rule.any
    if (only && rule.any.length === 1) return prepare(only)
    return combine(rule.any.map(prepare), (fulfilled) => fulfilled > 0)
  },
  toSql: (rule, builder, recurse) =>
    rule.any.length === 0
      ? 'false'
      : `(${rule.any.map((child) => recurse.toSql(child, builder)).join(' OR ')})`,
  describe: (rule, names, recurse) =>
    rule.any.length === 0
      ? { fr: 'personne', en: 'nobody' }
      : phrase(rule.any, { fr: 'ou', en: 'or' }, (child) => recurse.describe(child, names)),
}

export const notKind: Kind<NotRule> = {
  is: (rule): rule is NotRule => 'not' in rule,
  schema: Type.Object({ not: Type.Unknown() }, { additionalProperties: false }),
  children: (rule) => [{ path: 'not', rule: rule.not }],
  needs: (rule, recurse) => turned(recurse.needs(rule.not)),
  prepare: (rule, _scope, prepare) => {
    const evaluate = prepare(rule.not)
    return (context) => {
      const { holds, nextChangeAt } = evaluate(context)
      return { holds: !holds, nextChangeAt }
    }
  },
  toSql: (rule, builder, recurse) => `(NOT ${recurse.toSql(rule.not, builder)})`,
  describe: (rule, names, recurse) => {
    const inner = recurse.describe(rule.not, names)
    return { fr: `sauf si ${inner.fr}`, en: `unless ${inner.en}` }
  },
}

/** None of its members holds: what is left out. */
export const noneKind: Kind<NoneRule> = {
  is: (rule): rule is NoneRule => 'none' in rule,
  schema: Type.Object({ none: Type.Array(Type.Unknown()) }, { additionalProperties: false }),
  children: (rule) => rule.none.map((child, index) => ({ path: `none/${index}`, rule: child })),
  needs: (rule, recurse) => turned(joined(rule.none, recurse)),
  prepare: (rule, _scope, prepare) =>
    combine(rule.none.map(prepare), (fulfilled) => fulfilled === 0),
  toSql: (rule, builder, recurse) =>
    rule.none.length === 0
      ? 'true'
      : `(NOT (${rule.none.map((child) => recurse.toSql(child, builder)).join(' OR ')}))`,
  describe: (rule, names, recurse) => {
    if (rule.none.length === 0) return { fr: 'tout le monde', en: 'everyone' }
    const inner = phrase(rule.none, { fr: 'ou', en: 'or' }, (child) =>
      recurse.describe(child, names),
    )
    return { fr: `sauf si ${inner.fr}`, en: `unless ${inner.en}` }
  },
}

/** At least so many of its members hold. */
export const atLeastKind: Kind<AtLeastRule> = {
  is: (rule): rule is AtLeastRule => 'atLeast' in rule,
  schema: Type.Object(
    {
      atLeast: Type.Integer({ minimum: 1, maximum: limits.leaves }),
      of: Type.Array(Type.Unknown()),
    },
    { additionalProperties: false },
  ),
  children: (rule) => rule.of.map((child, index) => ({ path: `of/${index}`, rule: child })),
  needs: (rule, recurse) => joined(rule.of, recurse),
  prepare: (rule, _scope, prepare) =>
    combine(rule.of.map(prepare), (fulfilled) => fulfilled >= rule.atLeast),
  toSql: (rule, builder, recurse) => {
    const counted = rule.of.map((child) => `toUInt8(${recurse.toSql(child, builder)})`)
    return counted.length === 0 ? 'false' : `((${counted.join(' + ')}) >= ${rule.atLeast})`
  },
  describe: (rule, names, recurse) => {
    const texts = rule.of.map((child) => recurse.describe(child, names))
    return {
      fr: `au moins ${rule.atLeast} parmi (${texts.map((text) => text.fr).join(' ; ')})`,
      en: `at least ${rule.atLeast} of (${texts.map((text) => text.en).join('; ')})`,
    }
  },
}
