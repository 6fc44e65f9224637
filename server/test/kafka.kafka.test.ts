/**
 * The whole program with its log on Kafka, on three real brokers, under load with 5 % duplicates:
 * whatever happens to brokers and processes, what was answered with 200 is applied once, in the
 * order in which each key was sent.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { KafkaCluster } from '../scripts/kafka/cluster.ts'
import { withoutEvents } from '../src/collect/index.ts'
import { itemsOf } from '../src/flow/items.ts'
import { rebuild } from '../src/flow/rebuild.ts'
import { apartUrl } from '../src/flow/rebuiltTables.ts'
import { digestState, hashOfState } from '../src/flow/stateHash.ts'
import { systemClock } from '../src/platform/clock.ts'
import { newIdFrom } from '../src/platform/ids.ts'
import { fileArchive } from '../src/platform/log/archive.ts'
import { countOf, packBlock } from '../src/platform/log/block.ts'
import { BlockWriter } from '../src/platform/log/kafka/blockWriter.ts'
import { KafkaClient } from '../src/platform/log/kafka/client.ts'
import { openKafkaLog } from '../src/platform/log/kafka/kafkaLog.ts'
import type { Log } from '../src/platform/log/log.ts'
import { openPostgres } from '../src/platform/postgres.ts'
import type { Program } from '../src/program.ts'
import { startTestKafka } from './kafkaCluster.ts'
import {
  type Acknowledged,
  type KafkaHouse,
  openKafkaHouse,
  post,
  startLoad,
  TOPIC_PREFIX,
} from './kafkaHouse.ts'

vi.setConfig({ testTimeout: 180_000 })

const PATIENCE = { timeout: 120_000, interval: 100 }

let cluster: KafkaCluster
let house: KafkaHouse
let door: Program
let flow: Program
let log: Log
const folder = mkdtempSync(join(tmpdir(), 'clientele-kafka-'))
const told: Acknowledged = new Map()

beforeAll(async () => {
  cluster = await startTestKafka()
  house = await openKafkaHouse(cluster.brokers)
  door = await house.start('collect,api')
  flow = await house.start('flow')
  log = await openKafkaLog({
    brokers: cluster.brokers,
    topicPrefix: TOPIC_PREFIX,
    postgres: house.database.postgres,
    archive: fileArchive(folder),
    clock: systemClock,
    withoutEvents,
  })
}, 300_000)
afterAll(async () => {
  await log?.close()
  await house?.close()
  await cluster?.stop()
  rmSync(folder, { recursive: true })
}, 120_000)

/** Everything in the log, in the order of each shard. */
async function wholeLog() {
  const items = []
  for (const { lane, shard, position: head } of await log.heads()) {
    for (let after = 0; after < head; ) {
      const read = itemsOf(await log.read({ lane, shard }, after, 1_000), after)
      items.push(...read)
      after = read.at(-1)?.position ?? head
    }
  }
  return items
}

/** Numbers of a user's messages as they stand in the log, repetitions left out. */
async function numbersInLog(): Promise<Map<string, number[]>> {
  const numbers = new Map<string, number[]>()
  for (const item of await wholeLog()) {
    if (item.kind !== 'event') continue
    const userId = String(item.event.userId)
    const found = numbers.get(userId) ?? []
    numbers.set(userId, found)
    const number = Number(item.event.messageId.slice(userId.length + 1))
    if (!found.includes(number)) found.push(number)
  }
  return numbers
}

async function outcomes() {
  const rows = await house.database.postgres.query<{ outcomes: Buffer }>(
    'SELECT outcomes FROM verdict',
  )
  const all = rows.flatMap((row) => [...row.outcomes])
  const of = (code: number) => all.filter((one) => one === code).length
  return { positions: all.length, applied: of(0), duplicate: of(1), dead: of(2) }
}

async function settled(program: Program): Promise<void> {
  await program.stages.flow?.drained()
  await program.stages.sink?.drained()
}

/** Nothing lost, nothing twice, in order; and the counters agree (I2). */
async function expectEachOnce(program: Program): Promise<void> {
  await settled(program)
  const messages = [...told.values()].reduce((sum, one) => sum + one, 0)
  const found = await outcomes()
  expect(found).toMatchObject({ applied: messages, dead: 0 })
  const heads = await log.heads()
  expect(found.positions).toBe(heads.reduce((sum, { position }) => sum + position, 0))
  const numbers = await numbersInLog()
  for (const [userId, last] of told) {
    expect(numbers.get(userId)).toEqual(Array.from({ length: last }, (_, index) => index + 1))
  }
  const [history] = await house.database.clickhouse.query<{ n: number; ids: number }>(
    'SELECT toInt32(count()) AS n, toInt32(uniqExact(message_id)) AS ids FROM event',
  )
  expect(history).toEqual({ n: messages, ids: messages })
  const [counts] = await house.database.postgres.query(
    `SELECT sum(accepted)::int AS accepted, sum(applied)::int AS applied,
       sum(duplicate)::int AS duplicate, sum(dead_lettered)::int AS dead FROM intake_minute`,
  )
  const { positions, ...rest } = found
  expect(counts).toEqual({ accepted: positions, ...rest })
}

describe('on Kafka', () => {
  it('I1: one broker killed under load and back: nothing lost, nothing twice, in order', async () => {
    const load = startLoad(door.url, told)
    await expect.poll(load.acknowledged, PATIENCE).toBeGreaterThan(100)
    await cluster.kill(0)
    const then = load.acknowledged()
    await expect.poll(load.acknowledged, PATIENCE).toBeGreaterThan(then + 150)
    await cluster.restart(0)
    const again = load.acknowledged()
    await expect.poll(load.acknowledged, PATIENCE).toBeGreaterThan(again + 100)
    await load.stop()
    await expectEachOnce(flow)
  })

  it('I1: no quorum, then no broker at all: never a false 200, and all is there later', async () => {
    const load = startLoad(door.url, told)
    const before = load.acknowledged()
    await expect.poll(load.acknowledged, PATIENCE).toBeGreaterThan(before + 100)
    await Promise.all([cluster.kill(1), cluster.kill(2)])
    const late = Array.from({ length: 8 }, (_, index) => `late-${index}`)
    const statuses = await Promise.all(late.map((userId) => post(door.url, userId, 1)))
    for (const status of statuses) expect([429, 503]).toContain(status)
    await cluster.kill(0)
    const dead = load.acknowledged()
    expect((await fetch(`${door.url}/readyz`)).status).toBe(503)
    expect([429, 503]).toContain(await post(door.url, 'user-0', 1))
    expect(load.acknowledged()).toBe(dead)
    expect(load.refused().get(503) ?? 0).toBeGreaterThan(0)
    await Promise.all([0, 1, 2].map((index) => cluster.restart(index)))
    for (const userId of late) {
      await expect.poll(() => post(door.url, userId, 1), PATIENCE).toBe(200)
      told.set(userId, 1)
    }
    const back = load.acknowledged()
    await expect.poll(load.acknowledged, PATIENCE).toBeGreaterThan(back + 100)
    await load.stop()
    await expectEachOnce(flow)
    await expect.poll(async () => (await fetch(`${door.url}/readyz`)).status, PATIENCE).toBe(200)
  })

  it('I1: shards that move between flow processes under load: each event once, in order', async () => {
    const load = startLoad(door.url, told)
    const other = await house.start('flow')
    const sharesOf = (program: Program) => program.stages.flow?.shards().length ?? 0
    await expect.poll(() => sharesOf(other), PATIENCE).toBeGreaterThan(60)
    await expect.poll(() => sharesOf(flow), PATIENCE).toBeLessThan(70)
    let before = load.acknowledged()
    await expect.poll(load.acknowledged, PATIENCE).toBeGreaterThan(before + 100)
    await flow.stop()
    before = load.acknowledged()
    await expect.poll(load.acknowledged, PATIENCE).toBeGreaterThan(before + 100)
    await expect.poll(() => sharesOf(other), PATIENCE).toBe(129)
    flow = await house.start('flow')
    await expect.poll(() => sharesOf(flow), PATIENCE).toBeGreaterThan(60)
    await load.stop()
    await expectEachOnce(flow)
    await other.stop()
    await expect.poll(() => sharesOf(flow), PATIENCE).toBe(129)
  })

  it('I3: blocks that are in Kafka twice change nothing, decisions and consents included', async () => {
    const workspace = door.workspace.id
    const controls = [
      {
        ...{ type: 'consent', identifier: 'user:user-1', purpose: 'marketing', channel: 'email' },
        ...{ granted: true, at: 1_795_000_000_000, source: 'api', event: 'e-1', proof: 'paper' },
      },
      {
        ...{ type: 'identity_decision', verdict: 'link', author: 'Ada' },
        a: { namespace: 'user', value: 'user-1' },
        b: { namespace: 'email', value: 'ada@example.com' },
      },
    ]
    for (const control of controls) {
      const header = { workspace, kind: 'control', source: 0, receivedAt: 1, count: 1 } as const
      const body = Buffer.from(JSON.stringify(control))
      const entry = { header, body }
      await log.append({ lane: 'live', shardKey: `${workspace}:user-1`, entry })
    }
    await settled(flow)
    const now = Date.now()
    const { postgres } = house.database
    const ledger = () => postgres.query('SELECT * FROM consent ORDER BY id')
    const before = {
      hash: hashOfState((await digestState(postgres, now)).lines),
      ledger: await ledger(),
    }
    expect(before.ledger).toHaveLength(1)
    const topics = [`${TOPIC_PREFIX}.live`]
    const client = new KafkaClient({ brokers: cluster.brokers, topics })
    const writer = new BlockWriter(client)
    for (const { lane, shard, position } of await log.heads()) {
      if (lane !== 'live' || position === 0) continue
      for (const { entries } of await log.read({ lane, shard }, Math.max(0, position - 5), 5)) {
        const block = { count: countOf(entries), bytes: packBlock(entries) }
        await writer.write({ topic: `${TOPIC_PREFIX}.live`, partition: shard, ...block })
      }
    }
    await client.close()
    await settled(flow)
    const after = {
      hash: hashOfState((await digestState(postgres, now)).lines),
      ledger: await ledger(),
    }
    expect(after).toEqual(before)
  })

  it('I3: what was archived and deleted in Kafka, and what is there still, rebuild the state', async () => {
    await flow.stop()
    const { postgres, postgresUrl } = house.database
    for (const { lane, shard, position } of await log.heads()) {
      if (position > 0) await log.trim({ lane, shard }, Math.ceil(position / 2))
    }
    const [archived] = await postgres.query<{ n: number }>('SELECT count(*) AS n FROM log_archive')
    expect(archived?.n).toBeGreaterThan(5)
    const apart = openPostgres({ url: apartUrl(postgresUrl), connectionsMax: 4 })
    const place = { postgres, apart, log, clock: systemClock, newId: newIdFrom(systemClock) }
    const options = { checks: true, onProgress: () => {}, signal: new AbortController().signal }
    const report = await rebuild({ ...place, logger: pino({ level: 'silent' }) }, options).finally(
      () => apart.close(),
    )
    expect(report.differences).toEqual([])
    expect(report.after).toBe(report.before)
    expect(report.positions).toBe((await outcomes()).positions)
    const numbers = await numbersInLog()
    for (const [userId, last] of told) expect(numbers.get(userId)).toHaveLength(last)
  })
})
