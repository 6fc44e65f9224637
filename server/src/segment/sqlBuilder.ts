import type { QueryParams } from '../platform/clickhouse.ts'
import type { Calendar } from './calendar.ts'
import type { StaffDefinition } from './rule.ts'

/** An aggregate of the rows that a name stands for. */
type EventQuestion = { rows: string; sql: string }

/** Collects bound values while a rule is compiled: the text holds their names, never themselves. */
export class SqlBuilder {
  readonly workspace: number
  /** The instant the question is asked for, epoch ms. */
  readonly now: number
  #calendar: Calendar
  /** True for a question about the past: what came after `now` is left out. */
  readonly isPast: boolean
  /** Who is staff, or a test, today, for questions about all people; null: not told. */
  readonly staff: StaffDefinition | null
  readonly params: QueryParams = {}
  /** What is asked of each person's events; see `peopleSql`. */
  readonly questions: EventQuestion[] = []
  /** Conditions on rows `e`, which the tests call r0, r1 … */
  readonly rows: string[] = []
  readonly #bound = new Map<string, string>()

  readonly #prefix: string

  /** `prefix` tells the values of two builders apart that stand in one question. */
  constructor(asked: {
    workspace: number
    now: number
    calendar: Calendar
    isPast?: true
    prefix?: string
    staff?: StaffDefinition
  }) {
    this.#prefix = asked.prefix ?? 'p'
    this.workspace = asked.workspace
    this.now = asked.now
    this.#calendar = asked.calendar
    this.isPast = asked.isPast === true
    this.staff = asked.staff ?? null
  }

  get calendar(): Calendar {
    return this.#calendar
  }

  /** Compiles something by another calendar. */
  within(calendar: Calendar, compile: () => string): string {
    const held = this.#calendar
    this.#calendar = calendar
    try {
      return compile()
    } finally {
      this.#calendar = held
    }
  }

  /** Binds a value and returns its placeholder: the same one for the same value. */
  bind(type: string, value: unknown): string {
    const key = `${type} ${JSON.stringify(value)}`
    const name = this.#bound.get(key) ?? `${this.#prefix}${this.#bound.size}`
    this.#bound.set(key, name)
    this.params[name] = value
    return `{${name}:${type}}`
  }

  text(value: string): string {
    return this.bind('String', value)
  }

  /** An instant, epoch ms. */
  instant(ms: number): string {
    return `fromUnixTimestamp64Milli(${this.bind('Int64', Math.trunc(ms))})`
  }

  /** Names a condition on rows `e`: the same one has the same name. */
  nameRows(condition: string): string {
    return `r${indexIn(this.rows, condition, (held) => held === condition)}`
  }

  /**
   * Asks something of each person's events: an aggregate test of the rows that a name stands for,
   * false for who has none. Returns what its answer is called.
   */
  askEvents(rows: string, test: string): string {
    return this.askValue(rows, `(countIf(${rows}) > 0 AND ${test})`)
  }

  /**
   * Asks for a value made of each person's events, an aggregate; who has no event that anything
   * asks for has what is nothing in its type. Returns what it is called.
   */
  askValue(rows: string, sql: string): string {
    const isSame = (held: EventQuestion) => held.rows === rows && held.sql === sql
    return `b.t${indexIn(this.questions, { rows, sql }, isSame)}`
  }
}

/** Where something is in a list, to whose end it is put when it is not there. */
function indexIn<One>(list: One[], wanted: One, isSame: (held: One) => boolean): number {
  const held = list.findIndex(isSame)
  return held >= 0 ? held : list.push(wanted) - 1
}
