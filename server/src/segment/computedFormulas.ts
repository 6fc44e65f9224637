import { reserved } from '../collect/index.ts'
import { badRequest, conflict } from '../platform/errors.ts'
import type { Sql } from '../platform/postgres.ts'
import { formulasBehind, isFormula, wholeFormula } from './computed/formulas.ts'
import type { ComputedTraits } from './computed/resolve.ts'
import { readStored } from './computedDefinitions.ts'
import { FaultyFormula, traitsInFormula } from './formula/index.ts'
import type { Formula, Spec } from './rule.ts'

/**
 * A definition that was only just sent, with what it refers to.
 * @param key of the trait whose definition it is; null: it has none yet
 * @throws a problem with the place, in the text too, of a formula that cannot be asked
 */
export async function wholeSpec(
  sql: Sql,
  workspace: number,
  { key, spec }: { key: string | null; spec: Spec },
): Promise<Spec> {
  if (!isFormula(spec)) return spec
  const traits = await readStored(sql, workspace)
  const told = await toldAmong(sql, workspace, traitsInFormula(spec.formula))
  try {
    return wholeFormula(spec, { key, traits, told: (name) => told.has(name) })
  } catch (fault) {
    throw fault instanceof FaultyFormula ? invalidFormula(fault) : fault
  }
}

/** `start` and `end` of the place in UTF-16 units; the message in both languages. */
function invalidFormula({ fault }: FaultyFormula) {
  const { message, start, end } = fault
  return badRequest('invalid_definition', `The formula can't be read: ${message.en}`, {
    errors: [{ path: '/formula', message: message.en, messages: message, start, end }],
  })
}

/** Those of the names that events have told as traits. */
async function toldAmong(
  sql: Sql,
  workspace: number,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await sql.query<{ name: string }>(
    `SELECT name FROM registry WHERE workspace = $1 AND kind = 'trait' AND name = ANY($2)`,
    [workspace, names],
  )
  return new Set(rows.map(({ name }) => name).filter((name) => !reserved.isReserved(name)))
}

/** The formulas behind a computed trait, as they are asked now that it has another definition. */
export async function wholeDependents(
  sql: Sql,
  workspace: number,
  key: string,
): Promise<Map<string, Formula>> {
  const traits = await readStored(sql, workspace)
  return new Map(
    formulasBehind(key, traits).flatMap((own) => {
      const known = traits.get(own)
      if (!known || !isFormula(known.spec)) return []
      return [[own, whole(own, known.spec, { traits, name: known.name.en })] as const]
    }),
  )
}

function whole(
  key: string,
  spec: Formula,
  { traits, name }: { traits: ComputedTraits; name: string },
): Formula {
  try {
    // What it refers to besides was there when it was saved.
    return wholeFormula(spec, { key, traits, told: () => true })
  } catch (fault) {
    if (!(fault instanceof FaultyFormula)) throw fault
    throw conflict('trait_in_use', `It would break the formula “${name}”: ${fault.message}`)
  }
}
