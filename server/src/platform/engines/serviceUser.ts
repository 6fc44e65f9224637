import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

/** The unprivileged user the engines run as when the program itself runs as root. */
export type ServiceUser = { name: string; uid: number; gid: number }

const SYSTEM_DIR = '/var/lib/clientele'
const OWN_NAME = 'clientele'
const LAST_RESORTS = ['postgres', 'daemon', 'nobody']

/** Null unless we are root: PostgreSQL refuses to run as root. */
export function findServiceUser(): ServiceUser | null {
  if (process.getuid?.() !== 0) return null
  return lookUp(OWN_NAME) ?? createUser() ?? lastResort()
}

function lookUp(name: string): ServiceUser | null {
  if (!existsSync('/etc/passwd')) return null
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [entry, , uid, gid] = line.split(':')
    if (entry === name) return { name, uid: Number(uid), gid: Number(gid) }
  }
  return null
}

function createUser(): ServiceUser | null {
  const command = ['/usr/sbin/useradd', '/sbin/useradd'].find((path) => existsSync(path))
  if (!command) return null
  const shape = ['--system', '--user-group', '--no-create-home', '--home-dir', SYSTEM_DIR]
  const made = spawnSync(command, [...shape, '--shell', '/usr/sbin/nologin', OWN_NAME])
  // Where users cannot be added (a read-only system), one of those that exist must do.
  return made.status === 0 ? lookUp(OWN_NAME) : null
}

function lastResort(): ServiceUser {
  for (const name of LAST_RESORTS) {
    const user = lookUp(name)
    if (user) return user
  }
  throw new Error(
    'The program runs as root, and there is no user its engines could run as. ' +
      'Create one (useradd --system clientele), or start the program as another user.',
  )
}

/** Whether `user` may pass through every directory above `path`. */
export function canReach(user: ServiceUser, path: string): boolean {
  for (let dir = dirname(path); ; dir = dirname(dir)) {
    if (existsSync(dir)) {
      const stat = statSync(dir)
      const bit = stat.uid === user.uid ? 0o100 : stat.gid === user.gid ? 0o010 : 0o001
      if ((stat.mode & bit) === 0) return false
    }
    if (dir === dirname(dir)) return true
  }
}

/**
 * Where the engines keep their files: `dataDir`, or a system directory of its own when the service
 * user could not enter it (root's home is closed to others).
 */
export function engineHome(dataDir: string, user: ServiceUser | null): string {
  if (!user || canReach(user, join(dataDir, 'postgres'))) return dataDir
  const hash = createHash('sha256').update(dataDir).digest('hex').slice(0, 12)
  return join(SYSTEM_DIR, hash)
}

/** The program directory itself, or a copy of it that the service user can reach. */
export function reachableCopy(
  directory: string,
  options: { user: ServiceUser | null; key: string },
) {
  const { user, key } = options
  if (!user || canReach(user, join(directory, 'bin', 'postgres'))) return directory
  const copy = join(SYSTEM_DIR, 'bin', key)
  if (existsSync(copy)) return copy
  // Copied aside and renamed, so that a copy cut short is never taken for a whole one.
  const aside = `${copy}.${process.pid}`
  mkdirSync(dirname(copy), { recursive: true, mode: 0o755 })
  cpSync(directory, aside, { recursive: true, verbatimSymlinks: true })
  try {
    renameSync(aside, copy)
  } catch (error) {
    // Another start was quicker: its copy is as good.
    if (!existsSync(copy)) throw error
    rmSync(aside, { recursive: true })
  }
  return copy
}

/** Makes a directory that only its user can read. */
export function makeOwnDir(directory: string, user: ServiceUser | null): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  if (user) chownSync(directory, user.uid, user.gid)
}
