/** A backup is a copy of one instant, taken beside a running program, and starts elsewhere. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openHouse, WRITE_KEY } from './childProgram.ts'

type House = Awaited<ReturnType<typeof openHouse>>

let house: House
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'clientele-backup-'))
  house = await openHouse()
  await house.start()
}, 240_000)
afterAll(async () => {
  await house.close()
  rmSync(folder, { recursive: true, force: true })
}, 60_000)

/** Runs one of the two commands on a data directory. */
function command(name: 'backup' | 'restore', args: string[], dataDir: string) {
  const script = join(import.meta.dirname, '..', 'src', `${name}.ts`)
  const child = spawn(process.execPath, [script, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, DATA_DIR: dataDir, LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
  }
  return new Promise<{ code: number | null; said: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, said }))
  })
}

let sent = 0

async function send(url: string): Promise<void> {
  const batch = Array.from({ length: 50 }, () => {
    sent += 1
    const userId = `u-${sent % 17}`
    const ids = { userId, anonymousId: `d-${sent % 9}`, messageId: `m-${sent}` }
    const timestamp = new Date().toISOString()
    if (sent % 3 > 0) return { type: 'track', event: 'Seen', ...ids, timestamp }
    const traits = { email: `${userId}@exemple.fr`, city: 'Lyon', score: sent / 4 }
    return { type: 'identify', ...ids, timestamp, traits }
  })
  const answer = await fetch(`${url}/v1/batch`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${WRITE_KEY}:`)}` },
    body: JSON.stringify({ batch }),
  })
  expect(answer.status).toBe(200)
}

type Totals = { applied: number; waiting: number }

async function historyOf({ get }: Pick<House, 'get'>): Promise<{ totals: Totals; rows: number }> {
  const totals = (await get('/events/totals')).body as Totals
  const measured = await get('/insights/measure?event=Seen&measure=count')
  return { totals, rows: measured.body.value }
}

describe('a backup', () => {
  it('is taken under load, and starts elsewhere with the same state and history', async () => {
    for (let round = 0; round < 10; round += 1) await send(house.url)
    await expect
      .poll(async () => (await historyOf(house)).rows, { timeout: 60_000 })
      .toBeGreaterThan(200)
    let isCopied = false
    const sending = (async () => {
      while (!isCopied) await send(house.url)
    })()
    const to = join(folder, 'copy')
    const taken = await command('backup', ['--to', to], join(house.home, 'data'))
    isCopied = true
    await sending
    expect(taken).toMatchObject({ code: 0 })
    const hash = /state hash: (\w+)/.exec(taken.said)?.[1]
    const elsewhere = await openHouse()
    try {
      const restored = await command('restore', ['--from', to], join(elsewhere.home, 'data'))
      expect(restored.said).toContain(`state hash: ${hash}, the same`)
      expect(restored.code).toBe(0)
      await elsewhere.start()
      // What the history did not have yet, it gets from the restored log; and the flow goes on.
      await expect
        .poll(async () => (await historyOf(elsewhere)).totals.waiting, { timeout: 60_000 })
        .toBe(0)
      const { totals } = await historyOf(elsewhere)
      expect(totals.applied).toBeGreaterThanOrEqual(500)
      const seen = Math.floor((totals.applied * 2) / 3)
      await expect
        .poll(async () => (await historyOf(elsewhere)).rows, { timeout: 60_000 })
        .toBeGreaterThanOrEqual(seen)
      await send(elsewhere.url)
      await expect
        .poll(async () => (await historyOf(elsewhere)).totals, { timeout: 60_000 })
        .toMatchObject({ applied: totals.applied + 50, waiting: 0 })
      const people = await elsewhere.get('/profiles/user_id:u-1')
      expect(people.body).toMatchObject({ traits: { city: { value: 'Lyon' } } })
      const again = await command('restore', ['--from', to], join(house.home, 'data'))
      expect(again).toMatchObject({ code: 1 })
      expect(again.said).toContain('in use already')
    } finally {
      await elsewhere.close()
    }
  }, 400_000)

  it('is refused when it is not whole, and never written over another', async () => {
    const to = join(folder, 'copy')
    const second = await command('backup', ['--to', to], join(house.home, 'data'))
    expect(second).toMatchObject({ code: 1 })
    expect(second.said).toContain('is not empty')
    const file = join(to, 'postgres', 'profile.zst')
    const bytes = readFileSync(file)
    writeFileSync(file, Buffer.concat([bytes.subarray(0, -1), Buffer.of(0x55)]))
    const restored = await command('restore', ['--from', to], join(folder, 'nowhere'))
    expect(restored).toMatchObject({ code: 1 })
    expect(restored.said).toContain('postgres/profile.zst is not as it was written')
  }, 120_000)
})
