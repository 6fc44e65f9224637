import { randomUUID } from 'node:crypto'
import { mkdir, statfs, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CheckResult, Checks } from '../platform/checks.ts'
import type { ClickHouse } from '../platform/clickhouse.ts'
import type { ShardName } from '../platform/log/log.ts'
import { compareSchema, type Migration, readMigrations } from '../platform/migrations.ts'
import type { Postgres } from '../platform/postgres.ts'
import { GONE_AFTER_S, type Presence } from '../platform/presence.ts'
import type { ObservedLog } from './intake.ts'

export type Dependencies = {
  postgres: Postgres
  clickhouse: ClickHouse
  log: ObservedLog
  /** Directory of PostgreSQL's migrations. */
  migrations: string
  dataDir: string
  roles: readonly string[]
  presence: Presence
  /** The shards that this process works on; null without the role flow. */
  held: (() => ShardName[]) | null
}

/** Below this part of the disk somebody should look at it. */
const DISK_WARNS_BELOW = 0.05
/** With less than this nothing can be relied on to be written. */
const DISK_FULL_BYTES = 16 * 1024 * 1024
/** A log that refused this recently is not called well yet. */
const LOG_FAULT_MS = 5_000

/** The checks of `/readyz` for a process with these roles. */
export function checksOf(parts: Dependencies): Checks {
  const { postgres, clickhouse, roles } = parts
  const known = readMigrations(parts.migrations)
  return {
    postgres: {
      required: true,
      without: 'PostgreSQL does not answer, so nothing can be accepted or applied. Start it again.',
      run: async () => {
        await postgres.query('SELECT 1')
        return { ok: true, detail: 'PostgreSQL answers.' }
      },
    },
    migrations: {
      required: true,
      without: 'Whether the database is up to date cannot be read: PostgreSQL does not answer.',
      run: () => checkMigrations(postgres, known),
    },
    log: {
      required: roles.includes('collect'),
      without: 'The event log takes nothing, so the intake answers 503. Look at its database.',
      run: () => checkLog(parts.log),
    },
    // It may be away for an hour: events, segments and deliveries do not wait for it.
    clickhouse: {
      required: false,
      without: 'ClickHouse does not answer. Events go on; history and previews wait for it.',
      run: async () => {
        await clickhouse.query('SELECT 1')
        return { ok: true, detail: 'ClickHouse answers.' }
      },
    },
    presence: {
      required: roles.includes('flow'),
      without: 'This process cannot say that it is there.',
      run: async () => checkPresence(parts.presence),
    },
    ...flowChecks(parts),
    disk: {
      required: true,
      without: 'The disk of DATA_DIR cannot be read. Check that the directory is mounted.',
      run: () => checkDisk(parts.dataDir),
    },
    archive: {
      required: false,
      without:
        'The archive in DATA_DIR cannot be written, so old blocks stay in the database. ' +
        'Check the rights of the directory and the space on its disk.',
      run: () => checkArchive(join(parts.dataDir, 'archive')),
    },
  }
}

async function checkMigrations(
  postgres: Postgres,
  known: readonly Migration[],
): Promise<CheckResult> {
  const { missing, unknown } = await compareSchema(postgres, known)
  if (missing.length > 0) {
    const detail = `Migrations are missing: ${missing.join(', ')}. Start this version once alone.`
    return { ok: false, detail }
  }
  if (unknown.length === 0) return { ok: true, detail: 'The database is up to date.' }
  // As while versions are exchanged one process after the other: migrations only go forward.
  const detail = `The database is ahead of this version (${unknown.join(', ')}). Update this one.`
  return { ok: true, warns: true, detail }
}

async function checkLog(log: ObservedLog): Promise<CheckResult> {
  await log.check?.()
  const failedAt = log.failedAt()
  if (failedAt !== null && performance.now() - failedAt < LOG_FAULT_MS) {
    return { ok: false, detail: 'The event log refused an append a moment ago.' }
  }
  return { ok: true, detail: `The event log takes events; ${log.queueBytes()} bytes wait.` }
}

function checkPresence(presence: Presence): CheckResult {
  if (presence.isSeen()) return { ok: true, detail: 'The other processes see this one.' }
  const detail =
    `For ${GONE_AFTER_S} seconds this process could not say that it is there, ` +
    'so others may take its shards. PostgreSQL does not answer it.'
  return { ok: false, detail }
}

function flowChecks({ postgres, held }: Dependencies): Checks {
  if (!held) return {}
  return {
    flow: {
      required: false,
      without: 'Who works on which shard cannot be read: PostgreSQL does not answer.',
      run: async () => {
        const [row] = await postgres.query<{ all: number; free: number }>(
          `SELECT count(*) AS all, count(*) FILTER (WHERE p.id IS NULL) AS free
           FROM flow_cursor c LEFT JOIN process p
             ON p.id = c.owner AND p.seen_at > now() - make_interval(secs => $1)`,
          [GONE_AFTER_S],
        )
        const { all = 0, free = 0 } = row ?? {}
        const own = held().length
        if (free === 0) return { ok: true, detail: `Works on ${own} of ${all} shards.` }
        const detail = `Nobody works on ${free} of ${all} shards; this process has ${own}.`
        return { ok: false, detail }
      },
    },
  }
}

async function checkDisk(dataDir: string): Promise<CheckResult> {
  const disk = await statfs(dataDir)
  return judgeDisk({ freeBytes: disk.bavail * disk.bsize, sizeBytes: disk.blocks * disk.bsize })
}

/** Full, filling up, or well. */
export function judgeDisk(disk: { freeBytes: number; sizeBytes: number }): CheckResult {
  const share = disk.freeBytes / Math.max(1, disk.sizeBytes)
  const percent = `${(share * 100).toFixed(1)} %`
  if (disk.freeBytes < DISK_FULL_BYTES) {
    return { ok: false, detail: `The disk of DATA_DIR is full (${percent} free). Make room.` }
  }
  const warns = share < DISK_WARNS_BELOW
  const detail = `${percent} of the disk of DATA_DIR is free.`
  return { ok: true, warns, detail: warns ? `${detail} Make room before it is full.` : detail }
}

async function checkArchive(folder: string): Promise<CheckResult> {
  await mkdir(folder, { recursive: true })
  const file = join(folder, `.check-${randomUUID()}`)
  await writeFile(file, 'written to see whether it can be')
  await unlink(file)
  return { ok: true, detail: 'The archive can be written.' }
}
