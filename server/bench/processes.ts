import { readdirSync, readFileSync } from 'node:fs'

// Processor time and memory from Linux's /proc: it costs the measured processes nothing, and counts
// helpers and backends that nobody thought of.

const CLOCK_TICKS_PER_SECOND = 100

export type ProcessTime = { pid: number; parent: number; ticks: number }

/** Roots of the trees of processes that are measured, by group. */
export type Roots = { program: readonly number[]; postgres: number; clickhouse: number }

/** CPU microseconds since the processes' start. */
export type CpuTime = { program: number; postgres: number; clickhouse: number; total: number }

/** Reads a line of /proc/PID/stat: own time, and that of children that have ended. */
export function parseStat(text: string): ProcessTime {
  // The name stands in brackets and may hold anything, so the numbers are read from its end.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const at = (index: number) => Number(fields[index] ?? 0)
  return { pid: Number.parseInt(text, 10), parent: at(1), ticks: at(11) + at(12) + at(13) + at(14) }
}

function readProcesses(): ProcessTime[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const text = readIfThere(`/proc/${name}/stat`)
      // One that ended while the list was read: its time is in its parent's.
      return text === null ? [] : [parseStat(text)]
    })
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

/** The roots with all that descends from them. */
export function treeOf(roots: readonly number[], all: readonly ProcessTime[]): ProcessTime[] {
  const children = Map.groupBy(all, (one) => one.parent)
  const found: ProcessTime[] = all.filter((one) => roots.includes(one.pid))
  for (const one of found) found.push(...(children.get(one.pid) ?? []))
  return found
}

/** What the program and both engines have used so far. */
export function readCpu(roots: Roots): CpuTime {
  const all = readProcesses()
  const sum = (pids: readonly number[]) => {
    const ticks = treeOf(pids, all).reduce((total, one) => total + one.ticks, 0)
    return (ticks * 1_000_000) / CLOCK_TICKS_PER_SECOND
  }
  const program = sum(roots.program)
  const postgres = sum([roots.postgres])
  const clickhouse = sum([roots.clickhouse])
  return { program, postgres, clickhouse, total: program + postgres + clickhouse }
}

export function cpuBetween(before: CpuTime, after: CpuTime): CpuTime {
  return {
    program: after.program - before.program,
    postgres: after.postgres - before.postgres,
    clickhouse: after.clickhouse - before.clickhouse,
    total: after.total - before.total,
  }
}

/** Bytes of memory in use, by group. */
export type Memory = { program: number; postgres: number; clickhouse: number; total: number }

/**
 * Memory of the processes. What PostgreSQL's processes share is counted once: the largest share
 * that one of them has touched.
 */
export function readMemory(roots: Roots): Memory {
  const all = readProcesses()
  const statusOf = (pids: readonly number[]) =>
    treeOf(pids, all).map(({ pid }) => parseStatus(readIfThere(`/proc/${pid}/status`) ?? ''))
  const whole = (pids: readonly number[]) =>
    statusOf(pids).reduce((sum, one) => sum + one.resident, 0)
  const backends = statusOf([roots.postgres])
  const own = backends.reduce((sum, one) => sum + one.anonymous, 0)
  const postgres = own + Math.max(0, ...backends.map((one) => one.shared))
  const program = whole(roots.program)
  const clickhouse = whole([roots.clickhouse])
  return { program, postgres, clickhouse, total: program + postgres + clickhouse }
}

/** Bytes from the text of /proc/PID/status. */
export function parseStatus(text: string): { resident: number; anonymous: number; shared: number } {
  const of = (name: string) => {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)
    return Number(found?.[1] ?? 0) * 1024
  }
  return { resident: of('VmRSS'), anonymous: of('RssAnon'), shared: of('RssShmem') }
}

const SAMPLE_MS = 250

export type MemoryWatch = {
  /** Ends the watch. `samples`: seconds since its begin, and bytes. */
  stop(): { peak: Memory; samples: { seconds: number; memory: Memory }[] }
}

/** Reads the memory four times a second. */
export function watchMemory(roots: () => Roots): MemoryWatch {
  const startedAt = performance.now()
  const samples: { seconds: number; memory: Memory }[] = []
  const sample = () => {
    const seconds = (performance.now() - startedAt) / 1_000
    samples.push({ seconds, memory: readMemory(roots()) })
  }
  sample()
  const timer = setInterval(sample, SAMPLE_MS)
  // A row that fails stops nothing: the watch must not keep the run from ending.
  timer.unref()
  return {
    stop: () => {
      clearInterval(timer)
      sample()
      const most = (group: keyof Memory) => Math.max(...samples.map((one) => one.memory[group]))
      const peak = {
        program: most('program'),
        postgres: most('postgres'),
        clickhouse: most('clickhouse'),
        total: most('total'),
      }
      return { peak, samples }
    },
  }
}
