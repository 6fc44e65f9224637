import { expect, it } from 'vitest'
import { createAppender } from './appender.ts'
import type { AppendRequest, Entry } from './log.ts'

const BODY_BYTES = 10

function request(workspace: number): AppendRequest {
  const header = { workspace, kind: 'request', source: 1, receivedAt: 0, count: 1 } as const
  return { lane: 'live', shardKey: 'k', entry: { header, body: new Uint8Array(BODY_BYTES) } }
}

/** Blocks that are written when the requests of these workspaces wait behind a first one. */
async function blocksOf(workspaces: readonly number[], entriesMax: number): Promise<number[][]> {
  const blocks: number[][] = []
  let open = () => {}
  const first = new Promise<void>((resolve) => {
    open = resolve
  })
  const appender = createAppender({
    shards: { live: 1, bulk: 1, inner: 1 },
    blockBytesMax: entriesMax * BODY_BYTES,
    queueBytesMax: 1_000_000,
    shardOf: () => 0,
    write: async (_, entries: Entry[]) => {
      if (blocks.length === 0) await first
      blocks.push(entries.map((entry) => entry.header.workspace))
      return async () => 1
    },
  })
  const appends = [0, ...workspaces].map((workspace) => appender.append(request(workspace)))
  open()
  await Promise.all(appends)
  return blocks.slice(1)
}

it('I9: gives workspaces that wait the same part of a block, however much one sends', async () => {
  const loud = Array.from({ length: 30 }, () => 1)
  const blocks = await blocksOf([...loud, 2, 2, 2, 2, 3], 8)
  const [block = []] = blocks
  const parts = [1, 2, 3].map((workspace) => block.filter((one) => one === workspace).length)
  expect(parts).toEqual([4, 3, 1])
  expect(blocks.flat()).toHaveLength(35)
})

it('gives one that is alone the whole block', async () => {
  const blocks = await blocksOf([1, 1, 1, 1, 1], 4)
  expect(blocks).toEqual([[1, 1, 1, 1], [1]])
})
