/**
 * `npm run bench`: what this program does on this machine, each figure beside the ceiling measured
 * in the same run. A table, or with `--json` one object a row in a JSON array on stdout; how far it
 * is goes to stderr. `--quick` takes little more than a minute and is good for seeing that it runs;
 * figures to quote come from the full run on a machine that does nothing else.
 */
import { mkdirSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Lab, openLab, SIZES, type Size } from './lab.ts'
import { lineOf, tableOf } from './report.ts'
import type { Row, RowResult } from './row.ts'
import { rows } from './rows.ts'

const ROOT = join(import.meta.dirname, '..', '..')

const GROUPS = [...new Set(rows.map((row) => row.group))]

const HELP = `Usage: npm run bench -- [options] [${GROUPS.join(' | ')}]

  --quick             small sizes: all rows in little more than a minute
  --json              a JSON array on standard output, one object a row
  --only P1,P4        these rows only
  --profiles <n>      people of the large state (1,000,000; with --quick 2,000)
  --events <n>        events of the people with a past, for P8 and P10 (1,000,000); they are a
                      tenth as many, or as many as --profiles says
  --profile           leave CPU profiles of the processes, and PostgreSQL's log with plans of its
                      statements, in bench-profiles/; the figures are not to quote then
  --help              this text
`

type Options = {
  size: Size
  json: boolean
  wanted: readonly Row[]
  profileDir: string | null
}

function readOptions(): Options | null {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      only: { type: 'string' },
      profiles: { type: 'string' },
      events: { type: 'string' },
      profile: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return null
  const size = { ...SIZES[values.quick ? 'quick' : 'full'] }
  if (values.events !== undefined) {
    size.historyEvents = wholeNumber('events', values.events)
    size.historyPeople = Math.ceil(size.historyEvents / 10)
  }
  if (values.profiles !== undefined) {
    size.people = wholeNumber('profiles', values.profiles)
    if (values.events !== undefined) size.historyPeople = size.people
  }
  const profileDir = values.profile ? join(ROOT, 'bench-profiles') : null
  if (profileDir) mkdirSync(profileDir, { recursive: true })
  return { size, json: values.json, wanted: wantedRows(values.only, positionals), profileDir }
}

function wholeNumber(option: string, text: string): number {
  if (/^[1-9]\d{3,8}$/.test(text)) return Number(text)
  throw new Error(`--${option} is "${text}". It takes a number from 1000 on, like 10000000.`)
}

/** Rows by id and by the word of their group; all of them where neither is given. */
function wantedRows(only: string | undefined, words: readonly string[]): readonly Row[] {
  const ids = only === undefined ? [] : only.split(',').map((id) => id.trim())
  const known = rows.map((row) => row.id)
  const unknown = [
    ...ids.filter((id) => !known.includes(id)),
    ...words.filter((word) => !GROUPS.includes(word)),
  ]
  if (unknown.length > 0) {
    throw new Error(
      `There is no ${unknown.join(', ')}. There are the rows ${known.join(', ')} ` +
        `and the words ${GROUPS.join(', ')}.`,
    )
  }
  if (ids.length + words.length === 0) return rows
  return rows.filter((row) => ids.includes(row.id) || words.includes(row.group))
}

const startedAt = performance.now()

function say(text: string): void {
  const seconds = Math.round((performance.now() - startedAt) / 1_000)
  process.stderr.write(`${String(seconds).padStart(5)} s  ${text}\n`)
}

/** What the figures are measured on. */
function machineLine(): string {
  const memory = Math.round(totalmem() / 2 ** 30)
  const model = cpus()[0]?.model ?? 'unknown'
  return `${cpus().length} × ${model}, ${memory} GB, Node ${process.version}`
}

/** A row that fails says why, and the others go on. */
async function measure(lab: Lab, row: Row): Promise<RowResult> {
  const { id, what, target } = row
  const head = { id, what, target, mode: lab.size.mode, machine: machineLine() }
  say(`${id}  ${what}`)
  try {
    return { ...head, ...(await row.measure(lab)) }
  } catch (error) {
    return { ...head, error: error instanceof Error ? error.message : String(error) }
  }
}

async function run({ size, json, wanted, profileDir }: Options): Promise<void> {
  if (process.platform !== 'linux') {
    throw new Error('The benchmark reads processor times from /proc, so it needs Linux.')
  }
  say(`starting PostgreSQL and ClickHouse (${size.mode})`)
  const lab = await openLab({ size, profileDir, say })
  // The engines are not in the terminal's group: stopped halfway, they must not be left behind.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void lab.close().finally(() => process.exit(130)))
  }
  const results: RowResult[] = []
  try {
    for (const row of wanted) {
      const result = await measure(lab, row)
      say(lineOf(result))
      results.push(result)
    }
  } finally {
    await lab.close()
  }
  say('done')
  const text = json ? JSON.stringify(results, null, 2) : tableOf(results)
  process.stdout.write(`${text}\n`)
  if (results.some((result) => 'error' in result)) process.exitCode = 1
}

try {
  const options = readOptions()
  if (options === null) process.stdout.write(HELP)
  else await run(options)
} catch (error) {
  process.stderr.write(`✗ ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
}
