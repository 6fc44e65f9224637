/** What the tests of failures share: engines of their own, the program on them, a steady load. */
import { randomBytes } from 'node:crypto'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { expect } from 'vitest'
import { withoutEvents } from '../../src/collect/index.ts'
import { itemsOf, OUTCOMES, type Outcome } from '../../src/flow/index.ts'
import { type Clock, systemClock } from '../../src/platform/clock.ts'
import { type Environment, parseConfig } from '../../src/platform/config.ts'
import {
  ensureDatabase,
  type PostgresEngine,
  startPostgres,
} from '../../src/platform/engines/postgres.ts'
import { findServiceUser, makeOwnDir } from '../../src/platform/engines/serviceUser.ts'
import { fileArchive } from '../../src/platform/log/archive.ts'
import { openPostgresLog } from '../../src/platform/log/postgresLog.ts'
import { migratePostgres } from '../../src/platform/migrations.ts'
import { openPostgres, type Postgres } from '../../src/platform/postgres.ts'
import { withSecret } from '../../src/platform/secret.ts'
import { type Addresses, type Around, composeProgram, type Program } from '../../src/program.ts'
import type { TestDatabase } from '../engines.ts'
import { POSTGRES_MIGRATIONS } from '../migrationFiles.ts'

const WRITE_KEY = 'failures-write-key'
const ADMIN_KEY = 'ck_failures_admin_key_0123456789'
const SECRET = 'a secret of the tests, long enough 0123456789'
const BASIC = `Basic ${Buffer.from(`${WRITE_KEY}:`).toString('base64')}`

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Waits until the question is answered with yes; an error counts as no. */
export async function until(
  what: string,
  question: () => boolean | Promise<boolean>,
  timeoutMs = 30_000,
): Promise<void> {
  const deadline = performance.now() + timeoutMs
  let fault: unknown
  for (;;) {
    const yes = await Promise.resolve()
      .then(question)
      .catch((error: unknown) => {
        fault = error
        return false
      })
    if (yes) return
    if (performance.now() > deadline) {
      throw new Error(`In vain we waited until ${what}.`, { cause: fault })
    }
    await pause(20)
  }
}

export type OwnPostgres = { engine: PostgresEngine; url: string; close(): Promise<void> }

/** A PostgreSQL that nobody else uses, migrated, that writes as in production. */
export async function openOwnPostgres(home: string): Promise<OwnPostgres> {
  const user = findServiceUser()
  if (user) chownSync(home, user.uid, user.gid)
  const engine = await startPostgres({
    dataDir: join(home, 'postgres'),
    logFile: join(home, 'postgres.log'),
    user,
  })
  const url = engine.url('clientele')
  await ensureDatabase(engine.url('postgres'), 'clientele')
  const postgres = openPostgres({ url, connectionsMax: 1 })
  await migratePostgres(postgres, POSTGRES_MIGRATIONS).finally(() => postgres.close())
  return { engine, url, close: () => engine.stop() }
}

/** A directory that engines may use, removed by `remove`. */
export function makeHome(): { home: string; remove(): void } {
  const home = mkdtempSync(join(tmpdir(), 'clientele-failures-'))
  makeOwnDir(home, findServiceUser())
  return { home, remove: () => rmSync(home, { recursive: true, force: true }) }
}

export const clickhouseOf = (database: TestDatabase): Addresses['clickhouse'] => ({
  url: database.clickhouseUrl,
  ...database.clickhouseAuth,
})

/** What a process of its own needs to work on the same databases as `startOn`. */
export function houseEnv({ postgresUrl, clickhouse }: Addresses): Record<string, string> {
  const history = new URL(clickhouse.url)
  history.username = clickhouse.username
  history.password = clickhouse.password
  history.pathname = `/${clickhouse.database}`
  return {
    DATABASE_URL: postgresUrl,
    CLICKHOUSE_URL: history.href,
    CLIENTELE_SECRET: SECRET,
    // Each process gives the first source the key of its settings.
    CLIENTELE_WRITE_KEY: WRITE_KEY,
    CLIENTELE_ADMIN_KEY: ADMIN_KEY,
    ALLOW_PRIVATE_NETWORK: 'true',
  }
}

export type Running = Program & { client: Client; close(): Promise<void> }

export type RunningOptions = {
  addresses: Addresses
  clock?: Clock
  around?: Around
  env?: Environment
}

/** The whole program in this process, on the given databases. */
export async function startOn(options: RunningOptions): Promise<Running> {
  const { home, remove } = makeHome()
  const config = parseConfig({
    PORT: '0',
    DATA_DIR: home,
    CLIENTELE_ADMIN_KEY: ADMIN_KEY,
    CLIENTELE_WRITE_KEY: WRITE_KEY,
    CLIENTELE_SECRET: SECRET,
    ALLOW_PRIVATE_NETWORK: 'true',
    LOG_LEVEL: 'silent',
    ...options.env,
  })
  const program = await composeProgram({
    config: withSecret(config),
    addresses: options.addresses,
    clock: options.clock ?? systemClock,
    log: pino({ level: config.logLevel }),
    webDir: null,
    ...(options.around ? { around: options.around } : {}),
  })
  const close = async () => {
    await program.stop()
    remove()
  }
  return { ...program, client: clientOf(program.url), close }
}

export type Client = {
  /** Status of a request to the intake; 0 when there was no answer. */
  send(events: readonly object[], writeKey?: string): Promise<number>
  /** A request to the API that must succeed, answered with its JSON. */
  call<Answer>(method: string, path: string, body?: unknown): Promise<Answer>
  ask(method: string, path: string, body?: unknown): Promise<Response>
}

export function clientOf(url: string): Client {
  const ask: Client['ask'] = (method, path, body) =>
    fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${ADMIN_KEY}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  return {
    ask,
    call: async <Answer>(method: string, path: string, body?: unknown) => {
      const answer = await ask(method, path, body)
      const text = await answer.text()
      expect(answer.status, text).toBeLessThan(300)
      return (text === '' ? null : JSON.parse(text)) as Answer
    },
    send: async (batch, writeKey) => {
      const authorization = writeKey
        ? `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`
        : BASIC
      try {
        const answer = await fetch(`${url}/v1/batch`, {
          method: 'POST',
          headers: { authorization },
          body: JSON.stringify({ batch }),
        })
        await answer.arrayBuffer()
        return answer.status
      } catch {
        // Cut off: the sender knows nothing and sends again.
        return 0
      }
    },
  }
}

export const eventOf = (user: string, messageId: string, more: object = {}) => ({
  type: 'track',
  event: 'Seen',
  userId: user,
  messageId,
  timestamp: new Date().toISOString(),
  ...more,
})

export type Load = {
  /** Begins the ids of all its messages. */
  name: string
  /** Messages that were answered with 200. */
  acknowledged: Set<string>
  /** How often each status was answered; 0 = no answer at all. */
  statuses: Map<number, number>
  /** Lets every message that was begun be acknowledged, and sends no new ones. */
  stop(): Promise<void>
  /** Sends nothing more, acknowledged or not. */
  abandon(): Promise<void>
}

/**
 * Senders that repeat each request, with the same message ids, until it is answered with 200.
 * `padding`: bytes that each event carries for nothing.
 */
export function startLoad(
  client: Client,
  name: string,
  { senders = 4, batch = 5, users = 23, padding = 0 } = {},
): Load {
  const acknowledged = new Set<string>()
  const statuses = new Map<number, number>()
  let stopping = false
  let abandoned = false
  const one = async (sender: number) => {
    for (let round = 0; !stopping; round += 1) {
      const ids = Array.from({ length: batch }, (_, index) => `${name}-${sender}-${round}-${index}`)
      const pad = randomBytes(padding).toString('base64')
      const events = ids.map((id, index) =>
        eventOf(`u-${(sender + round + index) % users}`, id, { properties: { pad } }),
      )
      for (;;) {
        const status = await client.send(events)
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        if (status === 200) break
        if (abandoned) return
        await pause(100)
      }
      for (const id of ids) acknowledged.add(id)
      await pause(5)
    }
  }
  const running = Array.from({ length: senders }, (_, sender) => one(sender))
  return {
    name,
    acknowledged,
    statuses,
    stop: async () => {
      stopping = true
      await Promise.all(running)
    },
    abandon: async () => {
      stopping = true
      abandoned = true
      await Promise.all(running)
    },
  }
}

/** What the log holds and what the flow did with it: message ids by outcome, in order. */
export async function handled(postgres: Postgres): Promise<{ id: string; outcome: Outcome }[]> {
  const { home, remove } = makeHome()
  const archive = fileArchive(home)
  const log = await openPostgresLog({ postgres, archive, clock: systemClock, withoutEvents })
  const found: { id: string; outcome: Outcome }[] = []
  for (const head of await log.heads()) {
    if (head.lane === 'inner') continue
    const verdicts = await postgres.query<{ first: number; outcomes: Buffer }>(
      'SELECT first, outcomes FROM verdict WHERE lane = $1 AND shard = $2 ORDER BY first',
      [head.lane, head.shard],
    )
    const outcomes = new Map<number, Outcome | undefined>()
    for (const { first, outcomes: bytes } of verdicts) {
      for (const [index, byte] of bytes.entries()) outcomes.set(first + index, OUTCOMES[byte])
    }
    for (let after = 0; after < head.position; ) {
      const items = itemsOf(await log.read(head, after, 1_000), after)
      for (const item of items) {
        const outcome = outcomes.get(item.position)
        if (!outcome) throw new Error(`Position ${item.position} has no verdict.`)
        found.push({ id: item.kind === 'event' ? item.event.messageId : item.kind, outcome })
      }
      after = items.at(-1)?.position ?? head.position
    }
  }
  await log.close()
  remove()
  return found
}

/** Each acknowledged message of the load was applied exactly once, and nothing else of it was. */
export async function expectExactlyOnce(
  postgres: Postgres,
  load: Pick<Load, 'name' | 'acknowledged'>,
): Promise<void> {
  const applied = (await handled(postgres)).filter(({ outcome }) => outcome === 'applied')
  const ids = applied.map(({ id }) => id).filter((id) => id.startsWith(`${load.name}-`))
  expect(ids.length).toBeGreaterThan(0)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.sort()).toEqual([...load.acknowledged].sort())
}
