import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { KafkaCluster } from '../../scripts/kafka/cluster.ts'
import { withoutEvents } from '../../src/collect/index.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { fileArchive } from '../../src/platform/log/archive.ts'
import { KafkaClient, OFFSET_OUT_OF_RANGE } from '../../src/platform/log/kafka/client.ts'
import { openKafkaLog } from '../../src/platform/log/kafka/kafkaLog.ts'
import type { Log } from '../../src/platform/log/log.ts'
import { openPostgresLog } from '../../src/platform/log/postgresLog.ts'
import { openTestDatabase, type TestDatabase } from '../engines.ts'
import { startTestKafka } from '../kafkaCluster.ts'
import { logContract } from './logContract.ts'

vi.setConfig({ testTimeout: 60_000 })

const PARTITIONS = 4
const SHARD = { lane: 'live', shard: 0 } as const
/** Falls on shard 0 of two and of four. */
const KEY = 'key-7'

let database: TestDatabase
let cluster: KafkaCluster
const folder = mkdtempSync(join(tmpdir(), 'clientele-archive-'))
beforeAll(async () => {
  cluster = await startTestKafka()
  database = await openTestDatabase()
}, 300_000)
afterAll(async () => {
  await database?.close()
  await cluster?.stop()
  rmSync(folder, { recursive: true })
}, 60_000)

const place = ({ postgres }: TestDatabase) => ({
  postgres,
  archive: fileArchive(folder),
  clock: systemClock,
  withoutEvents,
})

function openOn(of: TestDatabase, topicPrefix: string): Promise<Log> {
  return openKafkaLog({
    ...place(of),
    brokers: cluster.brokers,
    topicPrefix,
    partitions: PARTITIONS,
  })
}

async function append(log: Log, name: string): Promise<number> {
  const header = { workspace: 1, kind: 'request', source: 1, receivedAt: 0, count: 2 } as const
  const body = Buffer.from(JSON.stringify({ batch: [{ name }, { name }] }))
  const at = await log.append({ lane: 'live', shardKey: KEY, entry: { header, body } })
  expect(at.shard).toBe(SHARD.shard)
  return at.position()
}

async function bodiesOf(log: Log): Promise<string> {
  const blocks = await log.read(SHARD, 0, 1_000)
  return blocks
    .flatMap((block) => block.entries)
    .map((entry) => Buffer.from(entry.body).toString())
    .join('\n')
}

describe('the log on Kafka keeps the contract of every log: it', () => {
  logContract({
    open: () => openOn(database, 'contract'),
    archive: (log) => log.trim({ lane: 'live', shard: 0 }, Number.MAX_SAFE_INTEGER),
  })
})

describe('on Kafka', () => {
  it('what is archived is deleted in Kafka, and a reader that knew it there finds it', async () => {
    const own = await openTestDatabase()
    const [log, other] = [await openOn(own, 'trimmed'), await openOn(own, 'trimmed')]
    await append(log, 'first')
    const last = await append(log, 'second')
    await other.heads()
    await log.trim(SHARD, last + 1)
    const client = new KafkaClient({ brokers: cluster.brokers, topics: ['trimmed.live'] })
    const partition = { topic: 'trimmed.live', partition: SHARD.shard }
    const leader = await client.leaderOf(partition)
    const [gone] = await client.fetch(leader, [{ ...partition, offset: 0 }])
    expect(gone?.error).toBe(OFFSET_OUT_OF_RANGE)
    await client.close()
    const fresh = await openOn(own, 'trimmed')
    for (const reader of [log, other, fresh]) {
      expect(await bodiesOf(reader)).toContain('second')
      await reader.close()
    }
    await own.close()
  })

  it('an installation with a log in PostgreSQL changes over once all of it is applied', async () => {
    const own = await openTestDatabase()
    const { postgres } = own
    const old = await openPostgresLog(place(own))
    await append(old, 'in PostgreSQL')
    await old.close()
    await expect(openOn(own, 'moved')).rejects.toThrow('events that are not applied yet')
    await postgres.query(
      `UPDATE flow_cursor f SET position = next - 1 FROM log_head h
       WHERE f.lane = h.lane AND f.shard = h.shard`,
    )
    const log = await openOn(own, 'moved')
    expect(await append(log, 'on Kafka')).toBe(3)
    expect(await bodiesOf(log)).toMatch(/in PostgreSQL[\s\S]*on Kafka/)
    await log.trim(SHARD, 4)
    expect(await bodiesOf(log)).toMatch(/in PostgreSQL[\s\S]*on Kafka/)
    await expect(openPostgresLog(place(own))).rejects.toThrow('Set KAFKA_BROKERS')
    await log.close()
    await own.close()
  })

  it('topics with another number of partitions, or other topics, are refused', async () => {
    const wrong = { ...place(database), brokers: cluster.brokers, topicPrefix: 'contract' }
    await expect(openKafkaLog({ ...wrong, partitions: 8 })).rejects.toThrow('has 4 partitions')
    await expect(openOn(database, 'another')).rejects.toThrow('Set them as they were')
  })
})
