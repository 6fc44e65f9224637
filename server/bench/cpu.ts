import { readdirSync, readFileSync } from 'node:fs'

// Processor time from Linux's /proc: it costs the measured processes nothing, and counts helpers
// and backends that nobody thought of.

const CLOCK_TICKS_PER_SECOND = 100

type ProcessTime = { pid: number; parent: number; name: string; ticks: number }

/** CPU microseconds since their start, by group. */
export type CpuTime = { program: number; postgres: number; clickhouse: number }

function readProcesses(): ProcessTime[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)) ?? [])
}

function readProcess(pid: number): ProcessTime | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name stands in brackets and may hold anything, so the numbers are read from its end.
    const end = text.lastIndexOf(')')
    const fields = text.slice(end + 2).split(' ')
    const at = (index: number) => Number(fields[index] ?? 0)
    return {
      pid,
      name: text.slice(text.indexOf('(') + 1, end),
      parent: at(1),
      // Own user and system time, and that of children which have ended.
      ticks: at(11) + at(12) + at(13) + at(14),
    }
  } catch {
    // It ended while the list was read; its time is in its parent's.
    return null
  }
}

/** What the program and the engines have used so far. The engines are children of this process. */
export function readCpu(programPid: number): CpuTime {
  const processes = readProcesses()
  const engines = processes.filter(
    ({ parent, pid }) => parent === process.pid && pid !== programPid,
  )
  const postgres = engines.filter((one) => one.name.startsWith('postgres'))
  const clickhouse = engines.filter((one) => !one.name.startsWith('postgres'))
  const sum = (roots: readonly number[]) => {
    const ticks = roots.reduce((total, root) => total + ticksOf(root, processes), 0)
    return (ticks * 1_000_000) / CLOCK_TICKS_PER_SECOND
  }
  return {
    program: sum([programPid]),
    postgres: sum(postgres.map((one) => one.pid)),
    clickhouse: sum(clickhouse.map((one) => one.pid)),
  }
}

function ticksOf(root: number, processes: readonly ProcessTime[]): number {
  return processes.reduce((total, one) => {
    if (one.pid === root) return total + one.ticks
    return one.parent === root ? total + ticksOf(one.pid, processes) : total
  }, 0)
}

export function cpuBetween(before: CpuTime, after: CpuTime): CpuTime & { total: number } {
  const program = after.program - before.program
  const postgres = after.postgres - before.postgres
  const clickhouse = after.clickhouse - before.clickhouse
  return { program, postgres, clickhouse, total: program + postgres + clickhouse }
}
