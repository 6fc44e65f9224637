import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import type { ManualClock } from '../../src/platform/clock.ts'
import { parseConfig } from '../../src/platform/config.ts'
import { withSecret } from '../../src/platform/secret.ts'
import { composeProgram, type Program } from '../../src/program.ts'

export type SegmentState = {
  id: string
  size: number
  state: string
  version: number
  progress: number
  sentence: { fr: string; en: string }
}

/** An effect as it entered the outbox. */
export type Effect = { profile: string; segment: string; change: string; cause: string; at: string }

/** The program on databases that outlive it, with all that tests of segments ask. */
export type SegmentWorld = {
  program(): Program
  /** Sends events through the intake, to the source of a write key; without one to the first. */
  send(batch: readonly object[], writeKey?: string): Promise<void>
  request(method: string, path: string, body?: unknown): Promise<Response>
  /** A request that must succeed, answered with its JSON. */
  call<Answer>(method: string, path: string, body?: unknown): Promise<Answer>
  create(name: string, rule: unknown): Promise<SegmentState>
  whenLive(id: string): Promise<SegmentState>
  /** Waits for the flow, the due timers and ClickHouse. */
  settled(): Promise<void>
  members(id: string): Promise<string[]>
  /** All effects that ever entered the outbox, in order. */
  effects(): Promise<Effect[]>
  stop(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

const ADMIN_KEY = 'ck_test_admin_key_0123456789'
const WRITE_KEY = 'test-write-key'
/** Events of one request: their bytes stay below what the intake takes. */
const REQUEST_EVENTS = 400
const WAIT_MS_MAX = 60_000

/** Waits for what must happen soon: something that is stuck should say so. */
async function soon(work: Promise<void> | undefined, what: string): Promise<void> {
  const late = AbortSignal.timeout(WAIT_MS_MAX)
  await Promise.race([
    work,
    new Promise<never>((_, reject) => {
      late.addEventListener('abort', () => reject(new Error(`In vain we waited until ${what}.`)))
    }),
  ])
}

/** Sends events; again after the time that a slow machine's intake names, as every SDK does. */
async function post(url: string, writeKey: string, body: string): Promise<void> {
  const authorization = `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`
  const answer = await fetch(url, { method: 'POST', headers: { authorization }, body })
  const text = await answer.text()
  if (answer.status === 429) {
    const seconds = Number(answer.headers.get('retry-after'))
    await new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
    return post(url, writeKey, body)
  }
  if (answer.status !== 200) throw new Error(`Events were answered: ${text}`)
}

/** Migrated databases that nobody else uses. */
export type WorldDatabase = {
  postgresUrl: string
  clickhouseUrl: string
  clickhouseAuth: { username: string; password: string; database: string }
  close(): Promise<void>
}

/** Opens the program on databases, without the stage that empties the outbox. */
export async function openWorldOn(
  database: WorldDatabase,
  clock: ManualClock,
): Promise<SegmentWorld> {
  const dataDir = mkdtempSync(join(tmpdir(), 'clientele-segments-'))
  const config = parseConfig({
    PORT: '0',
    DATA_DIR: dataDir,
    CLIENTELE_ADMIN_KEY: ADMIN_KEY,
    CLIENTELE_WRITE_KEY: WRITE_KEY,
    CLIENTELE_SECRET: 'a secret of the tests, long enough 0123456789',
    LOG_LEVEL: 'silent',
    ROLES: 'collect,flow,api',
  })
  const compose = () =>
    composeProgram({
      config: withSecret(config),
      addresses: {
        postgresUrl: database.postgresUrl,
        clickhouse: { url: database.clickhouseUrl, ...database.clickhouseAuth },
      },
      clock,
      log: pino({ level: 'silent' }),
      webDir: null,
    })
  let program: Program | null = await compose()
  const running = () => {
    if (!program) throw new Error('The program of this test is stopped.')
    return program
  }
  const stop = async () => {
    await program?.stop()
    program = null
  }
  return {
    ...clientOf(running, clock),
    program: running,
    stop,
    start: async () => {
      program = await compose()
    },
    close: async () => {
      await stop()
      await database.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

function clientOf(running: () => Program, clock: ManualClock) {
  const request = (method: string, path: string, body?: unknown) =>
    fetch(`${running().url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${ADMIN_KEY}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  const call = async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => {
    const answer = await request(method, path, body)
    const text = await answer.text()
    if (answer.status >= 300) throw new Error(`${method} ${path} was answered: ${text}`)
    return (text === '' ? null : JSON.parse(text)) as Answer
  }
  const send = async (batch: readonly object[], writeKey = WRITE_KEY) => {
    for (let from = 0; from < batch.length; from += REQUEST_EVENTS) {
      const part = batch.slice(from, from + REQUEST_EVENTS)
      const body = { batch: part, sentAt: new Date(clock.now()).toISOString() }
      await post(`${running().url}/v1/batch`, writeKey, JSON.stringify(body))
    }
  }
  return {
    request,
    call,
    send,
    create: (name: string, rule: unknown) =>
      call<SegmentState>('POST', '/segments', { name, rule }),
    whenLive: async (id: string) => {
      for (;;) {
        const segment = await call<SegmentState>('GET', `/segments/${id}`)
        if (segment.state === 'live') return segment
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    },
    settled: async () => {
      const { stages } = running()
      await soon(stages.flow?.drained(), 'the flow has applied everything')
      await soon(stages.sink?.drained(), 'ClickHouse holds everything')
    },
    members: async (id: string) => {
      const rows = await running().deps.postgres.query<{ profile: string }>(
        `SELECT m.profile FROM membership m JOIN segment s ON s.id = m.segment
         WHERE s.public_id = $1 ORDER BY m.profile`,
        [id],
      )
      return rows.map((row) => row.profile)
    },
    effects: async () => {
      const rows = await running().deps.postgres.query<{
        profile: string
        body: { segment: { id: string }; change: string; cause: string; at: string }
      }>('SELECT profile, body FROM outbox ORDER BY id')
      return rows.map(({ profile, body }) => {
        const { change, cause, at } = body
        return { profile, segment: body.segment.id, change, cause, at }
      })
    },
  }
}
