/** Fair shares: a workspace that sends ten times as much does not slow another one down. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestDatabase, type TestDatabase } from '../engines.ts'
import { clickhouseOf, eventOf, pause, type Running, startOn, until } from './place.ts'

/** Whatever else the machine does can spoil a round, but an unfair program spoils all of them. */
const ROUNDS_MAX = 6
const ROUND_MS = 2_500
/** One event of the quiet workspace, and ten of the loud one, in this time. */
const EVERY_MS = 20
const LOUD_KEY = 'loud-write-key'
/** What two noisy processors add to a p99 of some tens of milliseconds, whoever is loud. */
const NOISE_MS = 150

let database: TestDatabase
let program: Running
let segment = 0
beforeAll(async () => {
  database = await openTestDatabase()
  const { postgresUrl, postgres } = database
  program = await startOn({ addresses: { postgresUrl, clickhouse: clickhouseOf(database) } })
  const [loud] = await postgres.query<{ id: number }>(
    `INSERT INTO workspace (key, name, hash_key, created_at)
     VALUES ('loud', 'Loud', $1, now()) RETURNING id`,
    [Buffer.alloc(32, 7)],
  )
  await postgres.query(
    `INSERT INTO source (workspace, public_id, name, kind, write_key, created_at)
     VALUES ($1, $2, 'Loud', 'server', $3, now())`,
    [loud?.id, randomUUID(), LOUD_KEY],
  )
  const { id } = await program.client.call<{ id: string }>('POST', '/segments', {
    name: 'Buyers',
    rule: { did: 'Seen', times: { op: 'atLeast', count: 1 }, within: null },
  })
  await until('the segment is live', async () => {
    const { state } = await program.client.call<{ state: string }>('GET', `/segments/${id}`)
    return state === 'live'
  })
  const [row] = await postgres.query<{ id: number }>(
    'SELECT id FROM segment WHERE public_id = $1',
    [id],
  )
  segment = row?.id ?? 0
}, 60_000)
afterAll(async () => {
  await program.close()
  await database.close()
})

type Sent = Map<string, number>

/** Sends to the quiet workspace, each event of somebody new; when, by user id. */
async function sendQuietly(round: string, ends: number): Promise<Sent> {
  const sent: Sent = new Map()
  const answers: Promise<number>[] = []
  for (let n = 0; performance.now() < ends; n += 1) {
    const user = `quiet-${round}-${n}`
    sent.set(user, performance.now())
    answers.push(program.client.send([eventOf(user, user)]))
    await pause(EVERY_MS)
  }
  expect(new Set(await Promise.all(answers))).toEqual(new Set([200]))
  return sent
}

async function sendLoudly(round: string, ends: number): Promise<void> {
  const answers: Promise<number>[] = []
  for (let n = 0; performance.now() < ends; n += 1) {
    const events = Array.from({ length: 10 }, (_, index) =>
      eventOf(`loud-${(n * 10 + index) % 997}`, `loud-${round}-${n}-${index}`),
    )
    answers.push(program.client.send(events, LOUD_KEY))
    await pause(EVERY_MS)
  }
  const statuses = await Promise.all(answers)
  // A test that the loud one hardly takes part in would say nothing.
  expect(statuses.filter((one) => one === 200).length).toBeGreaterThan(statuses.length / 2)
}

/** From sending to being seen as a member, the p99 in ms. */
async function p99(round: string, isLoud: boolean): Promise<number> {
  const ends = performance.now() + ROUND_MS
  const seen = new Map<string, number>()
  const loud = isLoud ? sendLoudly(round, ends) : Promise.resolve()
  const sending = sendQuietly(round, ends)
  let sent: Sent | null = null
  void sending.then((all) => {
    sent = all
  })
  await until('everybody is a member', async () => {
    const rows = await database.postgres.query<{ value: string }>(
      `SELECT i.value FROM membership m JOIN identifier i ON i.id = m.profile
       WHERE m.segment = $1 AND starts_with(i.value, $2)`,
      [segment, `quiet-${round}-`],
    )
    const now = performance.now()
    for (const { value } of rows) if (!seen.has(value)) seen.set(value, now)
    return sent !== null && seen.size === sent.size
  })
  await loud
  await program.stages.flow?.drained()
  const waits = [...(await sending)].map(([user, at]) => (seen.get(user) ?? 0) - at)
  return waits.sort((x, y) => x - y)[Math.floor(waits.length * 0.99)] ?? 0
}

test('one workspace at ten times the load leaves the p99 of another below 1.5 times', async () => {
  await p99('warm', true)
  const said: string[] = []
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const alone = await p99(`alone-${round}`, false)
    const beside = await p99(`beside-${round}`, true)
    said.push(`alone ${Math.round(alone)} ms, beside a loud one ${Math.round(beside)} ms`)
    if (beside <= Math.max(1.5 * alone, alone + NOISE_MS)) return
  }
  expect.fail(`In no round it did: ${said.join('; ')}.`)
}, 120_000)
