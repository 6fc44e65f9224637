/**
 * I5: live membership = ClickHouse's answer = a naive third implementation, on small random
 * histories. `segmentsBatch.slow.test.ts` does the same with all kinds of rules at once.
 */
import { expect, it } from 'vitest'
import { agreeOnLinked, agreeOnSeparate } from './equivalence/drawn.ts'

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
console.info(`segmentsBatch.test.ts: SEED=${seed}`)
/** What a question to ClickHouse costs is the number of rules, and of rounds. */
const SMALL = { rules: 6, rounds: 3 }
/** A case is one segment and one person. */
const CASES_LEAST = 150
const ENOUGH_MS = 400_000

let cases = 0

it(
  'I5: documents, ClickHouse and a naive reading agree on random rules and histories',
  async () => {
    cases += await agreeOnSeparate(seed, { size: SMALL, pastInstants: 1 })
  },
  ENOUGH_MS,
)

it(
  'I5: documents and ClickHouse agree through merges, shared devices and late logins',
  async () => {
    cases += await agreeOnLinked(seed, SMALL)
    expect(cases).toBeGreaterThan(CASES_LEAST)
  },
  ENOUGH_MS,
)
