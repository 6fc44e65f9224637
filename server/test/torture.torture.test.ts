/**
 * I1 through many deaths: the torture ends well, and it is one that can end badly. A part of its
 * own (`npm test -- --torture-only`), because it takes minutes.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DEFECTS } from '../torture/defects.ts'

const KILLS = 30
const KILLS_OF_A_DEFECT = 8
const SCRIPT = join(import.meta.dirname, '..', 'torture', 'torture.ts')
/** Long: a machine that is busy starts a process in ten seconds, and each kill needs one. */
const PATIENCE_MS = 30 * 60_000

type Report = { seed: number; differences: string[]; figures: { kills: number } }

function torture(args: string[]): Promise<{ code: number | null; report: Report | null }> {
  const child = spawn(process.execPath, [SCRIPT, '--json', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  return new Promise((resolve) => {
    child.once('close', (code) => {
      resolve({ code, report: said === '' ? null : (JSON.parse(said) as Report) })
    })
  })
}

describe('I1: the torture', () => {
  it(
    `finds nothing lost and nothing applied twice in ${KILLS} kills`,
    async () => {
      const { code, report } = await torture(['--kills', String(KILLS)])
      // The seed of the run stands in what a failure shows.
      expect(report).toMatchObject({ seed: report?.seed, differences: [] })
      expect(report?.figures.kills).toBeGreaterThanOrEqual(KILLS)
      expect(code).toBe(0)
    },
    PATIENCE_MS,
  )

  // One after the other: where two processes take turns on a core, points are not come by in time.
  it.each(DEFECTS.map((defect) => ({ defect })))(
    'reports the planted defect $defect',
    async ({ defect }) => {
      const { code, report } = await torture([
        '--kills',
        `${KILLS_OF_A_DEFECT}`,
        '--defect',
        defect,
      ])
      expect(report?.differences.length, `seed ${report?.seed}`).toBeGreaterThan(0)
      expect(code).toBe(1)
    },
    PATIENCE_MS,
  )
})
