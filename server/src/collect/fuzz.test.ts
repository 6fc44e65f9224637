/** Whatever is sent: never a fault of ours, and nothing received that is not counted. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startIntake, type TestIntake } from './testing/program.ts'

const seed = Math.floor(Math.random() * 2 ** 31)
console.info(`fuzz.test.ts: seed ${seed}`)

let intake: TestIntake

beforeAll(async () => {
  intake = await startIntake()
})

afterAll(() => intake.close())

const paths = fc.constantFrom(
  '/v1/batch',
  '/v1/b',
  '/v1/import/',
  '/v1/track',
  '/v1/i',
  '/v1/page',
  '/v1/group',
  '/v1/alias',
)

const oddText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\0', '\ud800', '__proto__', 'constructor', '', ' ', 'x'.repeat(9_000)),
)
const oddValue = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  oddText,
  fc.dictionary(oddText, fc.jsonValue()),
  fc.constantFrom(null, 0, -1, 1e300, [], {}, [[]], true),
)
const oddEvent = fc.oneof(
  oddValue,
  fc.record(
    {
      type: fc.oneof(fc.constantFrom('track', 'identify', 'page', 'group', 'alias'), oddValue),
      event: oddValue,
      userId: oddValue,
      anonymousId: oddValue,
      previousId: oddValue,
      groupId: oddValue,
      messageId: oddValue,
      timestamp: fc.oneof(oddValue, fc.integer(), fc.constant('9999-12-31T23:59:59+14:00')),
      originalTimestamp: oddValue,
      sentAt: fc.oneof(oddValue, fc.constant('1970-01-01')),
      properties: oddValue,
      traits: oddValue,
      context: fc.oneof(oddValue, fc.record({ externalIds: oddValue, userAgent: oddValue })),
      integrations: oddValue,
      writeKey: oddValue,
    },
    { requiredKeys: [] },
  ),
)
const oddBody = fc.record(
  {
    batch: fc.oneof(
      { weight: 5, arbitrary: fc.array(oddEvent) },
      { weight: 1, arbitrary: oddValue },
    ),
    context: oddValue,
    sentAt: oddValue,
    integrations: oddValue,
  },
  { requiredKeys: ['batch'] },
)

it('I2: received = accepted + rejected, and no answer is a fault of ours', async () => {
  await fc.assert(
    fc.asyncProperty(paths, fc.oneof(oddBody, oddEvent), async (path, body) => {
      const isBatch = ['/v1/batch', '/v1/b', '/v1/import/'].includes(path)
      const before = { accepted: intake.accepted(), rejected: intake.rejected() }
      const text = JSON.stringify(body)
      const { status } = await intake.post(path, text)
      expect([200, 400]).toContain(status)
      const batch = (JSON.parse(text) as { batch?: unknown } | null)?.batch
      const received = isBatch && Array.isArray(batch) ? batch.length : 1
      const counted = intake.accepted() + intake.rejected() - before.accepted - before.rejected
      expect(counted).toBe(received)
    }),
    { seed, numRuns: 300 },
  )
  // Each accepted event is one that can be read, and that every later step can write as JSON.
  const events = intake.events()
  expect(events).toHaveLength(intake.accepted())
  expect(events.length).toBeGreaterThan(0)
  for (const event of events) {
    const unsafe: string[] = []
    JSON.stringify(event, (key, value) => {
      for (const text of [key, value]) {
        if (typeof text === 'string' && (text.includes('\0') || !text.isWellFormed())) {
          unsafe.push(text)
        }
      }
      return value
    })
    expect(unsafe).toEqual([])
    expect(Number.isSafeInteger(event.time) && event.time >= 0).toBe(true)
  }
}, 60_000)

it('bytes that are no JSON at all are refused, each counted once', async () => {
  await fc.assert(
    fc.asyncProperty(paths, fc.uint8Array({ maxLength: 200 }), async (path, bytes) => {
      const before = intake.accepted() + intake.rejected()
      const { status } = await intake.post(path, bytes)
      expect(status).toBe(400)
      expect(intake.accepted() + intake.rejected()).toBe(before + 1)
    }),
    { seed, numRuns: 100 },
  )
}, 60_000)
