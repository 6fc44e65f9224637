import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { measureFlowCeiling } from './flowCeiling.ts'
import type { SendOrder } from './generator.ts'
import { endChild, freePort, type House, untilReady } from './house.ts'
import { send } from './sending.ts'

export type Ceilings = {
  /** A bare server: parse and group commit only. */
  acknowledged_batch_100_per_s: number
  acknowledged_single_per_s: number
  /** Bare transactions with the same look-ups, reads and writes. */
  flow_events_per_s: number
}

/** The same orders against programs that do only what cannot be left out. */
export async function measureCeilings(
  house: House,
  orders: { batch: SendOrder; single: SendOrder; flowMs: number },
): Promise<Ceilings> {
  const port = await freePort()
  const script = join(import.meta.dirname, 'intakeCeiling.ts')
  const child = spawn(process.execPath, [script, house.postgresUrl, String(port)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const url = `http://127.0.0.1:${port}`
  try {
    await untilReady(url, child)
    const batch = await send({ ...orders.batch, url })
    const single = await send({ ...orders.single, url })
    const flow = await measureFlowCeiling(house.postgres, { durationMs: orders.flowMs })
    return {
      acknowledged_batch_100_per_s: Math.round(batch.acknowledged / batch.seconds),
      acknowledged_single_per_s: Math.round(single.acknowledged / single.seconds),
      flow_events_per_s: flow.events_per_s,
    }
  } finally {
    await endChild(child)
  }
}
