/**
 * Defects that are planted to see that the simulation finds them: each wraps the store, as if the
 * program had been written wrongly. The program itself is never changed.
 */
import type { Sql } from '../../src/platform/postgres.ts'
import type { Sabotage } from './gate.ts'

export type Defect = Sabotage & {
  /** What a new life of a process does to the store. */
  rebirth?(sql: Sql): Promise<void>
}

/** A duplicate counts as new, whenever it is not in the same batch. */
const noDedup: Defect = {
  statement: (text, values, { inside }) => {
    if (!text.startsWith('INSERT INTO dedup')) return null
    const [buckets, keys] = values as [string[], Buffer[]]
    const all = keys.map((key, index) => ({ bucket: buckets[index], key }))
    return inside.query(text, values).then(() => all)
  },
}

/** The position moves in a transaction of its own, whatever became of the batch. */
const offsetOutsideTransaction: Defect = {
  statement: (text, values, { later }) => {
    if (!text.startsWith('UPDATE flow_cursor SET position')) return null
    later(async (sql) => {
      await sql.query(text, values)
    })
    return Promise.resolve([])
  },
}

/** A worker never asks whether the shard is still its own. */
const noFence: Defect = {
  statement: (text) =>
    /FROM flow_cursor\s.*FOR UPDATE/s.test(text) ? Promise.resolve([{}]) : null,
}

/** Timers live in the memory of a process, and a new life does not read them again. */
const timersNotReloaded: Defect = {
  rebirth: async (sql) => {
    await sql.query('DELETE FROM timer')
  },
}

/** Effects are written with the batch, and once more when it is over. */
const effectsTwice: Defect = {
  statement: (text, values, { inside, later }) => {
    if (!text.startsWith('INSERT INTO outbox')) return null
    const [workspace, keys, ...rest] = values as [number, string[], ...unknown[]]
    later(async (sql) => {
      await sql.query(text, [workspace, keys.map((key) => `${key}:again`), ...rest])
    })
    return inside.query(text, values)
  },
}

/** By the names that `--defect` takes. */
export const DEFECTS = {
  'no-dedup': noDedup,
  'offset-outside-transaction': offsetOutsideTransaction,
  'no-fence': noFence,
  'timers-not-reloaded': timersNotReloaded,
  'effects-twice': effectsTwice,
} as const satisfies Record<string, Defect>

export type DefectName = keyof typeof DEFECTS
