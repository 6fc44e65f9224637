import type { Lab } from './lab.ts'
import type { CpuTime, Memory } from './processes.ts'
import { round } from './statistics.ts'

/** What a row says; names of fields carry their unit. Only `reached` is always there. */
export type Measured = {
  /** Events (P9: requests) a second. */
  rate?: number
  /** The same of a program that does only what cannot be left out, in the same run. */
  ceiling?: number
  /** `rate` of `ceiling`. */
  ratio?: number
  p50_ms?: number
  p99_ms?: number
  p999_ms?: number
  /** CPU microseconds an event, of all processes but the generator. */
  cpu_us?: number
  /** Cost of the larger sizes relative to the smallest. */
  growth?: number[]
  memory_mb?: number
  /** Whether the target is met; null where there is none, or where the size is too small to say. */
  reached: boolean | null
  [extra: string]: unknown
}

/** A row of the table. To add one: a file in `rows/`, and its name in `rows.ts`. */
export type Row = {
  id: string
  /** The word that asks for it: `npm run bench -- segments`. */
  group: string
  what: string
  target: string
  measure(lab: Lab): Promise<Measured>
}

export type RowResult = {
  id: string
  what: string
  target: string
  /** `full`, or `quick`, whose figures are not to quote. */
  mode: string
  machine: string
} & (Measured | { error: string })

const MEGABYTE = 1024 * 1024

export const megabytes = (bytes: number) => Math.round(bytes / MEGABYTE)

/** Memory by group, in megabytes. */
export function memoryOf(memory: Memory): Record<keyof Memory, number> {
  return {
    program: megabytes(memory.program),
    postgres: megabytes(memory.postgres),
    clickhouse: megabytes(memory.clickhouse),
    total: megabytes(memory.total),
  }
}

/** CPU microseconds an event by group. */
export function cpuPer(cpu: CpuTime, events: number): Record<keyof CpuTime, number> {
  const each = (microseconds: number) => round(microseconds / Math.max(events, 1), 1)
  return {
    program: each(cpu.program),
    postgres: each(cpu.postgres),
    clickhouse: each(cpu.clickhouse),
    total: each(cpu.total),
  }
}
