/** `npm run kafka`: three brokers of Apache Kafka on this machine, to try Clientele on. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startKafka } from './kafka/cluster.ts'
import { cacheDir, downloadKafka, missingForKafka } from './kafka/download.ts'

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
}

async function run(): Promise<number> {
  const cache = cacheDir(process.env)
  const missing = missingForKafka(cache)
  if (missing !== null) {
    say(`✗ ${missing}`)
    return 1
  }
  say('Getting Apache Kafka from Maven Central (once) …')
  const library = await downloadKafka(cache)
  const folder = mkdtempSync(join(tmpdir(), 'clientele-kafka-'))
  try {
    say('Starting three brokers …')
    const cluster = await startKafka({ library, folder })
    const stopped = untilSignal()
    say(`\nKAFKA_BROKERS=${cluster.brokers.join(',')}\n`)
    say('Start Clientele with it in another terminal. What the brokers hold is gone when they')
    say('stop, so give it a DATA_DIR of its own. Stop with Ctrl-C.')
    await stopped
    await cluster.stop()
    return 0
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

process.exitCode = await run()
