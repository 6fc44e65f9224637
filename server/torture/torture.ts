/** `npm run torture`: kills the program and its databases again and again. */
import { parseArgs } from 'node:util'
import { DEFECTS, isDefect } from './defects.ts'
import { textOf } from './report.ts'
import { torture } from './run.ts'

const HELP = `Usage: npm run torture -- [options]

  --kills <n>      how often something is killed (100)
  --seed <n>       repeats the load and the kills of a run (else a new one, which is printed)
  --defect <name>  plants a fault, which must then be reported: ${DEFECTS.join(', ')}
  --keep           leaves the directory of the run, with its logs, where it is
  --json           prints the report as one JSON object
  --help           this text

Starts the real program and its engines in a directory of its own, sends events, kills with -9, and
compares what is left with an oracle of its own. Ends with status 1 when something was lost or
applied twice.
`

function numberOf(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new Error(`--${name} is "${text}". It takes a whole number.`)
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string' },
      seed: { type: 'string' },
      defect: { type: 'string' },
      keep: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(HELP)
    return 0
  }
  const defect = values.defect ?? null
  if (defect !== null && !isDefect(defect)) {
    throw new Error(`There is no defect "${defect}". There are: ${DEFECTS.join(', ')}.`)
  }
  const kills = numberOf('kills', values.kills, 100)
  const seed = numberOf('seed', values.seed, Date.now() % 1_000_000)
  const say = (line: string) => void process.stderr.write(`${line}\n`)
  const report = await torture({ kills, seed, defect, say, keeps: values.keep })
  process.stdout.write(`${values.json ? JSON.stringify(report) : textOf(report)}\n`)
  return report.differences.length === 0 ? 0 : 1
}

try {
  process.exit(await main())
} catch (error) {
  process.stderr.write(`✗ ${error instanceof Error ? error.message : error}\n`)
  process.exit(2)
}
