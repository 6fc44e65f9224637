import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import { type Config, ConfigError } from '../config.ts'
import { hasInstance, lockInstance } from '../engines/processes.ts'
import { type Engines, runningEngines, startEngines } from '../engines/start.ts'
import type { Progress } from '../progress.ts'

/** Which databases the two commands work on, for their help. */
export const USES = `They use DATA_DIR, DATABASE_URL,
CLICKHOUSE_URL and the other settings as npm start does.`

export type Closing = (() => Promise<void> | void)[]

export async function closeAll(closing: Closing): Promise<void> {
  for (const close of closing.splice(0).reverse()) await close()
}

/** The engines of the program that runs on this directory; else they are started for a while. */
export async function enginesFor(
  config: Config,
  progress: Progress,
  closing: Closing,
): Promise<Pick<Engines, 'postgresUrl' | 'clickhouse'>> {
  if ((config.databaseUrl && config.clickhouseUrl) || hasInstance(config.dataDir)) {
    return runningEngines(config)
  }
  mkdirSync(join(config.dataDir, 'log'), { recursive: true, mode: 0o755 })
  closing.push(lockInstance(config.dataDir))
  const logger = pino({ level: config.logLevel, base: undefined }, pino.destination(2))
  const engines = await progress.step('Starting PostgreSQL and ClickHouse', () =>
    startEngines(config, logger),
  )
  closing.push(() => engines.stop())
  return engines
}

/** What to tell whoever started the command. */
export function sentencesOf(error: unknown): readonly string[] {
  if (error instanceof ConfigError) return error.problems
  return [error instanceof Error ? error.message : String(error)]
}
