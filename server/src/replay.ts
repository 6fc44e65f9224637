/** `npm run replay -- <file>`: sends the lines of an order file to a running server as events. */
import { parseArgs } from 'node:util'
import { systemClock } from './platform/clock.ts'
import { FORMATS, type ReplayProgress, type ReplayTotals, replayFile } from './replay/index.ts'

const PORT_DEFAULT = 4_000
const PROGRESS_EVERY_MS = 1_000
const USAGE = `Usage: npm run replay -- <file> [options]

  --url <address>     where the server answers; default: http://localhost:\${PORT}, and
                      without PORT in the environment port ${PORT_DEFAULT}
  --write-key <key>   write key of a source (default: the environment's CLIENTELE_WRITE_KEY)
  --format <name>     kind of file, else recognised by its first line:
${FORMATS.map((format) => `                      ${format.name}: ${format.description}`).join('\n')}

The file may be compressed with gzip. Sending a file again changes nothing.
`

type Command = { file: string; baseUrl: string; writeKey: string; formatName: string | null }

/** Reads the command line and the environment; a text is what to tell whoever typed it. */
function commandOf(args: string[], env: NodeJS.ProcessEnv): Command | string {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      url: { type: 'string' },
      'write-key': { type: 'string' },
      format: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  const [file, ...others] = positionals
  if (values.help || file === undefined || others.length > 0) return USAGE
  const baseUrl = values.url ?? `http://localhost:${env.PORT || PORT_DEFAULT}`
  if (!URL.canParse(baseUrl)) return `--url "${baseUrl}" is not an address.\n\n${USAGE}`
  const writeKey = values['write-key'] ?? env.CLIENTELE_WRITE_KEY
  if (!writeKey) return `A write key is needed.\n\n${USAGE}`
  return { file, baseUrl, writeKey, formatName: values.format ?? null }
}

/** A line of progress at most once a second; on a terminal it replaces the one before. */
function progressPrinter(): (progress: ReplayProgress) => void {
  const terminal = process.stderr.isTTY === true
  let printedAt = 0
  return ({ lines, accepted, bytesRead, bytesTotal }) => {
    const now = systemClock.now()
    if (now - printedAt < PROGRESS_EVERY_MS) return
    printedAt = now
    const percent = Math.floor((100 * bytesRead) / Math.max(bytesTotal, 1))
    const text = `${percent} % of the file, ${lines} lines read, ${accepted} events accepted`
    process.stderr.write(terminal ? `\r${text}\u001b[K` : `${text}\n`)
  }
}

function summary(totals: ReplayTotals, seconds: number): string {
  const skipped = [...totals.skipped].map(([reason, lines]) => `\n  not sent: ${lines}, ${reason}`)
  const rate = Math.round(totals.accepted / Math.max(seconds, 0.001))
  return (
    `${totals.format}: ${totals.lines} lines, ${totals.accepted} events accepted ` +
    `in ${seconds.toFixed(1)} s (${rate}/s).${skipped.join('')}\n`
  )
}

async function main(): Promise<number> {
  const command = commandOf(process.argv.slice(2), process.env)
  if (typeof command === 'string') {
    process.stderr.write(command)
    return 2
  }
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort(new Error('Stopped. Run it again to send the rest.')))
  const startedAt = systemClock.now()
  const totals = await replayFile({
    ...command,
    clock: systemClock,
    signal: stop.signal,
    onProgress: progressPrinter(),
  })
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  process.stdout.write(summary(totals, (systemClock.now() - startedAt) / 1_000))
  return 0
}

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
