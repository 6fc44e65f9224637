import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'

const READY_MS = 180_000
const STOP_MS = 30_000

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('There is no free port.')
  return address.port
}

export type Child = { url: string; pid: number; stop(): Promise<void> }

/** Starts a TypeScript file as a server on a port of its own, and waits until it is ready. */
export async function startChild(
  script: string,
  options: {
    args?: (port: number) => string[]
    env?: (port: number) => Record<string, string>
    /** Directory for a CPU profile of the process, written at its end. */
    profileDir?: string | null
  },
): Promise<Child> {
  const port = await freePort()
  const { profileDir } = options
  const flags = profileDir ? ['--cpu-prof', `--cpu-prof-dir=${profileDir}`] : []
  const child = spawn(process.execPath, [...flags, script, ...(options.args?.(port) ?? [])], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH: process.env.PATH ?? '', ...options.env?.(port) },
  })
  const url = `http://127.0.0.1:${port}`
  const stop = () => endChild(child)
  try {
    await untilReady(url, child)
  } catch (error) {
    await stop()
    throw error
  }
  return { url, pid: child.pid ?? 0, stop }
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + READY_MS
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`A process ended with code ${child.exitCode}.`)
    const isReady = await fetch(`${url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    )
    if (isReady) return
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
  throw new Error(`Nothing answers at ${url}/readyz after ${READY_MS / 1_000} s.`)
}

/** Asks a process to end, and ends it when it does not. */
async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
  await ended
  clearTimeout(timer)
}
