/**
 * I5: live membership = ClickHouse's answer = a naive third implementation, on random histories.
 * `npm run equivalence` does the same at length, `segmentsBatch.test.ts` with less.
 */
import { expect, it } from 'vitest'
import { agreeOnLinked, agreeOnSeparate } from './equivalence/drawn.ts'

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
console.info(`segmentsBatch.slow.test.ts: SEED=${seed}`)
/** A case is one segment and one person. */
const CASES_LEAST = 2_000
/** Long, for machines that do much else meanwhile. */
const ENOUGH_MS = 900_000

let cases = 0

it(
  'I5: documents, ClickHouse and a naive reading agree on random rules and histories',
  async () => {
    cases += await agreeOnSeparate(seed)
  },
  ENOUGH_MS,
)

it(
  'I5: documents and ClickHouse agree through merges, shared devices and late logins',
  async () => {
    cases += await agreeOnLinked(seed)
    expect(cases).toBeGreaterThan(CASES_LEAST)
  },
  ENOUGH_MS,
)
