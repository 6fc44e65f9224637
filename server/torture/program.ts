/**
 * The real program as the torture starts it: composed as `src/main.ts` does on engines that run
 * elsewhere, with a fail point or a planted defect around what it opens.
 */
import { mkdirSync } from 'node:fs'
import pino from 'pino'
import { systemClock } from '../src/platform/clock.ts'
import { readConfig } from '../src/platform/config.ts'
import { startEngines } from '../src/platform/engines/start.ts'
import { withSecret } from '../src/platform/secret.ts'
import { type Around, composeProgram, migrate } from '../src/program.ts'
import { isDefect, planted } from './defects.ts'
import { DURING_MIGRATION, die, openDeath } from './failPoints.ts'

/** What the harness may send: the same as `TORTURE_FAIL_POINT`, for a process that runs already. */
export type Arm = { point: string; hits: number }

/** `name@hits`. */
function readPoint(): Arm | null {
  const [point, hits] = (process.env.TORTURE_FAIL_POINT ?? '').split('@')
  return point ? { point, hits: Number(hits ?? 1) } : null
}

/** The defect nearer to the database: the process dies around it. */
function bothAround(inner: Around, outer: Around): Around {
  const both =
    <T>(first: ((it: T) => T) | undefined, second: ((it: T) => T) | undefined) =>
    (it: T): T => {
      const once = first?.(it) ?? it
      return second?.(once) ?? once
    }
  return {
    postgres: both(inner.postgres, outer.postgres),
    clickhouse: both(inner.clickhouse, outer.clickhouse),
    log: both(inner.log, outer.log),
  }
}

const armed = readPoint()
const death = openDeath()
if (armed) death.arm(armed.point, armed.hits)
process.on('message', ({ point, hits }: Arm) => death.arm(point, hits))
const defect = process.env.TORTURE_DEFECT ?? ''
const config = readConfig()
mkdirSync(config.dataDir, { recursive: true })
const log = pino({ level: config.logLevel, base: undefined }, pino.destination(2))
const engines = await startEngines(config, log)
// Here the number says after how many milliseconds.
if (armed?.point === DURING_MIGRATION) setTimeout(die, armed.hits)
await migrate(engines)
const program = await composeProgram({
  config: withSecret(config),
  addresses: engines,
  clock: systemClock,
  log,
  webDir: null,
  around: bothAround(isDefect(defect) ? planted(defect) : {}, death.around),
})
process.once('SIGTERM', async () => {
  process.disconnect?.()
  await program.stop()
  await engines.stop()
  process.exit(0)
})
