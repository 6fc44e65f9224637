import { randomUUID } from 'node:crypto'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'

export type QueryParams = Record<string, unknown>

/**
 * Which of the engine's connections answers: a slow question must not hold up a quick one.
 * A real ClickHouse server ignores it.
 */
export type QueryLane = 'interactive' | 'heavy' | 'sink' | 'control'

export type ClickHouse = {
  /** Parameters are written `{name:Type}` in the text. 64-bit integers come back as numbers. */
  query<Row = Record<string, unknown>>(
    sql: string,
    params?: QueryParams,
    options?: { signal?: AbortSignal; lane?: QueryLane },
  ): Promise<Row[]>
  /** How the engine reads a SELECT: the lines of its syntax tree. Nothing of it is run. */
  syntaxOf(select: string): Promise<string[]>
  /** Inserts rows; with `token`, the same insert repeated changes nothing. */
  insert(table: string, rows: readonly object[], options?: { token?: string }): Promise<void>
  command(sql: string, params?: QueryParams): Promise<void>
  close(): Promise<void>
}

export type ClickHouseOptions = {
  url: string
  username: string
  password: string
  database: string
  /** Longest wait for an answer, in milliseconds. */
  timeoutMs: number
}

const SETTINGS = {
  output_format_json_quote_64bit_integers: 0,
  // Events stand left in our joins, with maps of what they say. As the smaller side ClickHouse
  // would put them into the hash table, maps and all: four times the processor time.
  query_plan_join_swap_table: 'false',
} as const

/** Opens a client on ClickHouse's HTTP interface, be it a server or the child process of ours. */
export function openClickHouse(options: ClickHouseOptions): ClickHouse {
  const open = (lane: QueryLane) =>
    createClient({
      url: options.url,
      username: options.username,
      password: options.password,
      database: options.database,
      request_timeout: options.timeoutMs,
      http_headers: { 'X-Clientele-Lane': lane },
      // A thousand values to compare with do not fit into an address.
      use_multipart_params_auto: true,
      // Its log would repeat what callers throw, and the values of parameters with it.
      log: { level: ClickHouseLogLevel.OFF },
      clickhouse_settings: SETTINGS,
    })
  const lanes = {
    interactive: open('interactive'),
    heavy: open('heavy'),
    sink: open('sink'),
    control: open('control'),
  }
  return {
    query: async <Row>(
      sql: string,
      params?: QueryParams,
      extra?: { signal?: AbortSignal; lane?: QueryLane },
    ) => {
      const answer = await lanes[extra?.lane ?? 'interactive'].query({
        query: sql,
        query_id: randomUUID(),
        format: 'JSONEachRow',
        ...(params ? { query_params: params } : {}),
        ...(extra?.signal ? { abort_signal: extra.signal } : {}),
      })
      return (await answer.json()) as Row[]
    },
    syntaxOf: async (select) => {
      // A format, which `query` adds, would be taken for a part of the SELECT.
      const { stream } = await lanes.interactive.exec({ query: `EXPLAIN AST ${select}` })
      const chunks: Buffer[] = []
      for await (const chunk of stream) chunks.push(chunk as Buffer)
      return Buffer.concat(chunks).toString('utf8').trimEnd().split('\n')
    },
    insert: async (table, rows, extra) => {
      if (rows.length === 0) return
      await lanes.sink.insert({
        table,
        values: rows,
        format: 'JSONEachRow',
        clickhouse_settings: {
          date_time_input_format: 'best_effort',
          ...(extra?.token ? { insert_deduplication_token: extra.token } : {}),
        },
      })
    },
    command: async (sql, params) => {
      await lanes.control.command({ query: sql, ...(params ? { query_params: params } : {}) })
    },
    close: async () => {
      await Promise.all(Object.values(lanes).map((client) => client.close()))
    },
  }
}
