/**
 * I2: an event that breaks the fold is kept with its bytes and the reason, its neighbours go on,
 * and after a fix it is taken in again: once, however often it is asked for.
 */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestDatabase, type TestDatabase } from '../engines.ts'
import { peopleOf } from '../people.ts'
import { clickhouseOf, eventOf, type Running, startOn } from './place.ts'

type Letter = { id: string; reason: string; raw: string; replayedAt: string | null }

let database: TestDatabase
let program: Running
beforeAll(async () => {
  database = await openTestDatabase()
  const { postgresUrl } = database
  program = await startOn({ addresses: { postgresUrl, clickhouse: clickhouseOf(database) } })
}, 60_000)
afterAll(async () => {
  await program.close()
  await database.close()
})

const letters = async (query = '') =>
  (await program.client.call<{ data: Letter[] }>('GET', `/events/dead-letters${query}`)).data

const replay = (path: string, body: object = {}) =>
  program.client.ask('POST', `/events/dead-letters/${path}`, body)

async function settled(): Promise<void> {
  await program.stages.flow?.drained()
  await program.stages.sink?.drained()
}

/** From now on PostgreSQL refuses identifiers that begin so, like values that no type can hold. */
async function poison(prefix: string): Promise<void> {
  await database.postgres.query(
    `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN RAISE EXCEPTION 'value out of range' USING ERRCODE = '22003'; END $$`,
  )
  await database.postgres.query(
    `CREATE TRIGGER refuse BEFORE INSERT ON identifier FOR EACH ROW
     WHEN (starts_with(NEW.value, '${prefix}')) EXECUTE FUNCTION refuse()`,
  )
}
const fix = () => database.postgres.query('DROP FUNCTION refuse() CASCADE')

/** The times of the events with this label, as ClickHouse has them. */
const history = (label: string) =>
  database.clickhouse.query<{ at: number }>(
    `SELECT toUnixTimestamp64Milli(time) AS at FROM event
     WHERE counted AND text['label'] = {label:String}`,
    { label },
  )

const timesOf = async (user: string) =>
  (await peopleOf(database)).find((one) => one.startsWith(`user_id:${user} `))

describe('an event that breaks the fold', () => {
  const POISONED = {
    ...eventOf('poison-1', 'poison-1'),
    properties: { label: 'first', note: 'déjà vu' },
  }

  test('is kept as it came, and its neighbours in the same request go on', async () => {
    await poison('poison')
    const neighbours = Array.from({ length: 40 }, (_, n) => eventOf(`near-${n}`, `near-${n}`))
    const events = [...neighbours.slice(0, 17), POISONED, ...neighbours.slice(17)]
    expect(await program.client.send(events)).toBe(200)
    await settled()
    const [letter, ...others] = await letters()
    expect(others).toEqual([])
    expect(letter).toMatchObject({ raw: JSON.stringify(POISONED), replayedAt: null })
    expect(letter?.reason).toMatch(/^fold_failed: /)
    expect(await peopleOf(database)).toHaveLength(40)
  })

  test('comes back as a new dead letter when it is replayed before it is fixed', async () => {
    const [letter] = await letters()
    expect((await replay(`${letter?.id}/replay`)).status).toBe(202)
    await settled()
    const [again, ...others] = await letters()
    expect(others).toEqual([])
    expect(again?.id).not.toBe(letter?.id)
    expect(again?.raw).toBe(letter?.raw)
  })

  test('is applied once after the fix, replayed twice and sent again by its sender', async () => {
    await fix()
    const [letter] = await letters()
    const both = await Promise.all([replay(`${letter?.id}/replay`), replay(`${letter?.id}/replay`)])
    expect(both.map(({ status }) => status).sort()).toEqual([202, 409])
    expect(await program.client.send([POISONED])).toBe(200)
    await settled()
    expect(await timesOf('poison-1')).toBe('user_id:poison-1 (1)')
    expect(await letters()).toEqual([])
    const all = await letters('?replayed=true')
    expect(all.map(({ replayedAt }) => replayedAt)).toEqual([
      expect.any(String),
      expect.any(String),
    ])
    expect(await history('first')).toHaveLength(1)
  })

  test('that has no message id and a clock of its own keeps its time and is applied once', async () => {
    await poison('poison')
    const ahead = Date.now() + 3 * 3_600_000
    const { messageId: _, ...bare } = eventOf('poison-2', '')
    const timestamp = new Date(ahead - 60_000).toISOString()
    const event = { ...bare, timestamp, properties: { label: 'ahead' } }
    const sentAt = new Date(ahead).toISOString()
    const from = Date.now()
    const answer = await fetch(`${program.url}/v1/batch`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from('failures-write-key:').toString('base64')}` },
      body: JSON.stringify({ batch: [eventOf('near', 'near-x'), event], sentAt }),
    })
    expect(answer.status).toBe(200)
    const to = Date.now()
    await settled()
    await fix()
    const answered = await program.client.call<object>('POST', '/events/dead-letters/replay', {})
    expect(answered).toEqual({ count: 1, left: 0 })
    // As after a crash between the append and the note that it was replayed.
    await database.postgres.query('UPDATE dead_letter SET replayed_at = NULL')
    await program.client.call('POST', '/events/dead-letters/replay', {})
    await settled()
    expect(await timesOf('poison-2')).toBe('user_id:poison-2 (1)')
    expect(await timesOf('poison-1')).toBe('user_id:poison-1 (1)')
    const [told, ...others] = await history('ahead')
    expect(others).toEqual([])
    expect(Number(told?.at)).toBeGreaterThanOrEqual(from - 60_000)
    expect(Number(told?.at)).toBeLessThanOrEqual(to - 60_000)
  })

  test('is counted: received is what was accepted, rejected and dead-lettered', async () => {
    const totals = await program.client.call<Record<string, number>>('GET', '/events/totals')
    expect(totals).toMatchObject({ waiting: 0, balanced: true })
    const { received, accepted = 0, rejected = 0, deadLettered = 0 } = totals
    expect(received).toBe(accepted + rejected + deadLettered)
    expect(deadLettered).toBeGreaterThan(0)
  })
})

describe('an event that names nobody', () => {
  test('is a dead letter, and one of somebody once its identifier is allowed', async () => {
    const block = (blocked: string[]) =>
      database.postgres.query(
        `INSERT INTO namespace (workspace, name, scope, limit_per_profile, priority, blocked)
         VALUES ($1, 'user_id', 'person', 1, 1, $2)
         ON CONFLICT (workspace, name) DO UPDATE SET blocked = excluded.blocked`,
        [program.workspace.id, blocked],
      )
    await block(['guest*'])
    await database.postgres.query('UPDATE definition_version SET version = version + 1')
    expect(await program.client.send([eventOf('guest-1', 'guest-1')])).toBe(200)
    await settled()
    const [letter] = await letters()
    expect(letter?.reason).toBe('no_usable_identifier')
    await block([])
    await database.postgres.query('UPDATE definition_version SET version = version + 1')
    await program.client.call('POST', '/events/dead-letters/replay', { reason: letter?.reason })
    await settled()
    expect(await timesOf('guest-1')).toBe('user_id:guest-1 (1)')
    expect(await letters()).toEqual([])
  })
})

test('a trait whose name no index can hold is left out, and stops nobody', async () => {
  const name = randomBytes(6_000).toString('base64')
  const traits = { [name]: 'x', city: 'Lyon' }
  const event = { ...eventOf('long', 'long-1'), type: 'identify', traits }
  expect(await program.client.send([event, eventOf('after', 'after-1')])).toBe(200)
  await settled()
  expect(await letters()).toEqual([])
  expect(await timesOf('after')).toBe('user_id:after (1)')
  const profile = await program.client.call<{ traits: object }>('GET', '/profiles/user_id:long')
  expect(JSON.stringify(profile.traits)).toContain('Lyon')
})
