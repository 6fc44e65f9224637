import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { type Clock, systemClock } from '../src/platform/clock.ts'
import { type Environment, parseConfig } from '../src/platform/config.ts'
import { withSecret } from '../src/platform/secret.ts'
import { composeProgram, type Program } from '../src/program.ts'
import { openTestDatabase } from './engines.ts'
import type { Gate } from './gate.ts'

export type TestProgram = {
  url: string
  /** An API key with every scope. */
  adminKey: string
  /** Write key of the first source. */
  writeKey: string
  deps: Program['deps']
  workspace: Program['workspace']
  /**
   * What the API answers to a GET, or with a body to a POST; throws when it is no success. Answers
   * are looked at field by field: their shapes are what the tests are about.
   */
  api(path: string, body?: object): Promise<ReturnType<typeof JSON.parse>>
  /** Waits until every accepted event is applied, and has reached ClickHouse. */
  settled(): Promise<void>
  stages: Program['stages']
  close(): Promise<void>
}

export type StartOptions = {
  clock?: Clock
  env?: Environment
  webDir?: string
  /** Gates that stand before the engines, so that they can be away for the program alone. */
  via?: { postgres?: Gate; clickhouse?: Gate }
}

/** The whole program in this process, on databases of its own, listening on a free port. */
export async function startProgram(options: StartOptions = {}): Promise<TestProgram> {
  const database = await openTestDatabase()
  const { postgres: viaPostgres, clickhouse: viaClickHouse } = options.via ?? {}
  const dataDir = mkdtempSync(join(tmpdir(), 'clientele-program-'))
  const adminKey = 'ck_test_admin_key_0123456789'
  const writeKey = 'test-write-key'
  const config = parseConfig({
    PORT: '0',
    DATA_DIR: dataDir,
    CLIENTELE_ADMIN_KEY: adminKey,
    CLIENTELE_WRITE_KEY: writeKey,
    LOG_LEVEL: 'silent',
    ...options.env,
  })
  const closeDatabase = async () => {
    await database.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
  try {
    const program = await composeProgram({
      config: withSecret(config),
      addresses: {
        postgresUrl: viaPostgres?.through(database.postgresUrl) ?? database.postgresUrl,
        clickhouse: {
          ...database.clickhouseAuth,
          url: viaClickHouse?.through(database.clickhouseUrl) ?? database.clickhouseUrl,
        },
      },
      clock: options.clock ?? systemClock,
      log: pino({ level: config.logLevel }),
      webDir: options.webDir ?? null,
    })
    const { url, deps, workspace, stages } = program
    const settled = async () => {
      await stages.flow?.drained()
      await stages.sink?.drained()
    }
    const close = async () => {
      await program.stop()
      await closeDatabase()
    }
    const api = (path: string, body?: object) => callApi(`${url}/api/v1${path}`, adminKey, body)
    return { url, adminKey, writeKey, deps, workspace, stages, api, settled, close }
  } catch (error) {
    await closeDatabase()
    throw error
  }
}

async function callApi(
  url: string,
  key: string,
  body: object | undefined,
): Promise<ReturnType<typeof JSON.parse>> {
  const answer = await fetch(url, {
    headers: {
      authorization: `Bearer ${key}`,
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${text}`)
  return JSON.parse(text)
}
