import { afterEach, expect, it, vi } from 'vitest'
import type { Block, ShardName } from '../platform/log/log.ts'
import type { LogPosition } from '../profile/index.ts'
import { openReadAgain } from './readAgain.ts'

const BLOCK = 10

/** Blocks of ten events, of which the third was erased; each takes `ms` to be read. */
function slowLog(ms: number) {
  const asked: number[] = []
  const read = async ({ lane, shard }: ShardName, after: number): Promise<Block[]> => {
    if (ms > 0) vi.advanceTimersByTime(ms)
    const first = Math.floor(after / BLOCK) * BLOCK + 1
    asked.push(first)
    const header = {
      ...{ workspace: 1, kind: 'request' as const, source: 1, receivedAt: 0 },
      ...{ count: BLOCK, erased: [2] },
    }
    const batch = Array.from({ length: BLOCK }, (_, n) => ({
      ...{ type: 'track', event: 'Seen', userId: 'u', messageId: `m-${first + n}` },
    }))
    const entries = [{ header, body: Buffer.from(JSON.stringify({ batch })) }]
    return [{ lane, shard, first, count: BLOCK, entries }]
  }
  return { asked, read }
}

const at = (position: number): LogPosition => ({ lane: 'live', shard: 1, position })

afterEach(() => {
  vi.useRealTimers()
})

it('gives each event once, without the erased ones, and reads each block once', async () => {
  const log = slowLog(0)
  const readAgain = openReadAgain({ query: async () => [] }, log)
  const found = await readAgain([at(2), at(3), at(11), at(2), at(12)])
  expect(found.map(({ place }) => place.position)).toEqual([2, 11, 12])
  expect(found.map(({ event }) => event.messageId)).toEqual(['m-2', 'm-11', 'm-12'])
  await readAgain([at(4)])
  expect(log.asked).toEqual([1, 11])
})

it('lets the transaction say that it is alive, so that it is not ended for idleness', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  let silent = 0
  let heardAt = performance.now()
  const hear = async () => {
    silent = Math.max(silent, performance.now() - heardAt)
    heardAt = performance.now()
    return []
  }
  const log = slowLog(400)
  const readAgain = openReadAgain({ query: hear }, log)
  await readAgain(Array.from({ length: 100 }, (_, n) => at(n * BLOCK + 1)))
  await hear()
  expect(log.asked).toHaveLength(100)
  expect(silent).toBeLessThan(2_000)
})
