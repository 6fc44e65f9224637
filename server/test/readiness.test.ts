/** `/readyz` and `/metrics` while the engines come and go. */
import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Gate, openGate } from './gate.ts'
import { startProgram, type TestProgram } from './program.ts'

let program: TestProgram
let postgres: Gate
let clickhouse: Gate

beforeAll(async () => {
  postgres = await openGate()
  clickhouse = await openGate()
  program = await startProgram({ via: { postgres, clickhouse } })
})
afterAll(async () => {
  await program.close()
  await Promise.all([postgres.close(), clickhouse.close()])
})

type Ready = {
  code: number
  status: string
  checks: Record<string, { ok: boolean; status: string; detail: string; ms: number }>
}

async function ready(): Promise<Ready> {
  const answer = await fetch(`${program.url}/readyz`)
  return { code: answer.status, ...((await answer.json()) as Omit<Ready, 'code'>) }
}

async function metrics(): Promise<string> {
  const answer = await fetch(`${program.url}/metrics`)
  expect(answer.status).toBe(200)
  return answer.text()
}

const lives = async () => (await fetch(`${program.url}/livez`)).status
const patient = { timeout: 30_000, interval: 100 }

test('each dependency is named with its state, a sentence and how long the answer took', async () => {
  await expect.poll(ready, patient).toMatchObject({ code: 200, status: 'ready' })
  const { checks } = await ready()
  expect(Object.keys(checks)).toEqual([
    ...['postgres', 'migrations', 'log', 'clickhouse', 'presence', 'flow', 'disk', 'archive'],
  ])
  for (const { ok, detail, ms } of Object.values(checks)) {
    expect({ ok, detail, ms }).toEqual({
      ok: true,
      detail: expect.stringMatching(/^.*\S+ \S+.*\.$/),
      ms: expect.any(Number),
    })
  }
})

test('without ClickHouse it is ready all the same, says that it is degraded, and recovers', async () => {
  await clickhouse.shut('refuses')
  const without = await ready()
  expect(without).toMatchObject({ code: 200, status: 'degraded' })
  expect(without.checks.clickhouse).toMatchObject({ ok: false, status: 'failed' })
  expect(without.checks.clickhouse?.detail).toMatch(/^ClickHouse does not answer\. .+\.$/)
  await clickhouse.open()
  await expect.poll(ready, patient).toMatchObject({ code: 200, status: 'ready' })
})

test.each(['refuses', 'hangs'] as const)(
  'when PostgreSQL %s it is not ready, lives, tells its own figures, and recovers',
  async (how) => {
    await postgres.shut(how)
    const without = await ready()
    expect(without).toMatchObject({ code: 503, status: 'not ready' })
    expect(without.checks.postgres).toMatchObject({ ok: false, status: 'failed' })
    expect(without.checks.postgres?.detail).toMatch(/^PostgreSQL does not answer, .+\.$/)
    expect(without.checks.log?.detail).toMatch(/^The event log takes nothing, .+\.$/)
    expect(without.checks.clickhouse?.ok).toBe(true)
    // Others may take its shards by then.
    await expect.poll(async () => (await ready()).checks.presence?.ok, patient).toBe(false)
    expect(await lives()).toBe(200)
    const told = await metrics()
    expect(told).toMatch(/clientele_dependency_up\{check="postgres"\} 0/)
    expect(told).toMatch(/clientele_postgres_pool_connections\{state="in_use"\} \d/)
    expect(told).not.toMatch(/^clientele_flow_lag_events/m)
    await postgres.open()
    await expect.poll(ready, patient).toMatchObject({ code: 200, status: 'ready' })
    const again = async () => /^clientele_flow_lag_events\{.*\} 0$/m.test(await metrics())
    await expect.poll(again, patient).toBe(true)
  },
  90_000,
)

test('an archive that cannot be written is told, and does not make it unready', async () => {
  const folder = join(program.deps.config.dataDir, 'archive')
  rmSync(folder, { recursive: true, force: true })
  // A file in the place of the directory: rights alone would not stop the superuser.
  writeFileSync(folder, '')
  chmodSync(folder, 0o444)
  expect(await ready()).toMatchObject({
    code: 200,
    status: 'degraded',
    checks: {
      archive: { ok: false, detail: expect.stringMatching(/^The archive .+ Check .+\.$/) },
    },
  })
  rmSync(folder)
  await expect.poll(ready, patient).toMatchObject({ code: 200, status: 'ready' })
})

test('a migration that the database lacks makes it not ready', async () => {
  const { postgres: sql } = program.deps
  const [last] = await sql.query<{ number: number; name: string }>(
    `DELETE FROM schema_migrations
     WHERE number = (SELECT max(number) FROM schema_migrations) RETURNING number, name`,
  )
  const without = await ready()
  expect(without).toMatchObject({ code: 503, status: 'not ready' })
  expect(without.checks.migrations?.detail).toContain(last?.name)
  await sql.query('INSERT INTO schema_migrations (number, name) VALUES ($1, $2)', [
    ...[last?.number, last?.name],
  ])
  expect(await ready()).toMatchObject({ code: 200, status: 'ready' })
})
