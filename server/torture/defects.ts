/**
 * Faults that the torture must find, planted around the product and never in it: a harness that
 * cannot fail proves nothing.
 */
import type { Log } from '../src/platform/log/log.ts'
import type { Postgres, Sql } from '../src/platform/postgres.ts'
import type { Around } from '../src/program.ts'

export const DEFECTS = [
  'ack-before-commit',
  'no-dedup',
  'offset-outside-transaction',
  'timers-not-reloaded',
] as const
export type Defect = (typeof DEFECTS)[number]

export function isDefect(name: string): name is Defect {
  return DEFECTS.some((known) => known === name)
}

/** The wrappers that plant a defect. */
export function planted(defect: Defect): Around {
  if (defect === 'ack-before-commit') return { log: acknowledgedTooEarly }
  if (defect === 'no-dedup') return { postgres: withoutDedup }
  if (defect === 'offset-outside-transaction') return { postgres: offsetApart }
  return { postgres: timersForgotten }
}

/** How long a write is put off, as by a database that commits in the background. */
const PUT_OFF_MS = 150

/** Says that an entry is durable, and writes it later. */
function acknowledgedTooEarly(bare: Log): Log {
  return {
    ...bare,
    append: async (request) => {
      const later = async () => {
        await new Promise((resolve) => setTimeout(resolve, PUT_OFF_MS))
        // A write that fails is lost as well: nobody is told.
        await bare.append(request).catch(() => {})
      }
      void later()
      return { lane: request.lane, shard: 0, position: async () => 0 }
    },
  }
}

type Asked = <Row>(sql: Sql, text: string, values: unknown[]) => Promise<Row[]>

/** The same database, its statements answered by `ask`, in transactions and outside. */
function answering(bare: Postgres, ask: Asked): Postgres {
  const through = (sql: Sql): Sql => ({
    query: <Row>(text: string, values: unknown[] = []) => ask<Row>(sql, text, values),
  })
  return {
    ...bare,
    query: through(bare).query,
    transaction: (work) => bare.transaction((sql) => work(through(sql))),
  }
}

/** Every message is reported as one never seen before. */
function withoutDedup(bare: Postgres): Postgres {
  return answering(bare, async <Row>(sql: Sql, text: string, values: unknown[]) => {
    const rows = await sql.query<Row>(text, values)
    if (!text.includes('INSERT INTO dedup')) return rows
    const [buckets, keys] = values as [string[], Buffer[]]
    return buckets.map((bucket, index) => ({ bucket, key: keys[index] })) as Row[]
  })
}

/** The position is moved on a connection of its own, so it is kept when its batch is not. */
function offsetApart(bare: Postgres): Postgres {
  return answering(bare, async <Row>(sql: Sql, text: string, values: unknown[]) => {
    if (text.includes('flow_cursor SET position')) return bare.query<Row>(text, values)
    // The batch must not hold the row that the other connection is to write.
    const isLock = text.includes('FROM flow_cursor') && text.includes('FOR UPDATE')
    return sql.query<Row>(isLock ? text.replace('FOR UPDATE', '') : text, values)
  })
}

/** Timers that were armed before this process first looked are never seen by it. */
function timersForgotten(bare: Postgres): Postgres {
  let forgotten: Promise<Set<string>> | null = null
  const nameOf = ({ profile, due }: TimerRow) => `${profile} ${due.getTime()}`
  const armed = async () => {
    const rows = await bare.query<TimerRow>('SELECT profile, due FROM timer')
    return new Set(rows.map(nameOf))
  }
  return answering(bare, async <Row>(sql: Sql, text: string, values: unknown[]) => {
    forgotten ??= armed()
    const rows = await sql.query<Row>(text, values)
    if (!text.includes('FROM timer WHERE due <= $1 ORDER BY due')) return rows
    const before = await forgotten
    return rows.filter((row) => !before.has(nameOf(row as TimerRow)))
  })
}

type TimerRow = { profile: string; due: Date }
