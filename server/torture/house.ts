import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../bench/child.ts'
import { addressOf } from '../bench/house.ts'
import { type ClickHouse, openClickHouse } from '../src/platform/clickhouse.ts'
import { type ClickHouseEngine, startClickHouse } from '../src/platform/engines/clickhouse.ts'
import {
  ensureDatabase,
  type PostgresEngine,
  startPostgres,
} from '../src/platform/engines/postgres.ts'
import { findServiceUser, makeOwnDir } from '../src/platform/engines/serviceUser.ts'
import { openPostgres, type Postgres } from '../src/platform/postgres.ts'
import type { Defect } from './defects.ts'
import { type Member, openMember } from './member.ts'

const DATABASE = 'clientele'
const ADMIN_KEY = 'torture_admin_key_0123456789'
const SECRET = 'torture-secret-0123456789-0123456789'
const WRITE_KEY = 'torture-write-key'
/** Whatever is asked for comes, once what was killed is back. */
const PATIENCE_MS = 60_000

export type House = {
  home: string
  /** All roles in one process: the door, the flow, the deliveries and the API. */
  front: Member
  /** A second process with the role of the flow. */
  second: Member
  engines: { postgres: PostgresEngine; clickhouse: ClickHouseEngine }
  /** Settings with which a command works on the same databases. */
  env: Record<string, string>
  writeKey: string
  /** Second connections to the databases that the program works on. */
  postgres: Postgres
  clickhouse: ClickHouse
  /** Calls the front's API until it answers; null for a status in `without`. */
  api(
    method: 'GET' | 'POST',
    path: string,
    body?: object,
    without?: readonly number[],
  ): Promise<unknown>
  /** From now on its files stay: what went wrong is to be looked into. */
  keepFiles(): void
  close(): Promise<void>
}

/** Real engines with their real settings, and processes that are not started yet. */
export async function openHouse(
  defect: Defect | null,
  { keeps }: { keeps: boolean },
): Promise<House> {
  const home = mkdtempSync(join(tmpdir(), 'clientele-torture-'))
  const user = findServiceUser()
  makeOwnDir(home, user)
  const logFile = (name: string) => join(home, 'log', `${name}.log`)
  const [pg, ch] = await Promise.all([
    startPostgres({ dataDir: join(home, 'postgres'), logFile: logFile('postgres'), user }),
    startClickHouse({ dataDir: join(home, 'clickhouse'), logFile: logFile('clickhouse'), user }),
  ])
  await ensureDatabase(pg.url('postgres'), DATABASE)
  const { url, username, password } = ch
  const address = { url, username, password, database: DATABASE }
  const env = {
    DATABASE_URL: pg.url(DATABASE),
    CLICKHOUSE_URL: addressOf(address),
    CLIENTELE_ADMIN_KEY: ADMIN_KEY,
    CLIENTELE_WRITE_KEY: WRITE_KEY,
    CLIENTELE_SECRET: SECRET,
    ALLOW_PRIVATE_NETWORK: 'true',
    LOG_LEVEL: 'warn',
    ...(defect ? { TORTURE_DEFECT: defect } : {}),
  }
  const front = openMember({ name: 'front', port: await freePort(), home, env })
  const flow = { ...env, ROLES: 'flow' }
  const second = openMember({ name: 'second', port: await freePort(), home, env: flow })
  let isKept = keeps
  const postgres = openPostgres({ url: env.DATABASE_URL, connectionsMax: 8 })
  const clickhouse = openClickHouse({ ...address, timeoutMs: 60_000 })
  return {
    ...{ home, front, second, env, postgres, clickhouse },
    engines: { postgres: pg, clickhouse: ch },
    writeKey: WRITE_KEY,
    api: (method, path, body, without = []) =>
      callApi({ method, url: `${front.url}/api/v1${path}`, body, without }),
    keepFiles: () => {
      isKept = true
    },
    close: async () => {
      await Promise.all([front.stop(), second.stop()])
      await Promise.all([postgres.close(), clickhouse.close()])
      await Promise.all([pg.stop(), ch.stop()])
      if (!isKept) rmSync(home, { recursive: true, force: true })
    },
  }
}

type Call = {
  method: string
  url: string
  body: object | undefined
  without: readonly number[]
}

async function callApi({ method, url, body, without }: Call): Promise<unknown> {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    const answer = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    }).catch(() => null)
    const text = (await answer?.text()) ?? 'no answer'
    if (answer?.ok) return JSON.parse(text)
    if (answer && without.includes(answer.status)) return null
    const isFinal = answer && answer.status < 500 && answer.status !== 429
    if (isFinal || performance.now() > deadline) {
      throw new Error(`${method} ${url} answered ${answer?.status}: ${text}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
