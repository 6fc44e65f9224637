import { Type } from 'typebox'
import type { IdentifierRule } from '../rule.ts'
import type { SqlBuilder } from '../sqlBuilder.ts'
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
  toSql: ({ identifier }, builder) => identifierSql(identifier, builder),
  describe: ({ identifier }, names) => {
    const name = names.of('trait', identifier)
    return { fr: `a un identifiant ${name.fr}`, en: `has an identifier ${name.en}` }
  },
}

/** That the row `p` has an identifier of a namespace today. */
export const identifierSql = (namespace: string, builder: SqlBuilder): string =>
  `arrayExists(i -> startsWith(i, ${builder.text(`${namespace}:`)}), p.identifiers)`
