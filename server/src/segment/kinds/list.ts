import { Type } from 'typebox'
import { reserved } from '../../collect/index.ts'
import type { Comparison, ListRule } from '../rule.ts'
import { traitSql } from '../traitSql.ts'
import { type Kind, NOTHING_FOUND } from './kind.ts'
import { traitKind } from './trait.ts'

const ON_IT: Comparison = { op: 'isTrue' }

/** The trait that says who is on a list. */
const asTrait = ({ list }: ListRule) => ({ trait: reserved.listTrait(list), ...ON_IT })

/** Is on a static list. */
export const listKind: Kind<ListRule> = {
  is: (rule): rule is ListRule => 'list' in rule,
  schema: Type.Object({ list: Type.String({ format: 'uuid' }) }, { additionalProperties: false }),
  children: () => [],
  lists: ({ list }) => [list],
  needs: (rule, recurse) => traitKind.needs(asTrait(rule), recurse),
  prepare: (rule, scope, prepare) => traitKind.prepare(asTrait(rule), scope, prepare),
  found: (rule, scope) => {
    const found = traitKind.found?.(asTrait(rule), scope)
    return (context) => {
      const held = found?.(context)
      const on = held?.value === true
      // Whether somebody is on a list is no personal trait to be masked.
      const { at = null, source = null } = held ?? {}
      return { ...NOTHING_FOUND, value: on, at, source }
    }
  },
  toSql: (rule, builder) => traitSql(asTrait(rule).trait, ON_IT, builder),
  describe: ({ list }, names) => {
    const name = names.of('list', list)
    return { fr: `est dans la liste « ${name.fr} »`, en: `is on the list “${name.en}”` }
  },
}
