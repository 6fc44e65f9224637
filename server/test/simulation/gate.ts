import { AsyncLocalStorage } from 'node:async_hooks'
import type { Postgres, Sql } from '../../src/platform/postgres.ts'

/** Whose gate the code that runs now has to pass: strands of one process share their memory. */
const current = new AsyncLocalStorage<Gate>()

/**
 * A gate that one strand of work passes before each of its steps, and that only the scheduler
 * opens: so the order of steps is the scheduler's, whatever the machine does.
 */
export class Gate {
  /** True while the strand holds the store's only connection. */
  inTransaction = false
  /** The next commit takes place, and its answer is lost. */
  losesReply = false
  #ended = false
  #open: (fault: Error | null) => void = () => {}
  #stood: () => void = () => {}

  /** Waits until the scheduler lets it go on, or makes it fail here. */
  async pass(): Promise<void> {
    const fault = await new Promise<Error | null>((resolve) => {
      this.#open = resolve
      this.#stood()
    })
    if (fault) throw fault
  }

  /** Starts the strand, and resolves when it stands before its first gate. */
  start(work: () => Promise<void>): Promise<void> {
    return this.#until(() => {
      current.run(this, work).finally(() => {
        this.#ended = true
        this.#stood()
      })
    })
  }

  /** Lets it go to its next gate, or to its end; with a fault: makes it fail where it stands. */
  async step(fault: Error | null = null): Promise<void> {
    if (!this.#ended) await this.#until(() => this.#open(fault))
  }

  leaveTransaction(): void {
    this.inTransaction = false
    this.losesReply = false
  }

  isEnded(): boolean {
    return this.#ended
  }

  #until(begin: () => void): Promise<void> {
    return new Promise((resolve) => {
      this.#stood = resolve
      begin()
    })
  }
}

/** What a planted defect does to the statements of a strand; see `defects.ts`. */
export type Sabotage = {
  /** Answers a statement in the place of the store, or returns null to let it pass. */
  statement?(
    text: string,
    values: unknown[] | undefined,
    place: { inside: Sql; later: (work: (sql: Sql) => Promise<void>) => void },
  ): Promise<unknown[]> | null
}

export type Watch = {
  store: Postgres
  /** Called before each statement of a transaction; may throw what the data would. */
  inspect(text: string, values: unknown[] | undefined): void
  /** Called when a transaction was committed, with its statements. */
  onCommit(statements: readonly Statement[]): void
  sabotage: Sabotage | null
}

export type Statement = { text: string; values: unknown[] }

/**
 * The store as the flow has it here. A strand passes its gate before each statement, each begin
 * and each commit; code outside of any strand goes straight on.
 */
export function watched(watch: Watch): Postgres {
  const { store } = watch
  return {
    query: async (text, values) => {
      await current.getStore()?.pass()
      return store.query(text, values)
    },
    transaction: async (work) => {
      const gate = current.getStore()
      await gate?.pass()
      const held: Held = { gate, watch, later: [], statements: [] }
      try {
        const result = await store.transaction(async (sql) => {
          if (gate) gate.inTransaction = true
          const done = await work(gated(sql, held))
          await gate?.pass()
          return done
        })
        watch.onCommit(held.statements)
        if (gate?.losesReply) throw new ConnectionLost()
        return result
      } finally {
        for (const one of held.later) await one(store)
        gate?.leaveTransaction()
      }
    },
    close: async () => {},
  }
}

/** What is remembered of one transaction. */
type Held = {
  gate: Gate | undefined
  watch: Watch
  later: ((sql: Sql) => Promise<void>)[]
  statements: Statement[]
}

function gated(sql: Sql, held: Held): Sql {
  const { inspect, sabotage } = held.watch
  return {
    query: async <Row>(text: string, values?: unknown[]) => {
      await held.gate?.pass()
      inspect(text, values)
      held.statements.push({ text, values: values ?? [] })
      const later = (work: (sql: Sql) => Promise<void>) => held.later.push(work)
      const answer = sabotage?.statement?.(text, values, { inside: sql, later }) ?? null
      return (answer ? await answer : await sql.query(text, values)) as Row[]
    },
  }
}

/** The connection broke: whether the last statement took place is not known. */
export class ConnectionLost extends Error {
  readonly code = '08006'
  constructor() {
    super('The connection to the store was lost.')
  }
}

/** The process has died. */
export class Crash extends Error {
  constructor() {
    super('The process has died.')
  }
}

/** The store says that a transaction must be run again. */
export class Conflict extends Error {
  readonly code: '40001' | '40P01'
  constructor(code: '40001' | '40P01') {
    super('The transaction was chosen as the one to fail.')
    this.code = code
  }
}
