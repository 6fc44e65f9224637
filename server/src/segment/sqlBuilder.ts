import type { QueryParams } from '../platform/clickhouse.ts'
import type { Calendar } from './calendar.ts'

/** Collects bound values while a rule is compiled: the text holds their names, never themselves. */
export class SqlBuilder {
  readonly workspace: number
  /** The instant the question is asked for, epoch ms. */
  readonly now: number
  readonly calendar: Calendar
  /** True for a question about the past: what came after `now` is left out. */
  readonly isPast: boolean
  readonly params: QueryParams = {}
  #next = 0

  constructor(asked: { workspace: number; now: number; calendar: Calendar; isPast?: true }) {
    this.workspace = asked.workspace
    this.now = asked.now
    this.calendar = asked.calendar
    this.isPast = asked.isPast === true
  }

  /** Binds a value and returns its placeholder. */
  bind(type: string, value: unknown): string {
    const name = `p${this.#next++}`
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
}
