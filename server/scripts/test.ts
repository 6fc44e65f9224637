import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { parseArgs, stripVTControlCharacters } from 'node:util'
import { cacheDir, missingForKafka } from './kafka/download.ts'

// The one test command, the same on a laptop and in CI: format and lint, types, then the tests
// against the real engines. It runs all of it even when something fails, and ends with the counts.
// What needs a browser, brokers or minutes is a part of its own, so that the rest stays quick.

/** `faults` are the names of what failed, each with the first line of its reason. */
type Counts = { passed: number; failed: number; skipped: number; faults: readonly string[] }

const LEFT_OUT_ONCE: Counts = { passed: 0, failed: 0, skipped: 1, faults: [] }

const ROOT = join(import.meta.dirname, '..', '..')
const WORKSPACES = ['server', 'sdk', 'web']
const BROWSER_TESTS = '**/*.browser.test.ts'
/** Tests that wait for minutes: for CI, not for every change. */
const SLOW_TESTS = '**/*.slow.test.ts'
/** They start brokers of their own, and take minutes. */
const KAFKA_TESTS = '**/*.kafka.test.ts'
/** They kill processes for minutes. */
const TORTURE_TESTS = '**/*.torture.test.ts'
const LEFT_OUT = [BROWSER_TESTS, SLOW_TESTS, KAFKA_TESTS, TORTURE_TESTS]
/** Where Debian's package puts it, and where the browser tests look for it. */
const CHROMIUM = '/usr/bin/chromium'

const LEFT_OUT_SAID = `
Left out, as parts of their own: what needs chromium (npm test -- --browser-only), minutes
(--slow-only), brokers of Kafka (--kafka-only), and the torture (--torture-only).
`

const HELP = `Usage: npm test -- [options]
  --browser-only      run only the tests that need chromium, which are left out otherwise
  --slow-only         run only the tests that take minutes, which are left out otherwise
  --kafka-only        run only the tests on brokers of Apache Kafka, which are left out otherwise
  --torture-only      run only the torture, which is left out otherwise
`

function run(command: string, args: readonly string[], cwd = ROOT): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: 'inherit' })
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 1))
  })
}

/** A program of the workspace's libraries, run by this Node. */
function tool(name: string, script: string, args: readonly string[], cwd = ROOT): Promise<number> {
  const path = join(ROOT, 'node_modules', name, script)
  return run(process.execPath, [path, ...args], cwd)
}

function heading(text: string): void {
  process.stdout.write(`\n── ${text}\n`)
}

/** A check counts as one test. */
async function check(label: string, work: () => Promise<number>): Promise<Counts> {
  heading(label)
  const passed = (await work()) === 0
  return {
    passed: passed ? 1 : 0,
    failed: passed ? 0 : 1,
    skipped: 0,
    faults: passed ? [] : [label],
  }
}

type Report = {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  testResults: readonly {
    name: string
    status: string
    message: string
    assertionResults: readonly {
      status: string
      fullName: string
      failureMessages: readonly string[]
    }[]
  }[]
}

async function tests(workspace: string, args: readonly string[]): Promise<Counts> {
  heading(`tests: ${workspace}`)
  const directory = mkdtempSync(join(tmpdir(), 'clientele-report-'))
  const file = join(directory, 'report.json')
  const report = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const vitest = ['run', '--root', '.', '--passWithNoTests', ...report, ...args]
  const code = await tool('vitest', 'vitest.mjs', vitest, join(ROOT, workspace))
  const counts = readReport(file)
  rmSync(directory, { recursive: true })
  // A file that cannot even be loaded fails without a failed test.
  if (code === 0 || counts.failed > 0) return counts
  return { ...counts, failed: 1, faults: [...counts.faults, `the tests of ${workspace}`] }
}

function readReport(file: string): Counts {
  if (!existsSync(file)) return { passed: 0, failed: 0, skipped: 0, faults: [] }
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests,
    faults: report.testResults.filter(({ status }) => status === 'failed').flatMap(faultsOf),
  }
}

function faultsOf(file: Report['testResults'][number]): string[] {
  const failed = file.assertionResults.filter(({ status }) => status === 'failed')
  const path = relative(ROOT, file.name)
  // What breaks outside any test is said of the file.
  if (failed.length === 0) return [`${path}: ${firstLine(file.message)}`]
  return failed.map((test) => `${path}: ${test.fullName}: ${firstLine(test.failureMessages[0])}`)
}

function firstLine(text = ''): string {
  return stripVTControlCharacters(text).trim().split('\n')[0] ?? ''
}

const hasChromium = () => existsSync(CHROMIUM)

/** True when chromium is there, or could be installed; else says how. */
async function ensureChromium(): Promise<boolean> {
  if (hasChromium()) return true
  heading('chromium')
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    process.stdout.write('Chromium is missing: installing it with apt-get.\n')
    await run('apt-get', ['update', '-qq'])
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'])
    if (hasChromium()) return true
  }
  process.stdout.write(
    'Chromium is missing, so the browser tests are left out. On Debian install it with\n' +
      '  sudo apt-get install chromium\n',
  )
  return false
}

async function runChecks(): Promise<Counts[]> {
  const counts = [await check('format and lint', () => tool('@biomejs/biome', 'bin/biome', ['ci']))]
  for (const name of WORKSPACES) {
    counts.push(
      await check(`types: ${name}`, () => tool('typescript', 'bin/tsc', ['--noEmit', '-p', name])),
    )
  }
  counts.push(
    await check('every word in both languages', () =>
      run(process.execPath, [join('scripts', 'check-locales.ts')], join(ROOT, 'web')),
    ),
  )
  return counts
}

async function runTests(args: readonly string[]): Promise<Counts[]> {
  const counts: Counts[] = []
  for (const workspace of WORKSPACES) counts.push(await tests(workspace, args))
  return counts
}

/** Kafka's brokers are heavy: one test file after the other. */
async function runKafkaTests(): Promise<Counts[]> {
  const missing = missingForKafka(cacheDir(process.env))
  if (missing === null) return [await tests('server', ['kafka.test', '--no-file-parallelism'])]
  heading('Kafka')
  process.stdout.write(`The tests on Kafka are left out. ${missing}\n`)
  return [LEFT_OUT_ONCE]
}

/** A browser is a machine's work by itself: fewer at a time than files that wait for engines. */
async function runBrowserTests(): Promise<Counts[]> {
  if (!(await ensureChromium())) return [LEFT_OUT_ONCE]
  return runTests(['browser.test', '--maxWorkers=2'])
}

async function countsOf(values: Record<string, boolean>): Promise<Counts[]> {
  if (values['kafka-only']) return runKafkaTests()
  // Some of them replace modules, for themselves alone.
  if (values['slow-only']) return [await tests('server', ['slow.test', '--isolate'])]
  if (values['torture-only']) return [await tests('server', ['torture.test'])]
  if (values['browser-only']) return runBrowserTests()
  const checks = await runChecks()
  const rest = await runTests(LEFT_OUT.flatMap((pattern) => ['--exclude', pattern]))
  process.stdout.write(LEFT_OUT_SAID)
  return [...checks, ...rest]
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      'browser-only': { type: 'boolean', default: false },
      'slow-only': { type: 'boolean', default: false },
      'kafka-only': { type: 'boolean', default: false },
      'torture-only': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(HELP)
    return 0
  }
  const counts = await countsOf(values)
  const sum = (key: 'passed' | 'failed' | 'skipped') =>
    counts.reduce((total, count) => total + count[key], 0)
  const failed = sum('failed')
  // Once more at the end, where a long run is read.
  for (const fault of counts.flatMap(({ faults }) => faults)) {
    process.stdout.write(`\nfailed: ${fault}`)
  }
  process.stdout.write(`\n${sum('passed')} passed, ${failed} failed, ${sum('skipped')} skipped\n`)
  return failed === 0 ? 0 : 1
}

process.exit(await main())
