import { expect, it } from 'vitest'
import type { Entry, Log, ShardName } from '../../src/platform/log/log.ts'

/** What every event log must do; run it against each implementation. */
export type LogUnderTest = {
  open(): Promise<Log>
  /** Moves everything that is written so far to the archive. */
  archive(log: Log): Promise<void>
}

const SHARD: ShardName = { lane: 'live', shard: 0 }

function entry(events: number, name: string): Entry {
  const batch = Array.from({ length: events }, (_, index) => ({ name: `${name}-${index}` }))
  const header = { workspace: 1, kind: 'request', source: 1, receivedAt: 0, count: events } as const
  return { header, body: Buffer.from(JSON.stringify({ batch })) }
}

/** A key that falls on shard 0, so that one shard is looked at. */
async function keyOfShard(log: Log): Promise<string> {
  for (let attempt = 0; ; attempt += 1) {
    const shardKey = `key-${attempt}`
    const at = await log.append({ lane: 'live', shardKey, entry: entry(1, shardKey) })
    if (at.shard === SHARD.shard) return shardKey
  }
}

async function readAll(log: Log) {
  const blocks = []
  for (let after = 0; ; ) {
    const next = await log.read(SHARD, after, 100)
    if (next.length === 0) return blocks
    blocks.push(...next)
    const last = next.at(-1)
    after = last ? last.first + last.count - 1 : after
  }
}

export function logContract(underTest: LogUnderTest): void {
  contractOfOrder(underTest)
  contractOfArchive(underTest)
}

function contractOfOrder(underTest: LogUnderTest): void {
  it('gives dense positions to appends side by side, and reads them back in order', async () => {
    const log = await underTest.open()
    const shardKey = await keyOfShard(log)
    const sizes = Array.from({ length: 60 }, (_, index) => 1 + (index % 4))
    const positions = await Promise.all(
      sizes.map(async (size, index) => {
        const at = await log.append({ lane: 'live', shardKey, entry: entry(size, `e${index}`) })
        return at.position()
      }),
    )
    const spans = positions.map((position, index) => [position, sizes[index] ?? 0] as const)
    spans.sort(([x], [y]) => x - y)
    spans.slice(1).forEach(([position], index) => {
      const [before, size] = spans[index] ?? [0, 0]
      expect(position).toBe(before + size)
    })
    const blocks = await readAll(log)
    let expected = 1
    for (const block of blocks) {
      expect(block.first).toBe(expected)
      expected += block.entries.reduce((sum, one) => sum + one.header.count, 0)
    }
    const head = (await log.heads()).find((one) => one.lane === 'live' && one.shard === 0)
    expect(head?.position).toBe(expected - 1)
    await log.close()
  })

  it('is read alike by another process, which also sees what this one appends later', async () => {
    const [log, other] = [await underTest.open(), await underTest.open()]
    const shardKey = await keyOfShard(log)
    const text = async (from: Log) =>
      JSON.stringify((await readAll(from)).map((block) => [block.first, block.entries]))
    expect(await text(other)).toBe(await text(log))
    const [at, by] = await Promise.all([
      log.append({ lane: 'live', shardKey, entry: entry(2, 'mine') }),
      other.append({ lane: 'live', shardKey, entry: entry(3, 'theirs') }),
    ])
    expect(await at.position()).not.toBe(await by.position())
    expect(await text(other)).toBe(await text(log))
    const headOf = async (of: Log) =>
      (await of.heads([SHARD])).find((one) => one.lane === 'live' && one.shard === 0)?.position
    expect(await headOf(log)).toBe(await headOf(other))
    await Promise.all([log.close(), other.close()])
  })

  it('tells its own process of each append, and takes nothing once it is closed', async () => {
    const log = await underTest.open()
    let heard = 0
    const stop = log.onAppend(() => {
      heard += 1
    })
    await log.append({ lane: 'live', shardKey: 'k', entry: entry(1, 'one') })
    stop()
    await log.append({ lane: 'live', shardKey: 'k', entry: entry(1, 'two') })
    expect(heard).toBe(1)
    await log.close()
    const late = log.append({ lane: 'live', shardKey: 'k', entry: entry(1, 'late') })
    await expect(late).rejects.toThrow('waiting to be written')
  })
}

function contractOfArchive(underTest: LogUnderTest): void {
  it('gives back every byte, from the log and from the archive alike', async () => {
    const log = await underTest.open()
    // An archive may put blocks together: what counts is each entry and where it stands.
    const placed = async () =>
      (await readAll(log)).flatMap((block) => {
        let position = block.first
        return block.entries.map((one) => {
          const at = position
          position += one.header.count
          return [at, one]
        })
      })
    const before = await placed()
    await underTest.archive(log)
    const after = await placed()
    expect(before.length).toBeGreaterThan(0)
    expect(JSON.stringify(after)).toBe(JSON.stringify(before))
    await log.close()
  })

  it('erases single events, in the archive as well, and keeps every position', async () => {
    const log = await underTest.open()
    const shardKey = await keyOfShard(log)
    const secret = async () => {
      const at = await log.append({ lane: 'live', shardKey, entry: entry(3, 'secret') })
      return at.position()
    }
    const expectErased = async (position: number) => {
      const [block] = await log.read(SHARD, position - 1, 1)
      const own = block?.entries.filter((one) => Buffer.from(one.body).includes('secret')) ?? []
      const kept = own.map((one) => Buffer.from(one.body).toString()).join('')
      expect(kept).toContain('secret-0')
      expect(kept).not.toContain('secret-1')
      expect(kept).toContain('secret-2')
      expect(own.every((one) => one.header.erased?.includes(1))).toBe(true)
    }
    const archived = await secret()
    await underTest.archive(log)
    const waiting = await secret()
    for (const position of [archived, waiting]) {
      await log.erase(SHARD, [position + 1])
      await expectErased(position)
    }
    // Erased in the log first, then archived: it must not come back.
    await underTest.archive(log)
    await expectErased(archived)
    await expectErased(waiting)
    await log.close()
  })

  it('archives only what is old enough, and goes on where it ended', async () => {
    const log = await underTest.open()
    const shardKey = await keyOfShard(log)
    const before = await readAll(log)
    await log.trim(SHARD, Number.MAX_SAFE_INTEGER, new Date(0))
    await log.append({ lane: 'live', shardKey, entry: entry(2, 'later') })
    await log.trim(SHARD, Number.MAX_SAFE_INTEGER, new Date(Date.now() + 60_000))
    await log.append({ lane: 'live', shardKey, entry: entry(1, 'last') })
    const after = await readAll(log)
    const events = (blocks: Awaited<ReturnType<typeof readAll>>) =>
      blocks.flatMap((block) => block.entries.map((one) => Buffer.from(one.body).toString()))
    expect(events(after).slice(0, events(before).length)).toEqual(events(before))
    expect(events(after).slice(events(before).length).join()).toContain('later-1')
    expect(events(after).at(-1)).toContain('last-0')
    await log.close()
  })
}
