import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestDatabase, type TestDatabase } from './engines.ts'
import { forAtMost, historyOf, retractable, shuffled } from './histories.ts'
import { MINUTE, NOW, openStage, type Stage, type Told } from './history.ts'

let database: TestDatabase
let stage: Stage

/** On a busy machine a property is tried less often rather than for longer. */
const ENOUGH_MS = 6_000

beforeAll(async () => {
  database = await openTestDatabase()
  stage = await openStage(database.postgres)
})
afterAll(async () => {
  await stage.log.close()
  await database.close()
})

type Evidence = {
  a: string
  b: string
  kind: number
  priority: number
  at: number
  hash: number
  former: string | null
  state: string
  reason: string | null
}
type Decided = { a: string; b: string; verdict: string }

const NAMED = `i.namespace || ':' || i.value`

async function readEvidence(): Promise<Evidence[]> {
  return stage.postgres.query<Evidence>(
    `SELECT x.namespace || ':' || x.value AS a, y.namespace || ':' || y.value AS b, e.kind,
       e.priority, e.at, e.hash, e.state, e.reason,
       (SELECT ${NAMED} FROM identifier i WHERE i.id = e.former) AS former
     FROM evidence e JOIN identifier x ON x.id = e.a JOIN identifier y ON y.id = e.b`,
  )
}

async function readDecisions(): Promise<Decided[]> {
  return stage.postgres.query<Decided>(
    `SELECT x.namespace || ':' || x.value AS a, y.namespace || ':' || y.value AS b, d.verdict
     FROM identity_decision d JOIN identifier x ON x.id = d.a JOIN identifier y ON y.id = d.b`,
  )
}

/** Identifier → all identifiers of its profile, sorted. */
async function readComponents(): Promise<Map<string, string>> {
  const rows = await stage.postgres.query<{ name: string; profile: string }>(
    `SELECT ${NAMED} AS name, coalesce(a.profile, i.id) AS profile
     FROM identifier i LEFT JOIN profile_alias a ON a.identifier = i.id`,
  )
  const groups = Map.groupBy(rows, (row) => row.profile)
  const textOf = (profile: string) =>
    (groups.get(profile) ?? [])
      .map((row) => row.name)
      .sort()
      .join(' ')
  return new Map(rows.map((row) => [row.name, textOf(row.profile)]))
}

const LIMITS: Record<string, number> = { user_id: 1, email: 5, phone: 5, card: 5 }
const namespaceOf = (name: string) => name.slice(0, name.indexOf(':'))
const isPair = (x: { a: string; b: string }, y: { a: string; b: string }) =>
  (x.a === y.a && x.b === y.b) || (x.a === y.b && x.b === y.a)

/** The definition of I4, word for word and slowly: a greedy union in canonical order. */
function naive(evidence: readonly Evidence[], decisions: readonly Decided[]) {
  const verdictOn = (pair: { a: string; b: string }) =>
    decisions.find((one) => isPair(one, pair))?.verdict
  const groups = new Map<string, Set<string>>()
  for (const { a, b } of evidence) for (const id of [a, b]) groups.set(id, new Set([id]))
  const former = new Set(
    evidence
      .filter((one) => one.kind === 2 && verdictOn(one) !== 'retract')
      .map((one) => one.former),
  )
  const tie = (one: Evidence) => [one.a, one.b].sort().join('|')
  const ordered = [...evidence].sort(
    (x, y) =>
      x.kind - y.kind ||
      x.priority - y.priority ||
      x.at - y.at ||
      x.hash - y.hash ||
      (tie(x) < tie(y) ? -1 : 1),
  )
  const standing = new Map<Evidence, string>()
  for (const one of ordered) {
    if (one.kind === 1 && verdictOn(one) !== 'link') standing.set(one, 'retracted retracted')
    else if (verdictOn(one) === 'retract') standing.set(one, 'retracted retracted')
    else standing.set(one, judge(one))
  }
  function judge(one: Evidence): string {
    const [left, right] = [groups.get(one.a), groups.get(one.b)]
    if (!left || !right || left === right) return 'accepted null'
    const joined = new Set([...left, ...right])
    for (const { a, b, verdict } of decisions) {
      if (verdict !== 'cannot_link' || !joined.has(a) || !joined.has(b)) continue
      if (left.has(a) !== left.has(b)) return 'refused cannot_link'
    }
    const over = Object.keys(LIMITS).find((namespace) => {
      const counted = [...joined].filter((id) => namespaceOf(id) === namespace && !former.has(id))
      return counted.length > (LIMITS[namespace] ?? 5)
    })
    if (over) return `refused limit:${over}`
    for (const id of joined) groups.set(id, joined)
    return 'accepted null'
  }
  return { groups, standing }
}

describe('I4: identity is a function of the evidence', () => {
  it('is online what the canonical fold over all evidence gives', async () => {
    await fc.assert(
      fc.asyncProperty(
        historyOf({ events: 22, decisions: 5 }),
        fc.nat(),
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 }),
        forAtMost(ENOUGH_MS, async (history, seed, sizes) => {
          await stage.play(shuffled(history, seed), sizes)
          const evidence = await readEvidence()
          const { groups, standing } = naive(evidence, await readDecisions())
          for (const one of evidence) {
            expect(`${one.a} ${one.b} ${one.state} ${one.reason}`).toBe(
              `${one.a} ${one.b} ${standing.get(one)}`,
            )
          }
          for (const [name, component] of await readComponents()) {
            expect(component).toBe([...(groups.get(name) ?? [name])].sort().join(' '))
          }
        }),
      ),
      { numRuns: 60 },
    )
  }, 60_000)

  it('explains every profile by accepted evidence, and every refusal by a reason', async () => {
    await fc.assert(
      fc.asyncProperty(
        historyOf({ events: 20, decisions: 5 }),
        forAtMost(ENOUGH_MS, async (history) => {
          await stage.play(history, [3])
          const evidence = await readEvidence()
          const linked = new Map<string, Set<string>>()
          for (const { a, b, state, reason } of evidence) {
            if (state !== 'accepted') {
              expect(reason).toMatch(/^(?:limit:\w+|cannot_link|retracted)$/)
              continue
            }
            const joined = new Set([a, b, ...(linked.get(a) ?? []), ...(linked.get(b) ?? [])])
            for (const id of joined) linked.set(id, joined)
          }
          for (const [name, component] of await readComponents()) {
            expect(component).toBe([...(linked.get(name) ?? [name])].sort().join(' '))
          }
        }),
      ),
      { numRuns: 30 },
    )
  }, 60_000)
})

describe('an undone link', () => {
  const decide = (verdict: string, at: number, [a, b]: readonly [object, object]): Told => ({
    receivedAt: NOW - 10 * MINUTE + at,
    control: { type: 'identity_decision', a, b, verdict, author: 'test' },
  })

  /** All but the evidence of the pair itself, which is kept as retracted. */
  const beside = (state: Map<string, string>, one: string, other: string) =>
    Object.fromEntries(
      [...state].filter(
        ([key]) => !(key.startsWith('evidence') && key.includes(`${one} ${other}`)),
      ),
    )

  it('leaves the state as if its evidence had never been there, whatever comes later', async () => {
    await fc.assert(
      fc.asyncProperty(
        retractable(),
        fc.nat(),
        forAtMost(ENOUGH_MS, async ({ withPair, without, pair }, seed) => {
          const retract = decide('retract', 0, pair.identifiers)
          const expected = await stage.play([...without, retract])
          const undone = await stage.play(shuffled([...withPair, retract], seed), [2, 1, 4])
          const [one, other] = pair.names
          expect(beside(undone, one, other)).toEqual(beside(expected, one, other))
        }),
      ),
      { numRuns: 40 },
    )
  }, 60_000)

  it('gives each side its old id back, and the link again when people decide so', async () => {
    const pair = [
      { namespace: 'user_id', value: 'u1' },
      { namespace: 'email', value: 'a@x.fr' },
    ] as const
    const said = (messageId: string, ids: object): Told => ({
      receivedAt: NOW - 60 * MINUTE,
      events: [{ type: 'track', event: 'Viewed', messageId, timestamp: '2026-11-20', ...ids }],
    })
    const mail = { context: { traits: { email: 'a@x.fr' } } }
    await stage.play([said('m1', mail), said('m2', { userId: 'u1' })])
    const profiles = () =>
      stage.postgres.query<{ id: string }>('SELECT id FROM profile ORDER BY id')
    const [before, count] = [await profiles(), async () => (await profiles()).length]
    expect(before).toHaveLength(2)
    const next = async (told: Told) => {
      await stage.append([told])
      await stage.fold()
    }
    await next(said('m3', { userId: 'u1', ...mail }))
    expect(await count()).toBe(1)
    await next(decide('retract', 1, pair))
    expect(await profiles()).toEqual(before)
    await next(said('m4', { userId: 'u1', ...mail }))
    expect(await profiles()).toEqual(before)
    await next(decide('link', 2, pair))
    expect(await count()).toBe(1)
    await next(decide('cannot_link', 3, pair))
    expect(await profiles()).toEqual(before)
  })
})
