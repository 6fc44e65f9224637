import type { EntryHeader } from '../src/platform/log/log.ts'
import type { House } from './house.ts'
import { bodyText, personOf, userName, type Workload } from './workload.ts'

const BATCH = 100
/** Requests that wait for the log at the same time, as from as many connections. */
const ABREAST = 64

/**
 * Puts events into the log as the intake would, without one: bodies of a hundred events each.
 * `count` is a multiple of a hundred.
 */
export async function preload(
  house: House,
  count: number,
  options: Partial<Workload> = {},
): Promise<void> {
  const workload = { ...house.workload, ...options }
  const first = house.next
  let next = first
  const sender = async () => {
    while (next < first + count) {
      const index = next
      next += BATCH
      await appendBody(house, index, workload)
    }
  }
  await Promise.all(Array.from({ length: ABREAST }, sender))
  house.next = first + count
  house.sent.push({ first, count, workload })
}

async function appendBody(house: House, index: number, workload: Workload): Promise<void> {
  const anchor = userName(personOf(index, workload), workload.run)
  await append(house, { body: bodyText(index, BATCH, workload), count: BATCH, anchor })
}

/** Puts one body into the log, as the intake would. */
export async function append(
  house: House,
  { body, count, anchor }: { body: string; count: number; anchor: string },
): Promise<void> {
  const { workspace, source } = house
  const header: EntryHeader = {
    workspace: workspace.id,
    kind: 'request',
    source,
    receivedAt: Date.now(),
    count,
    facts: {},
  }
  const entry = { header, body: Buffer.from(body, 'latin1') }
  await house.log.append({ lane: 'live', shardKey: `${workspace.id}:${anchor}`, entry })
}
