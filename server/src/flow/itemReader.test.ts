import { expect, it } from 'vitest'
import type { Block, Lane } from '../platform/log/log.ts'
import { openItemReader } from './itemReader.ts'

/** A log of single events in blocks of a hundred, which counts how often it is asked. */
function countingLog(events: number) {
  const asked: string[] = []
  const read = async (
    { lane, shard }: { lane: Lane; shard: number },
    after: number,
    limit: number,
  ): Promise<Block[]> => {
    asked.push(`${lane}:${shard} after ${after}`)
    const blocks: Block[] = []
    const from = Math.floor(after / 100) * 100 + 1
    for (let first = from; first <= Math.min(after + limit, events); first += 100) {
      const header = {
        workspace: 1,
        kind: 'request',
        source: 1,
        receivedAt: 0,
        count: 100,
      } as const
      const batch = Array.from({ length: 100 }, (_, n) => ({
        ...{ type: 'track', event: 'Seen', userId: 'u', messageId: `m-${first + n}` },
      }))
      const entries = [{ header, body: Buffer.from(JSON.stringify({ batch })) }]
      blocks.push({ lane, shard, first, count: 100, entries })
    }
    return blocks
  }
  return { asked, read }
}

const live = (shard: number) => ({ lane: 'live' as const, shard })
const positions = (items: readonly { position: number }[]) => items.map(({ position }) => position)
const from = (first: number, count: number) => Array.from({ length: count }, (_, n) => first + n)

it('gives whoever comes behind the same events without asking the log again', async () => {
  const log = countingLog(1_000)
  const reader = openItemReader(log)
  for (let after = 0; after < 1_000; after += 200) {
    expect(positions(await reader.read(live(0), after, 200))).toEqual(from(after + 1, 200))
  }
  const asked = log.asked.length
  expect(positions(await reader.read(live(0), 150, 300))).toEqual(from(151, 300))
  expect(positions(await reader.read(live(0), 990, 300))).toEqual(from(991, 10))
  expect(log.asked).toHaveLength(asked)
  expect(await reader.read(live(0), 1_000, 300)).toEqual([])
})

it('keeps a bounded number of events, however many shards are read', async () => {
  const log = countingLog(2_000)
  const reader = openItemReader(log)
  for (let shard = 0; shard < 20; shard += 1) await reader.read(live(shard), 0, 2_000)
  const asked = log.asked.length
  for (let shard = 10; shard < 20; shard += 1) await reader.read(live(shard), 0, 2_000)
  expect(log.asked).toHaveLength(asked)
  expect(positions(await reader.read(live(0), 0, 2_000))).toEqual(from(1, 2_000))
  expect(log.asked).toHaveLength(asked + 1)
})

it('lets nobody who reads from far behind push out what the one in front has read', async () => {
  const log = countingLog(5_000)
  const reader = openItemReader(log)
  await reader.read(live(0), 4_000, 1_000)
  expect(positions(await reader.read(live(0), 0, 100))).toEqual(from(1, 100))
  const asked = log.asked.length
  expect(positions(await reader.read(live(0), 4_000, 1_000))).toEqual(from(4_001, 1_000))
  expect(log.asked).toHaveLength(asked)
})
