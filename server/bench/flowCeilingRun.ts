import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { CeilingOrder, CeilingResult } from './flowCeiling.ts'
import type { House } from './house.ts'
import type { Popularity } from './workload.ts'

export type { CeilingResult } from './flowCeiling.ts'

const SCRIPT = join(import.meta.dirname, 'flowCeiling.ts')
/** Events in one transaction: what the flow takes at the most. */
const BATCH = 1_000

/** Runs the bare transactions in a process of their own. */
export async function flowCeiling(
  house: House,
  { events, popularity }: { events: number; popularity: Popularity },
): Promise<CeilingResult> {
  const [facts] = await house.postgres.query<{ bytes: number | null }>(
    'SELECT (sum(octet_length(facts)) / sum(count))::float AS bytes FROM verdict WHERE count > 1',
  )
  const order: CeilingOrder = {
    postgresUrl: house.postgresUrl,
    workspace: house.workspace.id,
    workload: { ...house.workload, popularity },
    first: house.next,
    count: events,
    batch: BATCH,
    verdictBytes: facts?.bytes ?? 0,
  }
  house.next += events
  const child = spawn(process.execPath, [SCRIPT, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const parts: Buffer[] = []
  child.stdout.on('data', (part: Buffer) => parts.push(part))
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`The bare transactions ended with code ${code}; see above.`)
  return JSON.parse(Buffer.concat(parts).toString('utf8')) as CeilingResult
}
