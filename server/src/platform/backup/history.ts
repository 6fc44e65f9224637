import { once } from 'node:events'
import { Readable, type Writable } from 'node:stream'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import type { ClickHouseOptions } from '../clickhouse.ts'
import type { ShardName } from '../log/log.ts'
import { type KeptFile, readKept, writeKept } from './files.ts'

/** A table of the history in a backup, as tab-separated text. */
export type KeptHistory = { name: string; columns: string[]; file: KeptFile }

/** How far the history was written, shard by shard. */
export type Reached = ShardName & { position: number }

/** Tables whose rows say from which position of the log they are; others are made from state. */
const TABLES = [
  'event',
  'object_said',
  'consent_said',
  'trait_change',
  'membership_change',
  'membership_stay',
  'identity_change',
]
/** Positions asked for at once: the engine's answer is held in memory. */
const POSITIONS_AT_ONCE = 50_000
/** Text sent at once, in bytes. */
const SENT_BYTES = 8 * 1024 * 1024
const TIMEOUT_MS = 600_000

export type History = {
  /** Copies the rows up to what each shard has reached, and none beyond. */
  export(folder: string, reached: readonly Reached[]): Promise<KeptHistory[]>
  /** Empties the tables and fills them. */
  import(folder: string, kept: readonly KeptHistory[]): Promise<void>
  close(): Promise<void>
}

/** Opens the history for copying; plain text, so that any version of ClickHouse reads it. */
export function openHistory(options: Omit<ClickHouseOptions, 'timeoutMs'>): History {
  const client = createClient({
    ...options,
    request_timeout: TIMEOUT_MS,
    http_headers: { 'X-Clientele-Lane': 'heavy' },
    log: { level: ClickHouseLogLevel.OFF },
    // The same block once more, after an attempt that was broken off, must not be left out.
    clickhouse_settings: { insert_deduplicate: 0 },
  })
  const columnsOf = async (table: string) => {
    const answer = await client.query({
      query: `SELECT name FROM system.columns WHERE database = {database:String}
              AND table = {table:String} AND default_kind = '' ORDER BY position`,
      query_params: { database: options.database, table },
      format: 'JSONEachRow',
    })
    return ((await answer.json()) as { name: string }[]).map(({ name }) => name)
  }
  const readRange = async (range: Range) => {
    const answer = await client.query({
      query: `SELECT ${range.columns.join(', ')} FROM ${range.table}
              WHERE lane = {lane:String} AND shard = {shard:UInt8}
                AND position > {after:UInt64} AND position <= {to:UInt64}`,
      query_params: { lane: range.lane, shard: range.shard, after: range.after, to: range.to },
      format: 'TabSeparated',
    })
    return answer.text()
  }
  return {
    close: () => client.close(),
    export: async (folder, reached) => {
      const kept: KeptHistory[] = []
      for (const name of TABLES) {
        const columns = await columnsOf(name)
        const fill = async (into: Writable) => {
          for (const range of rangesOf(reached)) {
            await write(into, await readRange({ ...range, table: name, columns }))
          }
        }
        kept.push({ name, columns, file: await writeKept(folder, `history/${name}.zst`, fill) })
      }
      return kept
    },
    import: async (folder, kept) => {
      for (const { name, columns, file } of kept) {
        if (!TABLES.includes(name)) throw new Error(`There is no history called ${name}.`)
        await client.command({ query: `TRUNCATE TABLE ${name}` })
        for await (const text of wholeLines(readKept(folder, file))) {
          await client.insert({
            ...{ table: name, columns: columns as [string, ...string[]] },
            ...{ values: Readable.from([text], { objectMode: false }), format: 'TabSeparated' },
          })
        }
      }
    },
  }
}

type Range = ShardName & { after: number; to: number; table: string; columns: string[] }

function* rangesOf(reached: readonly Reached[]): Generator<Omit<Range, 'table' | 'columns'>> {
  for (const { lane, shard, position } of reached) {
    for (let after = 0; after < position; after += POSITIONS_AT_ONCE) {
      yield { lane, shard, after, to: Math.min(after + POSITIONS_AT_ONCE, position) }
    }
  }
}

async function write(into: Writable, text: string): Promise<void> {
  if (!into.write(text)) await once(into, 'drain')
}

/** The text in pieces that end with a line. */
async function* wholeLines(from: Readable): AsyncGenerator<Buffer> {
  let held: Buffer[] = []
  let bytes = 0
  for await (const chunk of from as AsyncIterable<Buffer>) {
    held.push(chunk)
    bytes += chunk.length
    if (bytes < SENT_BYTES) continue
    const joined = Buffer.concat(held)
    const end = joined.lastIndexOf('\n') + 1
    if (end > 0) yield joined.subarray(0, end)
    held = [joined.subarray(end)]
    bytes = joined.length - end
  }
  if (bytes > 0) yield Buffer.concat(held)
}
