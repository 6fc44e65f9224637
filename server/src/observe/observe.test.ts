import { Registry } from 'prom-client'
import { describe, expect, test } from 'vitest'
import { type AppendRequest, type Log, LogOverloaded } from '../platform/log/log.ts'
import { observedLog } from './intake.ts'
import { openMeters } from './meters.ts'
import { judgeDisk } from './readiness.ts'
import { parseTraceparent } from './tracing.ts'

const MB = 1024 * 1024

test('a disk is full below 16 MB, fills up below 5 %, and is well above', () => {
  const disk = (freeMb: number) => judgeDisk({ freeBytes: freeMb * MB, sizeBytes: 10_000 * MB })
  expect(disk(15)).toMatchObject({ ok: false, detail: expect.stringContaining('is full') })
  expect(disk(16)).toMatchObject({ ok: true, warns: true })
  expect(disk(499)).toMatchObject({ ok: true, warns: true })
  expect(disk(500)).toMatchObject({ ok: true, warns: false })
})

describe('a log that is seen', () => {
  const body = Buffer.from('{"userId":"u"}')
  const entry = {
    header: { workspace: 1, kind: 'request', source: 1, receivedAt: 0, count: 3 },
    body,
  }
  const request = { lane: 'live', shardKey: 'k', entry } as AppendRequest
  type Appended = Awaited<ReturnType<Log['append']>>
  const at = { lane: 'live', shard: 0, position: 1 } as unknown as Appended

  function openLog(append: Log['append']) {
    const registry = new Registry()
    const meters = openMeters(registry, async () => {})
    const bare = { append, onAppend: () => () => {} } as Partial<Log> as Log
    return { registry, log: observedLog(bare, { meters, tracing: null }) }
  }

  test('gives the log the very request that it was given while nobody traces', async () => {
    const given: AppendRequest[] = []
    const { log } = openLog(async (one) => {
      given.push(one)
      return at
    })
    await log.append(request)
    expect(given[0]).toBe(request)
  })

  test('knows how many bytes wait, and lets them go also when the log fails', async () => {
    const first = Promise.withResolvers<Appended>()
    const { log, registry } = openLog(() => first.promise)
    const appends = [log.append(request), log.append(request)]
    expect(log.queueBytes()).toBe(2 * body.byteLength)
    first.reject(new Error('The disk is full.'))
    await Promise.allSettled(appends)
    expect(log.queueBytes()).toBe(0)
    expect(log.failedAt()).not.toBeNull()
    const text = await registry.metrics()
    expect(text).toContain('clientele_log_append_errors_total{kind="failed"} 2')
    expect(text).not.toMatch(/^clientele_collect_events_total\{/m)
  })

  test('does not take being full for a fault', async () => {
    const { log, registry } = openLog(() => Promise.reject(new LogOverloaded(1)))
    await expect(log.append(request)).rejects.toThrow(LogOverloaded)
    expect(log.failedAt()).toBeNull()
    const text = await registry.metrics()
    expect(text).toContain('clientele_log_append_errors_total{kind="overloaded"} 1')
  })
})

test('a histogram adds its buckets up, and a value on a bound belongs below it', async () => {
  const registry = new Registry()
  const meters = openMeters(registry, async () => {})
  for (const events of [1, 10, 11, 5_000]) {
    meters.time('clientele_flow_batch_events', { lane: 'bulk' }, events)
  }
  const lines = (await registry.metrics()).split('\n')
  const shown = lines.filter((line) => /^clientele_flow_batch_events_.*"bulk"/.test(line))
  expect(shown.map((line) => line.replace('clientele_flow_batch_events_', ''))).toEqual([
    ...[1, 10].map((le, index) => `bucket{le="${le}",lane="bulk"} ${index + 1}`),
    ...[50, 100, 250, 500, 750, 1000].map((le) => `bucket{le="${le}",lane="bulk"} 3`),
    'bucket{le="+Inf",lane="bulk"} 4',
    'sum{lane="bulk"} 5022',
    'count{lane="bulk"} 4',
  ])
})

test.each([
  ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', 1],
  ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00', 0],
])('reads the traceparent %s', (text, traceFlags) => {
  expect(parseTraceparent(text)).toEqual({
    ...{ traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' },
    ...{ traceFlags, isRemote: true },
  })
})

test.each([
  '00-00000000000000000000000000000000-00f067aa0ba902b7-01',
  '00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01',
  '00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01',
  '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x',
  'claire@exemple.fr',
])('takes nothing from what is no traceparent: %s', (text) => {
  expect(parseTraceparent(text)).toBeNull()
})
