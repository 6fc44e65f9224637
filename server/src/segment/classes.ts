import type { Rule } from './rule.ts'

/**
 * The rules that the ordered classes of a segmentation are asked by: each its own, and none of
 * those before it; the last one, which has no rule, takes whoever is left. So exactly one of them
 * holds, whatever is known of a person.
 */
export function composeClasses(written: readonly Rule[]): Rule[] {
  const composed = written.map((rule, index): Rule => {
    return index === 0 ? rule : { all: [rule, { none: written.slice(0, index) }] }
  })
  return [...composed, { none: [...written] }]
}
