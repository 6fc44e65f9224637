/**
 * The table of a run. `node server/bench/report.ts result.json` prints it as Markdown;
 * `--into README.md` puts it between the marks `<!-- bench -->` and `<!-- /bench -->` of a file.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { RowResult } from './row.ts'

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

/** A Markdown table of the results, and under it what they were measured on. */
export function tableOf(results: readonly RowResult[]): string {
  const lines = [COLUMNS, COLUMNS.map(() => '---'), ...results.map(cellsOf)]
  const table = lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
  const [first] = results
  if (!first) return table
  const caution = first.mode === 'full' ? '' : ' (a quick run: not to quote)'
  return `${table}\n\n${first.machine}${caution}`
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

/** A result in one line, to be read while the others are measured. */
export function lineOf(result: RowResult): string {
  const [id, , target, ...figures] = cellsOf(result)
  return [id, target, ...figures.filter((figure) => figure !== '')].join('  ')
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

const BEGIN = '<!-- bench -->'
const END = '<!-- /bench -->'

/** The text with the table in the place of what stands between the marks; throws without them. */
export function withTable(text: string, table: string): string {
  const begin = text.indexOf(BEGIN)
  const end = text.indexOf(END)
  if (begin === -1 || end < begin) {
    throw new Error(`There is no place for the table: put ${BEGIN} and ${END} where it belongs.`)
  }
  return `${text.slice(0, begin + BEGIN.length)}\n\n${table}\n\n${text.slice(end)}`
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { into: { type: 'string' } },
  })
  const [file] = positionals
  if (!file) throw new Error('Name the file with what `npm run bench -- --json` printed.')
  const table = tableOf(JSON.parse(readFileSync(file, 'utf8')) as RowResult[])
  if (values.into === undefined) process.stdout.write(`${table}\n`)
  else writeFileSync(values.into, withTable(readFileSync(values.into, 'utf8'), table))
}
