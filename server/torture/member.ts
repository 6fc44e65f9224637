import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Arm } from './program.ts'

/** One process of the program, which may die and be started any number of times. */
export type Member = {
  name: string
  url: string
  /** Starts it, unless it runs. `armed`: with a point at which it kills itself. */
  start(armed?: Arm): void
  /** Lets a running process kill itself at a point. */
  arm(armed: Arm): void
  kill(): Promise<void>
  /** Resolves with true when it ends within `ms`. */
  endsWithin(ms: number): Promise<boolean>
  /** Resolves when it says that it can serve; starts it again when it could not start. */
  untilReady(): Promise<void>
  isReady(): Promise<boolean>
  /** Ends that nobody asked for: a sentence each. */
  faults: string[]
  stop(): Promise<void>
}

export type MemberOptions = {
  name: string
  port: number
  home: string
  env: Record<string, string>
}

const PROGRAM = join(import.meta.dirname, 'program.ts')
const POLL_MS = 25
const READY_MS_MAX = 60_000
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** A process that is not started yet, with a directory and a log file of its own. */
export function openMember(options: MemberOptions): Member {
  const { name, home, port } = options
  const url = `http://127.0.0.1:${port}`
  const logFile = join(home, 'log', `${name}.log`)
  mkdirSync(join(home, 'log'), { recursive: true })
  const faults: string[] = []
  let child: ChildProcess | null = null
  let ended: Promise<void> = Promise.resolve()
  let hasServed = false
  const start = (armed?: Arm) => {
    if (child) return
    const started = spawnProgram({ ...options, logFile }, armed)
    child = started
    hasServed = false
    started.on('error', () => {})
    ended = new Promise((resolve) => {
      started.once('exit', (code, signal) => {
        child = null
        // It may fail to start while a database is away; once it serves it must outlive that.
        if (hasServed && signal !== 'SIGKILL' && code !== 0)
          faults.push(faultText(name, code, logFile))
        resolve()
      })
    })
  }
  const isReady = () =>
    fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) }).then(
      async (answer) => {
        await answer.arrayBuffer()
        return answer.ok
      },
      () => false,
    )
  const signal = async (which: NodeJS.Signals) => {
    child?.kill(which)
    await ended
  }
  return {
    name,
    url,
    start,
    isReady,
    faults,
    arm: (armed) => child?.send(armed),
    kill: () => signal('SIGKILL'),
    endsWithin: async (ms) => {
      await Promise.race([ended, pause(ms)])
      return child === null
    },
    untilReady: async () => {
      const deadline = performance.now() + READY_MS_MAX
      while (!(child && (await isReady()))) {
        start()
        await pause(POLL_MS)
        if (performance.now() > deadline) {
          throw new Error(`The process ${name} is not ready after a minute; see ${logFile}.`)
        }
      }
      hasServed = true
    },
    stop: () => signal('SIGTERM'),
  }
}

function spawnProgram(
  { name, home, port, env, logFile }: MemberOptions & { logFile: string },
  armed: Arm | undefined,
): ChildProcess {
  const log = openSync(logFile, 'a')
  const started = spawn(process.execPath, [PROGRAM], {
    stdio: ['ignore', log, log, 'ipc'],
    env: {
      PATH: process.env.PATH ?? '',
      PORT: String(port),
      DATA_DIR: join(home, name),
      // Started a thousand times, it need not be compiled a thousand times.
      NODE_COMPILE_CACHE: join(home, 'compiled'),
      ...env,
      ...(armed ? { TORTURE_FAIL_POINT: `${armed.point}@${armed.hits}` } : {}),
    },
  })
  closeSync(log)
  return started
}

function faultText(name: string, code: number | null, logFile: string): string {
  const last = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-1)[0] ?? ''
  return `The process ${name} ended by itself with code ${code}: ${last.slice(0, 300)}`
}
