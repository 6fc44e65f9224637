import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'

/** A process that cannot be mistaken for a later one with the same number. */
export type ProcessIdentity = { pid: number; startedAt: string }

/**
 * When the process started, in the system's own words; null when there is none with that number.
 */
export function processStart(pid: number): string | null {
  if (process.platform !== 'linux') return processStartByPs(pid)
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the program's name in brackets and may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const isZombie = fields[0] === 'Z'
    return isZombie ? null : (fields[19] ?? null)
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

function processStartByPs(pid: number): string | null {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
  } catch {
    // `ps` answers "no such process" by its exit code.
    return null
  }
}

export function identityOf(pid: number): ProcessIdentity | null {
  const startedAt = processStart(pid)
  return startedAt === null ? null : { pid, startedAt }
}

export function isRunning(identity: ProcessIdentity): boolean {
  return processStart(identity.pid) === identity.startedAt
}

/** Linux: the processes whose working directory this is. */
export function processesIn(directory: string): ProcessIdentity[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && workingDirectory(Number(name)) === directory)
    .map((name) => identityOf(Number(name)))
    .filter((identity) => identity !== null)
}

/** Linux: null also when the process belongs to someone else. */
export function workingDirectory(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    // It has just ended, or belongs to someone else.
    return null
  }
}

export function readIdentity(file: string): ProcessIdentity | null {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    const { pid, startedAt } = value as Partial<ProcessIdentity>
    return typeof pid === 'number' && typeof startedAt === 'string' ? { pid, startedAt } : null
  } catch (error) {
    // A file cut short by a crash says as little as a missing one.
    if (isMissing(error) || error instanceof SyntaxError) return null
    throw error
  }
}

export function writeIdentity(file: string, identity: ProcessIdentity): void {
  writeFileSync(file, JSON.stringify(identity), { mode: 0o600 })
}

/** Sends the signals in turn, `graceMs` apart, until the process has ended. */
export async function endProcess(
  identity: ProcessIdentity,
  signals: readonly NodeJS.Signals[],
  graceMs: number,
): Promise<void> {
  for (const signal of signals) {
    if (!isRunning(identity)) return
    process.kill(identity.pid, signal)
    await waitUntil(() => !isRunning(identity), graceMs)
  }
  if (isRunning(identity)) {
    throw new Error(`Process ${identity.pid} does not end. End it by hand and start again.`)
  }
}

/** Waits until `condition` holds; false when it still does not after `timeoutMs`. */
export async function waitUntil(condition: () => boolean, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs
  while (!condition()) {
    if (performance.now() > deadline) return false
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return true
}

/** True while an instance of the program runs on `dataDir`. */
export function hasInstance(dataDir: string): boolean {
  const holder = readIdentity(`${dataDir}/instance.json`)
  return holder !== null && isRunning(holder)
}

/**
 * Makes this process the only one on `dataDir`; returns what gives it free again.
 * @throws when another instance holds it.
 */
export function lockInstance(dataDir: string): () => void {
  const file = `${dataDir}/instance.json`
  const holder = readIdentity(file)
  if (holder && holder.pid !== process.pid && isRunning(holder)) {
    throw new Error(
      `Another instance (process ${holder.pid}) already uses ${dataDir}. ` +
        'Stop it first, or give this one a directory of its own with DATA_DIR.',
    )
  }
  rmSync(file, { force: true })
  const own = identityOf(process.pid)
  if (!own) throw new Error('This system does not tell when a process started.')
  try {
    // Of two that start at once, the second finds the file already there.
    writeFileSync(file, JSON.stringify(own), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    throw new Error(`Another instance starts on ${dataDir} at this moment.`, { cause: error })
  }
  return () => rmSync(file, { force: true })
}

export function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | null)?.code
  return code === 'ENOENT' || code === 'ESRCH'
}
