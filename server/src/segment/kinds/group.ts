import { Type } from 'typebox'
import type { AllRule, AnyRule, NotRule, Rule } from '../rule.ts'
import { type Answer, earlier, type Kind, type Needs, type Recurse } from './kind.ts'

/** Joins what several rules need. */
function joined(rules: readonly Rule[], recurse: Recurse): Needs {
  const needs = rules.map(recurse.needs)
  return {
    traits: needs.flatMap((need) => need.traits),
    streams: needs.flatMap((need) => need.streams),
  }
}

/** The group's answer can change when any of its members' does. */
function combine(answers: readonly Answer[], holds: boolean): Answer {
  const nextChangeAt = answers.reduce<number | null>(
    (next, answer) => earlier(next, answer.nextChangeAt),
    null,
  )
  return { holds, nextChangeAt }
}

function phrase(texts: readonly string[], word: string): string {
  return texts.length === 1 ? (texts[0] ?? '') : `(${texts.join(` ${word} `)})`
}

export const allKind: Kind<AllRule> = {
  is: (rule): rule is AllRule => 'all' in rule,
  schema: Type.Object({ all: Type.Array(Type.Unknown()) }, { additionalProperties: false }),
  children: (rule) => rule.all.map((child, index) => ({ path: `all/${index}`, rule: child })),
  needs: (rule, recurse) => joined(rule.all, recurse),
  evaluate: (rule, context, recurse) => {
    const answers = rule.all.map((child) => recurse.evaluate(child, context))
    return combine(
      answers,
      answers.every((answer) => answer.holds),
    )
  },
  toSql: (rule, builder, recurse) =>
    rule.all.length === 0
      ? 'true'
      : `(${rule.all.map((child) => recurse.toSql(child, builder)).join(' AND ')})`,
  describe: (rule, names, recurse) => {
    const parts = rule.all.map((child) => recurse.describe(child, names))
    if (parts.length === 0) return { fr: 'tout le monde', en: 'everyone' }
    return {
      fr: phrase(
        parts.map((part) => part.fr),
        'et',
      ),
      en: phrase(
        parts.map((part) => part.en),
        'and',
      ),
    }
  },
}

export const anyKind: Kind<AnyRule> = {
  is: (rule): rule is AnyRule => 'any' in rule,
  schema: Type.Object({ any: Type.Array(Type.Unknown()) }, { additionalProperties: false }),
  children: (rule) => rule.any.map((child, index) => ({ path: `any/${index}`, rule: child })),
  needs: (rule, recurse) => joined(rule.any, recurse),
  evaluate: (rule, context, recurse) => {
    const answers = rule.any.map((child) => recurse.evaluate(child, context))
    return combine(
      answers,
      answers.some((answer) => answer.holds),
    )
  },
  toSql: (rule, builder, recurse) =>
    rule.any.length === 0
      ? 'false'
      : `(${rule.any.map((child) => recurse.toSql(child, builder)).join(' OR ')})`,
  describe: (rule, names, recurse) => {
    const parts = rule.any.map((child) => recurse.describe(child, names))
    if (parts.length === 0) return { fr: 'personne', en: 'nobody' }
    return {
      fr: phrase(
        parts.map((part) => part.fr),
        'ou',
      ),
      en: phrase(
        parts.map((part) => part.en),
        'or',
      ),
    }
  },
}

export const notKind: Kind<NotRule> = {
  is: (rule): rule is NotRule => 'not' in rule,
  schema: Type.Object({ not: Type.Unknown() }, { additionalProperties: false }),
  children: (rule) => [{ path: 'not', rule: rule.not }],
  needs: (rule, recurse) => recurse.needs(rule.not),
  evaluate: (rule, context, recurse) => {
    const answer = recurse.evaluate(rule.not, context)
    return { holds: !answer.holds, nextChangeAt: answer.nextChangeAt }
  },
  toSql: (rule, builder, recurse) => `(NOT ${recurse.toSql(rule.not, builder)})`,
  describe: (rule, names, recurse) => {
    const inner = recurse.describe(rule.not, names)
    return { fr: `sauf si ${inner.fr}`, en: `unless ${inner.en}` }
  },
}
