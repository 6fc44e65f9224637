import { Session } from 'chdb'
import type { QueryLane } from '../clickhouse.ts'

/** One statement as it came over HTTP. */
export type Statement = {
  lane: QueryLane
  sql: string
  database: string
  /** Output format where the statement names none. */
  format: string
  settings: ReadonlyMap<string, string>
  /** Values of `{name:Type}`, in ClickHouse's escaped text form. */
  params: ReadonlyMap<string, string>
  /** Aborted when the one who asked has gone. */
  signal: AbortSignal
}

export type Answer = { bytes: Uint8Array; rowsRead: number; bytesRead: number; seconds: number }

export type LaneLimits = {
  connections: number
  /** ClickHouse settings that hold for a lane's statements unless they set their own. */
  settings: Record<string, string>
}

type Waiter = { run: (connection: Connection) => void; gone: () => boolean }
type Lane = { idle: Connection[]; waiting: Waiter[] }

/** How long until a kill is repeated: it may have come before its query was known. */
const KILL_RETRY_MS = 50

/**
 * The engine's connections. One connection runs one statement at a time, hence several in lanes:
 * a 10 ms question must not wait for a heavy one. Kills have a connection of their own.
 */
export class ChdbLanes {
  readonly #lanes = new Map<string, Lane>()
  readonly #killer: Session
  readonly #sessions: Session[] = []

  /** `serverSettings` hold for the engine as a whole; it starts with the first connection. */
  constructor(
    path: string,
    limits: Record<QueryLane, LaneLimits>,
    serverSettings: Record<string, number> = {},
  ) {
    const args = Object.entries(serverSettings).map(([name, value]) => `--${name}=${value}`)
    this.#killer = this.#open(path, args)
    for (const [name, limit] of Object.entries(limits)) {
      const idle = Array.from({ length: limit.connections }, (_, index) => {
        const settings = { ...limit.settings, log_comment: `${name}-${index}` }
        return new Connection(this.#open(path), settings)
      })
      this.#lanes.set(name, { idle, waiting: [] })
    }
  }

  #open(path: string, connectionArgs: readonly string[] = []): Session {
    const session = new Session(path, connectionArgs.length > 0 ? { connectionArgs } : {})
    this.#sessions.push(session)
    return session
  }

  /** Runs a statement on the next free connection of its lane. Engine errors are thrown as is. */
  async run(statement: Statement): Promise<Answer> {
    const lane = this.#lanes.get(statement.lane)
    if (!lane) throw new Error(`There is no lane "${statement.lane}".`)
    const connection = await this.#take(lane, statement.signal)
    try {
      const running = connection.run(statement)
      const stopKilling = this.#killOnAbort(connection.name, statement.signal)
      try {
        return await running
      } finally {
        // The connection is not given back while a kill may still hit its next statement.
        await stopKilling()
      }
    } finally {
      this.#giveBack(lane, connection)
    }
  }

  close(): void {
    for (const session of this.#sessions) session.close()
  }

  #take(lane: Lane, signal: AbortSignal): Promise<Connection> {
    const free = lane.idle.pop()
    if (free) return Promise.resolve(free)
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('The request was closed.')), {
        once: true,
      })
      lane.waiting.push({ run: resolve, gone: () => signal.aborted })
    })
  }

  #giveBack(lane: Lane, connection: Connection): void {
    let next = lane.waiting.shift()
    while (next?.gone()) next = lane.waiting.shift()
    if (next) next.run(connection)
    else lane.idle.push(connection)
  }

  /** Kills what runs under `name` from the abort on; the returned function ends that. */
  #killOnAbort(name: string, signal: AbortSignal): () => Promise<void> {
    let finished = false
    let killing: Promise<void> = Promise.resolve()
    const killUntilFinished = async () => {
      while (!finished) {
        await this.#killer.queryAsync(
          `KILL QUERY WHERE Settings['log_comment'] = '${name}' ASYNC FORMAT Null`,
        )
        await new Promise((resolve) => setTimeout(resolve, KILL_RETRY_MS))
      }
    }
    const onAbort = () => {
      killing = killUntilFinished()
    }
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    return async () => {
      finished = true
      signal.removeEventListener('abort', onAbort)
      await killing
    }
  }
}

/**
 * One connection and what is known of its session: database and settings last across statements.
 */
class Connection {
  readonly name: string
  readonly #session: Session
  readonly #defaults: ReadonlyMap<string, string>
  #current = new Map<string, string>()
  #touched = new Set<string>()
  #database: string | null = null

  constructor(session: Session, defaults: Record<string, string>) {
    this.#session = session
    this.#defaults = new Map(Object.entries(defaults))
    this.name = defaults.log_comment ?? ''
  }

  async run(statement: Statement): Promise<Answer> {
    await this.#prepare(statement)
    const result = await this.#session.queryAsync(statement.sql, { format: statement.format })
    return {
      bytes: result.bytes(),
      rowsRead: result.rowsRead,
      bytesRead: result.bytesRead,
      seconds: result.elapsed,
    }
  }

  /**
   * Brings the session to what the statement asks for. Apart from the statement itself, so that
   * positions in error messages stay true. The engine's own way to bind parameters lets one such
   * query run in the whole process; session variables do not.
   */
  async #prepare(statement: Statement): Promise<void> {
    const wanted = new Map([...this.#defaults, ...statement.settings])
    const steps: string[] = []
    if (this.#database !== statement.database) {
      steps.push(`USE ${quoteIdentifier(statement.database)}`)
    }
    for (const name of this.#touched) {
      if (!wanted.has(name)) steps.push(`SET ${quoteName(name)} = DEFAULT`)
    }
    for (const [name, value] of wanted) {
      if (this.#current.get(name) === value) continue
      steps.push(`SET ${quoteName(name)} = ${quoteText(value)}`)
    }
    for (const [name, value] of statement.params) {
      steps.push(`SET param_${quoteName(name)} = ${quoteText(value)}`)
    }
    if (steps.length === 0) return
    for (const name of wanted.keys()) this.#touched.add(name)
    // Until the steps have passed, nothing is known of the session.
    this.#database = null
    this.#current = new Map()
    await this.#session.queryAsync(steps.join('; '))
    this.#database = statement.database
    this.#current = wanted
    this.#touched = new Set(wanted.keys())
  }
}

function quoteName(name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return name
  throw new Error(`"${name}" is not the name of a setting or parameter.`)
}

function quoteText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

function quoteIdentifier(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``
}
