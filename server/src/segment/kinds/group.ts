import { Type } from 'typebox'
import type { AllRule, AnyRule, NotRule, Rule } from '../rule.ts'
import {
  type Evaluate,
  earlier,
  type Kind,
  type LocalText,
  type Needs,
  type Recurse,
} from './kind.ts'

/** Joins what several rules need. */
function joined(rules: readonly Rule[], recurse: Recurse): Needs {
  const needs = rules.map(recurse.needs)
  return {
    traits: needs.flatMap((need) => need.traits),
    streams: needs.flatMap((need) => need.streams),
  }
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
    const members = 'all' in rule ? rule.all : 'any' in rule ? rule.any : []
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
  needs: (rule, recurse) => {
    const { traits, streams } = recurse.needs(rule.not)
    // Turned round, every value but those helps.
    return { traits: traits.map(({ name }) => ({ name, keys: null })), streams }
  },
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
