/** A PostgreSQL server as Debian installs it, started for a test: oldest version first. */
import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, closeSync, existsSync, openSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import type { ServiceUser } from '../../src/platform/engines/serviceUser.ts'
import { freePort } from '../childProgram.ts'
import { until } from '../failures/place.ts'

const INSTALLED = '/usr/lib/postgresql'
/** The oldest version that the program supports. */
const VERSION_MIN = 15

/** The oldest one on this machine that the program supports; null: there is none. */
export const debianPostgres = find()

function find(): { version: number; bin: string } | null {
  if (!existsSync(INSTALLED)) return null
  const versions = readdirSync(INSTALLED)
    .map(Number)
    .sort((x, y) => x - y)
  for (const version of versions) {
    const bin = join(INSTALLED, String(version), 'bin')
    if (version >= VERSION_MIN && existsSync(join(bin, 'postgres'))) return { version, bin }
  }
  return null
}

type Place = { dataDir: string; logFile: string; user: ServiceUser | null }

/** Starts it with its own defaults, as an administrator would who never heard of this program. */
export async function startDebianPostgres({ dataDir, logFile, user }: Place) {
  if (!debianPostgres) throw new Error(`There is no PostgreSQL under ${INSTALLED}.`)
  const { bin } = debianPostgres
  const password = randomBytes(12).toString('hex')
  const passwordFile = `${dataDir}.password`
  writeFileSync(passwordFile, password, { mode: 0o600 })
  // PostgreSQL refuses to run as root.
  const as = user ? { uid: user.uid, gid: user.gid } : {}
  if (user) chownSync(passwordFile, user.uid, user.gid)
  const surroundings = { ...as, cwd: '/', env: { LC_ALL: 'C.UTF-8', TZ: 'Europe/Paris' } }
  const access = ['--username=owner', `--pwfile=${passwordFile}`, '--auth=scram-sha-256']
  const made = spawnSync(join(bin, 'initdb'), ['-D', dataDir, ...access, '--no-sync'], {
    ...surroundings,
    encoding: 'utf8',
  })
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`)
  const port = await freePort()
  const log = openSync(logFile, 'a')
  const settings = ['-p', String(port), '-c', 'unix_socket_directories=', '-c', 'fsync=off']
  const child = spawn(join(bin, 'postgres'), ['-D', dataDir, ...settings], {
    ...surroundings,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const url = (database: string) => `postgres://owner:${password}@127.0.0.1:${port}/${database}`
  await until('PostgreSQL answers', async () => {
    const client = new pg.Client({ connectionString: url('postgres') })
    await client.connect()
    await client.end()
    return true
  })
  return {
    url,
    stop: async () => {
      child.kill('SIGINT')
      await ended
    },
  }
}
