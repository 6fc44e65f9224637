import { Type } from 'typebox'
import type { IdentifierRule } from '../rule.ts'
import { type Kind, NOTHING_FOUND } from './kind.ts'

/** Has an identifier of a namespace: an e-mail address, a telephone number, a card. */
export const identifierKind: Kind<IdentifierRule> = {
  is: (rule): rule is IdentifierRule => 'identifier' in rule,
  schema: Type.Object(
    { identifier: Type.String({ pattern: '^[a-z][a-z0-9_.-]{0,63}$' }) },
    { additionalProperties: false },
  ),
  children: () => [],
  needs: () => ({ traits: [], streams: [], around: true }),
  prepare:
    ({ identifier }) =>
    ({ around }) => ({ holds: around.identifiers.has(identifier), nextChangeAt: null }),
  found:
    ({ identifier }) =>
    ({ around }) => ({ ...NOTHING_FOUND, value: around.identifiers.has(identifier) }),
  toSql: ({ identifier }, builder) =>
    `arrayExists(i -> startsWith(i, ${builder.text(`${identifier}:`)}), p.identifiers)`,
  describe: ({ identifier }, names) => {
    const name = names.of('trait', identifier)
    return { fr: `a un identifiant ${name.fr}`, en: `has an identifier ${name.en}` }
  },
}
