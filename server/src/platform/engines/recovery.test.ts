import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { processStart } from './processes.ts'
import { findServiceUser, makeOwnDir } from './serviceUser.ts'

const HOLDER = join(import.meta.dirname, '..', '..', '..', 'test', 'engineHolder.ts')
const children: ChildProcess[] = []
const dirs: string[] = []

type Holding = { postgres: number; clickhouse: number; rows: number }

/** Starts a program that opens the engines on `dataDir`, adds a row to both and stays. */
async function hold(dataDir: string): Promise<{ child: ChildProcess; said: Holding }> {
  const child = spawn(process.execPath, [HOLDER, dataDir], { stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  let out = ''
  let errors = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  const said = await new Promise<Holding>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString()
      const [line, ...rest] = out.split('\n')
      if (line && rest.length > 0) resolve(JSON.parse(line) as Holding)
    })
    child.once('exit', () => reject(new Error(errors)))
  })
  return { child, said }
}

const ended = (child: ChildProcess) => new Promise((resolve) => child.once('exit', resolve))

const isAlive = (pid: number) => processStart(pid) !== null

function newDataDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'clientele-recovery-'))
  dirs.push(dir)
  makeOwnDir(dir, findServiceUser())
  return dir
}

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGTERM')
    await ended(child)
  }
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true })
})

test('after kill -9 the next start ends the orphans, and finds what was written', async () => {
  const dataDir = newDataDir()
  const first = await hold(dataDir)
  expect(first.said.rows).toBe(2)
  first.child.kill('SIGKILL')
  await ended(first.child)
  const second = await hold(dataDir)
  expect(second.said.rows).toBe(4)
  expect(isAlive(first.said.postgres)).toBe(false)
  expect(isAlive(first.said.clickhouse)).toBe(false)
})

test('a second instance on the same directory is refused while the first lives', async () => {
  const dataDir = newDataDir()
  const { child } = await hold(dataDir)
  await expect(hold(dataDir)).rejects.toThrow(`Another instance (process ${child.pid})`)
})

test('an engine that is killed comes back on the same address', async () => {
  const { child, said } = await hold(newDataDir())
  process.kill(said.clickhouse, 'SIGKILL')
  process.kill(said.postgres, 'SIGKILL')
  const again = await new Promise<Holding>((resolve) => {
    child.stdout?.on('data', (chunk: Buffer) => resolve(JSON.parse(chunk.toString()) as Holding))
    child.kill('SIGUSR2')
  })
  expect(again.rows).toBe(4)
  expect(again.postgres).not.toBe(said.postgres)
  expect(again.clickhouse).not.toBe(said.clickhouse)
})

test('told to stop, it leaves no process behind', async () => {
  const { child, said } = await hold(newDataDir())
  child.kill('SIGTERM')
  expect(await ended(child)).toBe(0)
  expect(isAlive(said.postgres)).toBe(false)
  expect(isAlive(said.clickhouse)).toBe(false)
})
