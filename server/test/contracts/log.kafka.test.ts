import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, vi } from 'vitest'
import type { KafkaCluster } from '../../scripts/kafka/cluster.ts'
import { withoutEvents } from '../../src/collect/index.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { fileArchive } from '../../src/platform/log/archive.ts'
import { openKafkaLog } from '../../src/platform/log/kafka/kafkaLog.ts'
import { openTestDatabase, type TestDatabase } from '../engines.ts'
import { startTestKafka } from '../kafkaCluster.ts'
import { logContract } from './logContract.ts'

vi.setConfig({ testTimeout: 60_000 })

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

describe('the log on Kafka keeps the contract of every log: it', () => {
  logContract({
    open: () =>
      openKafkaLog({
        brokers: cluster.brokers,
        topicPrefix: 'contract',
        partitions: 4,
        postgres: database.postgres,
        archive: fileArchive(folder),
        clock: systemClock,
        withoutEvents,
      }),
    archive: (log) => log.trim({ lane: 'live', shard: 0 }, Number.MAX_SAFE_INTEGER),
  })
})
