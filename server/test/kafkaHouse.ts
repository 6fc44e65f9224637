/** Several processes of Clientele on one database, one ClickHouse and one Kafka. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { systemClock } from '../src/platform/clock.ts'
import { parseConfig } from '../src/platform/config.ts'
import { composeProgram, type Program } from '../src/program.ts'
import { openTestDatabase, type TestDatabase } from './engines.ts'

export const WRITE_KEY = 'kafka-write-key'
export const TOPIC_PREFIX = 'house'

export type KafkaHouse = {
  database: TestDatabase
  /** Starts a process with the given roles. */
  start(roles: string): Promise<Program>
  /** Stops the processes that still run and drops what they kept. */
  close(): Promise<void>
}

export async function openKafkaHouse(brokers: readonly string[]): Promise<KafkaHouse> {
  const database = await openTestDatabase()
  const folders: string[] = []
  const running = new Set<Program>()
  const start = async (roles: string) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'clientele-kafka-'))
    folders.push(dataDir)
    const config = parseConfig({
      PORT: '0',
      DATA_DIR: dataDir,
      ROLES: roles,
      KAFKA_BROKERS: brokers.join(','),
      KAFKA_TOPIC_PREFIX: TOPIC_PREFIX,
      CLIENTELE_SECRET: 'a secret of the tests of at least 32 characters',
      CLIENTELE_ADMIN_KEY: 'ck_test_admin_key_0123456789',
      CLIENTELE_WRITE_KEY: WRITE_KEY,
      LOG_LEVEL: 'silent',
    })
    const program = await composeProgram({
      config,
      addresses: {
        postgresUrl: database.postgresUrl,
        clickhouse: { url: database.clickhouseUrl, ...database.clickhouseAuth },
      },
      clock: systemClock,
      log: pino({ level: 'silent' }),
      webDir: null,
    })
    running.add(program)
    const stop = async () => {
      running.delete(program)
      await program.stop()
    }
    return { ...program, stop }
  }
  return {
    database,
    start,
    close: async () => {
      for (const program of running) await program.stop()
      await database.close()
      for (const folder of folders) rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What senders were told, by user: the numbers that were answered with 200, in order. */
export type Load = {
  /** Numbers acknowledged so far, over all users. */
  acknowledged(): number
  /** Statuses other than 200 that were answered, with how often. */
  refused(): Map<number, number>
  /** Each sender ends after what it is at; resolves when all of it is acknowledged. */
  stop(): Promise<void>
}

const USERS = 20
const DUPLICATES = 0.05
const PAUSE_MS = 10
const AGAIN_MS = 200

/** What all loads together were told is safe: user → how many of its numbered messages. */
export type Acknowledged = Map<string, number>

/**
 * Users who each send numbered messages one after the other, every one until it is answered with
 * 200, and 5 % of them once more.
 */
export function startLoad(url: string, told: Acknowledged): Load {
  let isStopping = false
  const refused = new Map<number, number>()
  const send = async (userId: string, number: number) => {
    for (;;) {
      const status = await post(url, userId, number)
      if (status === 200) return
      refused.set(status, (refused.get(status) ?? 0) + 1)
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
    }
  }
  const senders = Array.from({ length: USERS }, async (_, index) => {
    const userId = `user-${index}`
    while (!isStopping) {
      const number = (told.get(userId) ?? 0) + 1
      await send(userId, number)
      told.set(userId, number)
      if (Math.random() < DUPLICATES) await send(userId, Math.ceil(Math.random() * number))
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  })
  return {
    acknowledged: () => [...told.values()].reduce((sum, one) => sum + one, 0),
    refused: () => refused,
    stop: async () => {
      isStopping = true
      await Promise.all(senders)
    },
  }
}

/** The status of the answer; 0 when there is none. */
export async function post(url: string, userId: string, number: number): Promise<number> {
  const event = {
    ...{ type: 'track', event: 'Numbered', userId, messageId: `${userId}-${number}` },
    ...{ properties: { number }, timestamp: '2026-11-22T10:00:00.000Z' },
  }
  try {
    const answer = await fetch(`${url}/v1/batch`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${WRITE_KEY}:`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ batch: [event] }),
    })
    await answer.arrayBuffer()
    return answer.status
  } catch {
    return 0
  }
}
