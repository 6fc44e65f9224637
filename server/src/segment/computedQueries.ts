import type { Actor } from '../platform/api.ts'
import type { ClickHouse } from '../platform/clickhouse.ts'
import type { Deps } from '../platform/deps.ts'
import { badRequest, Problem } from '../platform/errors.ts'
import { may } from '../workspace/index.ts'
import type { Previewed, PreviewedPerson } from './computedPreview.ts'
import { parseSpec } from './parse.ts'
import { historyAway } from './problems.ts'
import { checkQuery, FailedQuery, sampleQuery } from './query/ask.ts'
import type { Query, Spec } from './rule.ts'

/** Definitions that are queries, as the API takes them. */

/**
 * A definition that the actor may save or try. @throws a problem with the place of a fault, of a
 * query also for what it may not read, and for who may not write one
 */
export async function allowedSpec(deps: Deps, actor: Actor, definition: unknown): Promise<Spec> {
  const spec = parseSpec(definition)
  if (!('sql' in spec)) return spec
  if (!may(actor, 'traits:sql')) {
    throw new Problem(403, {
      code: 'forbidden',
      detail: 'Only administrators write queries, because these see everybody’s data unmasked.',
    })
  }
  await asProblem(() => checkQuery(deps.clickhouse, spec.sql))
  return spec
}

async function asProblem<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (!(cause instanceof FailedQuery)) throw historyAway(cause)
    throw badRequest('invalid_definition', `The query can't be asked: ${cause.message}`, {
      errors: [{ path: '/sql', message: cause.message }],
    })
  }
}

/** Rows of a test run that are shown, and people of whom more is. */
const ROWS = 20
const PEOPLE = 5

/** A test run: its first rows and how long it took; of one person's rows where one is chosen. */
export async function previewQuery(
  clickhouse: ClickHouse,
  spec: Query,
  asked: { workspace: number; profiles: readonly string[] | null; signal: AbortSignal },
): Promise<Previewed> {
  const { workspace, profiles, signal } = asked
  const startedAt = performance.now()
  const sample = await asProblem(() =>
    sampleQuery(
      clickhouse,
      { workspace, spec, signal },
      { rows: ROWS, profile: profiles?.[0] ?? null },
    ),
  )
  const ms = Math.round(performance.now() - startedAt)
  const people = sample.first.flatMap(({ value, profile }): PreviewedPerson[] =>
    profile === null ? [] : [{ id: profile, value, count: 0, events: [], inputs: [] }],
  )
  return { have: sample.matched, people: people.slice(0, PEOPLE), run: { ...sample, ms } }
}
