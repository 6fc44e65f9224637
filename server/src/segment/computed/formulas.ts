import {
  checkFormula,
  FaultyFormula,
  type FormulaFault,
  partsOf,
  traitsInFormula,
} from '../formula/index.ts'
import { type Computed, type Formula, limits, type Spec } from '../rule.ts'
import { knownComputed } from './index.ts'
import { type ComputedTraits, computedNamed } from './resolve.ts'

/**
 * Formulas name other traits, and among them other formulas. What is stored is the name; what is
 * asked holds the definition of today, down to the last, so that no order has to be kept.
 */

export const isFormula = (spec: Spec): spec is Formula => 'formula' in spec

/** The computed traits with what their formulas refer to; one that became wrong says why. */
export function withFormulas(traits: ComputedTraits): ComputedTraits {
  return new Map(
    [...traits].map(([key, known]) => {
      if (!isFormula(known.spec)) return [key, known]
      return [key, { ...known, spec: orFault(known.spec, { traits, told: anyName, way: [key] }) }]
    }),
  )
}

/** What is stored was looked at when it was saved: its given traits are not looked up again. */
const anyName = () => true

/**
 * A formula that is to be saved or tried, with what it refers to.
 * @param key its own; a formula that leads back to it is refused. null: it has none yet.
 * @param told whether a trait of this name was ever told
 * @throws FaultyFormula for what is none, or refers to nothing, to itself, or to too much
 */
export function wholeFormula(
  spec: Formula,
  asked: { key: string | null; traits: ComputedTraits; told(name: string): boolean },
): Formula {
  const way = asked.key === null ? [] : [asked.key]
  return wholly(spec, { ...asked, way }).spec
}

type Whole = { spec: Formula; parts: number }
type Asked = {
  traits: ComputedTraits
  told(name: string): boolean
  /** The keys by way of which it is referred to, its own the last. */
  way: readonly string[]
}

function orFault(spec: Formula, asked: Asked): Formula {
  try {
    return wholly(spec, asked).spec
  } catch (fault) {
    if (!(fault instanceof FaultyFormula)) throw fault
    return { formula: spec.formula, fault: fault.message }
  }
}

function wholly({ formula }: Formula, asked: Asked): Whole {
  const found = traitsInFormula(formula).flatMap((name) => referred(name, formula, asked) ?? [])
  const traits = Object.fromEntries(found.map(({ name, computed }) => [name, computed]))
  const sizes = new Map(found.map(({ name, parts }) => [name, parts]))
  const node = checkFormula(formula, (name) => {
    const spec = traits[name]?.spec
    if (spec) return knownComputed(spec).type(spec)
    return asked.told(name) ? 'any' : undefined
  })
  const parts = partsOf(node, (name) => sizes.get(name) ?? 0)
  if (parts > limits.formulaParts) {
    throw faulty(formula, formula, {
      fr: `avec les formules auxquelles elle renvoie, elle a plus de ${limits.formulaParts} éléments.`,
      en: `with the formulas that it refers to it has more than ${limits.formulaParts} parts.`,
    })
  }
  return { spec: { formula, traits }, parts }
}

/** The computed trait of a name, with what it refers to itself. */
function referred(
  name: string,
  formula: string,
  asked: Asked,
): { name: string; computed: Computed; parts: number } | null {
  const { traits, way } = asked
  const key = computedKey(name, traits)
  const known = key === null ? undefined : traits.get(key)
  if (key === null || !known) return null
  if (way.includes(key)) {
    const circle = [...way.slice(way.indexOf(key)), key].join(' → ')
    throw faulty(formula, name, {
      fr: `des formules renvoient l’une à l’autre en rond : ${circle}.`,
      en: `formulas refer to each other in a circle: ${circle}.`,
    })
  }
  if (!isFormula(known.spec)) {
    const computed = computedNamed(name, traits)
    return computed ? { name, computed, parts: 0 } : null
  }
  const { spec, parts } = behind(known.spec, { traits, told: anyName, way: [...way, key] })
  return { name, computed: { name: known.name, spec }, parts }

  /** What is wrong further on is said of the name that leads there. */
  function behind(further: Formula, next: Asked): Whole {
    try {
      return wholly(further, next)
    } catch (fault) {
      throw fault instanceof FaultyFormula ? faulty(formula, name, fault.fault.message) : fault
    }
  }
}

function faulty(formula: string, part: string, message: FormulaFault['message']): FaultyFormula {
  const start = Math.max(0, formula.indexOf(part))
  return new FaultyFormula({ message, start, end: start + part.length })
}

/** The key of the computed trait that a name means: its own, or one that has such a part. */
function computedKey(name: string, traits: ComputedTraits): string | null {
  if (traits.has(name)) return name
  if (!computedNamed(name, traits)) return null
  return name.slice(0, name.lastIndexOf('.'))
}

/** The keys of the formulas that name a computed trait themselves. */
export function formulasNaming(key: string, traits: ComputedTraits): string[] {
  return [...traits].flatMap(([own, { spec }]) => {
    if (!isFormula(spec)) return []
    const names = traitsInFormula(spec.formula)
    return names.some((name) => name === key || name.startsWith(`${key}.`)) ? [own] : []
  })
}

/** The keys of the formulas whose value depends on a computed trait, by way of others too. */
export function formulasBehind(key: string, traits: ComputedTraits): string[] {
  const found = new Set<string>()
  const waiting = [key]
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    for (const user of formulasNaming(one, traits)) {
      if (found.has(user) || user === key) continue
      found.add(user)
      waiting.push(user)
    }
  }
  return [...found]
}
