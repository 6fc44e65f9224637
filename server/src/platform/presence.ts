/**
 * Which processes are there. Each writes a row of its own every second, by PostgreSQL's clock, so
 * that clocks of machines need not agree; one that is not seen for some seconds counts as gone.
 */
import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Postgres, Sql } from './postgres.ts'

const BEAT_MS = 1_000
/** Not seen for this long, in seconds: what it held may be taken over. */
export const GONE_AFTER_S = 4
/** Rows of processes that never came back are of no use to anybody after an hour. */
const FORGOTTEN_AFTER_S = 3_600

export type Presence = {
  /** Stays the same for a data directory, so that a restart finds again what was its own. */
  id: string
  /** False when it could not say for some seconds that it is there: others may take it for gone. */
  isSeen(): boolean
  /** Calls `listener` after each sign of life; returns how to stop that. */
  onBeat(listener: () => void): () => void
  stop(): Promise<void>
}

export type PresenceOptions = {
  postgres: Postgres
  id: string
  roles: readonly string[]
  onFault(error: unknown): void
}

/** The id of this data directory's process, made at its first start. */
export function processIdOf(dataDir: string): string {
  const file = join(dataDir, 'process-id')
  try {
    writeFileSync(file, randomUUID(), { flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return readFileSync(file, 'utf8').trim()
}

/** Says that this process is there, now and every second until it is stopped. */
export async function openPresence(options: PresenceOptions): Promise<Presence> {
  const { postgres, id } = options
  const listeners = new Set<() => void>()
  let seenAt = Number.NEGATIVE_INFINITY
  let beating: Promise<void> = Promise.resolve()
  const beat = async () => {
    // Before the statement: the row is at least as young as we believe it to be.
    const at = performance.now()
    try {
      await sayPresent(postgres, options)
      seenAt = at
    } catch (error) {
      options.onFault(error)
    }
    for (const listener of listeners) listener()
  }
  beating = beat()
  await beating
  let isBeating = false
  const timer = setInterval(() => {
    if (isBeating) return
    isBeating = true
    beating = beat().finally(() => {
      isBeating = false
    })
  }, BEAT_MS)
  return {
    id,
    isSeen: () => performance.now() - seenAt < GONE_AFTER_S * 1_000,
    onBeat: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop: async () => {
      clearInterval(timer)
      await beating
      await postgres.query('DELETE FROM process WHERE id = $1', [id])
    },
  }
}

async function sayPresent(sql: Sql, { id, roles }: PresenceOptions): Promise<void> {
  await sql.query(
    `WITH forgotten AS (
       DELETE FROM process WHERE id <> $1 AND seen_at < now() - make_interval(secs => $3))
     INSERT INTO process (id, roles, started_at, seen_at) VALUES ($1, $2, now(), now())
     ON CONFLICT (id) DO UPDATE SET seen_at = now(), roles = excluded.roles`,
    [id, roles, FORGOTTEN_AFTER_S],
  )
}
