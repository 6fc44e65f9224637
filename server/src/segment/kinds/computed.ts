import { type Decimal, decimalOf } from '../../profile/index.ts'
import { type Answer, earlier } from '../answer.ts'
import { knownComputed } from '../computed/index.ts'
import type { ComputedReading, PersonSql } from '../computed/kind.ts'
import { profilesFulfilling } from '../eventStreams.ts'
import { columnsOfFormula, letSql } from '../formula/index.ts'
import { compareSql, prepareComparison } from '../operators/index.ts'
import type { ComputedRule, Operand } from '../rule.ts'
import type { SqlBuilder } from '../sqlBuilder.ts'
import { comparisonText } from '../words.ts'
import { type EvaluationContext, foundOf, type Kind, nobodyAt, rawOf } from './kind.ts'
import { traitKind } from './trait.ts'

/** Compares a computed trait: what its definition makes of the profile at this instant. */
export const computedKind: Kind<ComputedRule> = {
  is: (rule): rule is ComputedRule => 'trait' in rule && 'computed' in rule,
  // As it is stored and sent: without the definition.
  schema: traitKind.schema,
  children: () => [],
  compares: (rule) => rule,
  needs: ({ computed: { spec } }) => knownComputed(spec).needs(spec),
  prepare: (rule, scope) => {
    const { spec } = rule.computed
    const kind = knownComputed(spec)
    const read = kind.prepare(spec, scope)
    const compare = prepareComparison(rule, scope.calendar)
    const numbers = numbersOf(rule.value)
    const ask = (context: EvaluationContext): Answer => {
      const reading = read(context)
      const { holds, nextChangeAt } = compare(reading.value, context.now)
      return { holds, nextChangeAt: earlier(nextChange(reading, numbers), nextChangeAt) }
    }
    const { looksAhead = 0 } = kind
    return looksAhead === 0 ? ask : (context) => turningAhead(ask, context, looksAhead)
  },
  found: ({ computed: { spec } }, scope) => {
    const read = knownComputed(spec).prepare(spec, scope)
    return (context) => {
      const { value, newest, approximate } = read(context)
      return foundOf(rawOf(value), { newest, approximate })
    }
  },
  toSql: (rule, builder) => {
    const { spec } = rule.computed
    const made = knownComputed(spec).toSql(spec, builder)
    if (made.rows === null) return comparePerson(rule, made, builder)
    const { columns, rows } = made
    const test = compareSql(columns, rule, builder)
    const asked = { test, holdsForNobody: holdsForNobody(rule, builder) }
    return profilesFulfilling([`(${rows.join(' OR ')})`], asked, builder)
  },
  describe: (rule) => {
    const { name } = rule.computed
    const say = (language: 'fr' | 'en') => `${name[language]} ${comparisonText(rule, language)}`
    return { fr: say('fr'), en: say('en') }
  },
}

/** What is not of the events alone is compared beside the person; its value is written once. */
function comparePerson(rule: ComputedRule, { columns, value }: PersonSql, builder: SqlBuilder) {
  if (!value) return compareSql(columns, rule, builder)
  const test = compareSql(columnsOfFormula('formula', value.type), rule, builder)
  return `(${letSql({ formula: value.sql }, test)} = 1)`
}

/** The answer of now, with the next change that turns it, as far as so many steps reach. */
function turningAhead(
  ask: (context: EvaluationContext) => Answer,
  context: EvaluationContext,
  steps: number,
): Answer {
  const { holds, nextChangeAt } = ask(context)
  let at = nextChangeAt
  for (let step = 0; step < steps && at !== null; step += 1) {
    const then = ask({ ...context, now: at })
    if (then.holds !== holds) break
    at = then.nextChangeAt
  }
  return { holds, nextChangeAt: at }
}

const nextChange = (reading: ComputedReading, numbers: readonly Decimal[]): number | null =>
  reading.passes ? reading.passes(numbers) : reading.nextChangeAt

/** The numbers that a value is compared with. */
function numbersOf(operand: Operand | undefined): Decimal[] {
  const list: readonly unknown[] = Array.isArray(operand) ? operand : [operand]
  return list.flatMap((one) => (typeof one === 'number' ? (decimalOf(one) ?? []) : []))
}

/** Who has no such event has no row either. */
function holdsForNobody(rule: ComputedRule, { calendar, now }: SqlBuilder): boolean {
  const scope = { streamOf: () => undefined, calendar }
  return computedKind.prepare(rule, scope, () => nothing)(nobodyAt(now)).holds
}

const nothing = () => ({ holds: false, nextChangeAt: null })
