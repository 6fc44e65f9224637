/** The table of a run: `node server/bench/report.ts result.json` prints it as Markdown. */
import { readFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import type { RowResult } from './row.ts'

/** What the figures were measured on, in a line. */
export function machineOf(mode: string): string {
  const [cpu] = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${cpus().length} × ${cpu?.model ?? 'unknown'}, ${memory} GB, Node ${process.version}, ${mode}`
}

const COLUMNS = [
  '',
  'what',
  'target',
  'measured',
  'ceiling',
  'ratio',
  'p50 / p99 / p99.9',
  'CPU µs',
]

/** A Markdown table of the results, and under it the machine. */
export function tableOf(results: readonly RowResult[], machine: string | null): string {
  const lines = [COLUMNS, COLUMNS.map(() => '---'), ...results.map(cellsOf)]
  const table = lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
  return machine === null ? table : `${table}\n\n${machine}`
}

function cellsOf(result: RowResult): string[] {
  const { id, what, target } = result
  if ('error' in result && typeof result.error === 'string') {
    return [id, what, target, `failed: ${result.error}`, '', '', '', '']
  }
  const at = (name: string) => (result as Record<string, unknown>)[name]
  return [
    id,
    what,
    `${target} ${markOf(at('reached'))}`.trim(),
    measuredOf(at),
    numberText(at('ceiling')),
    typeof at('ratio') === 'number' ? `${Math.round(Number(at('ratio')) * 100)} %` : '',
    latencyText([at('p50_ms'), at('p99_ms'), at('p999_ms')]),
    numberText(at('cpu_us')),
  ]
}

function markOf(reached: unknown): string {
  if (reached === null || reached === undefined) return ''
  return reached ? '✓' : '✗'
}

/** The row's own words, or its rate, or how its cost grows. */
function measuredOf(at: (name: string) => unknown): string {
  const parts: string[] = []
  if (typeof at('summary') === 'string') parts.push(String(at('summary')))
  else if (typeof at('rate') === 'number') parts.push(`${numberText(at('rate'))}/s`)
  const growth = at('growth')
  if (Array.isArray(growth)) parts.push(growth.map((one) => `${one}×`).join(' → '))
  return parts.join('; ')
}

const format = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })

const numberText = (value: unknown) => (typeof value === 'number' ? format.format(value) : '')

function latencyText(values: readonly unknown[]): string {
  if (values.every((value) => typeof value !== 'number')) return ''
  return `${values.map((value) => numberText(value) || '–').join(' / ')} ms`
}

if (import.meta.main) {
  const file = process.argv[2]
  if (!file) throw new Error('Name the file with what `npm run bench -- --json` printed.')
  const results = JSON.parse(readFileSync(file, 'utf8')) as RowResult[]
  process.stdout.write(`${tableOf(results, null)}\n`)
}
