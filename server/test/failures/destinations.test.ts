/**
 * Destinations that answer 429, 5xx, never, slowly, or 200 with an error: what is sent is tried
 * again later, later each time, in the order of each profile and under the same key; and those who
 * are well do not notice.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type OutgoingOptions, openOutgoing } from '../../src/deliver/outgoing.ts'
import * as kit from '../../src/deliver/testKit.ts'
import { type Deliver, startDeliver } from '../../src/deliver/worker.ts'
import { type Clock, manualClock, systemClock } from '../../src/platform/clock.ts'
import type { Deps } from '../../src/platform/deps.ts'
import { openTestDatabase, type TestDatabase } from '../engines.ts'
import { pause, until } from './place.ts'

const SECOND = 1_000
/** How long these tests wait for an answer, instead of 15 seconds. */
const WAIT_MAX_MS = 700

type Receiver = Awaited<ReturnType<typeof kit.openReceiver>>

let database: TestDatabase
const closing: (() => Promise<unknown>)[] = []
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())
beforeEach(() => database.postgres.query('UPDATE destination SET enabled = false'))
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

function depsAt(clock: Clock): Deps {
  return { ...kit.testDeps(database, manualClock(0)), clock }
}

async function receiverThat(reply: kit.Reply): Promise<Receiver> {
  const receiver = await kit.openReceiver(reply)
  closing.push(receiver.close)
  return receiver
}

function deliverWith(deps: Deps, options: Partial<OutgoingOptions> = {}): Deliver {
  const outgoing = openOutgoing({ allowPrivateNetwork: true, waitMaxMs: WAIT_MAX_MS, ...options })
  const deliver = startDeliver(deps, { readProfile: kit.readProfile, outgoing })
  closing.push(async () => {
    await outgoing.close()
    await deliver.stop()
  })
  return deliver
}

/** A body of which a byte comes now and then, and no end. */
const slowBody: kit.Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.write('{')
  const timer = setInterval(() => response.write(' '), 50)
  response.on('close', () => clearInterval(timer))
}
/** Headers of which a byte comes now and then. */
const slowHeaders: kit.Reply = (response) => {
  const { socket } = response
  socket?.write('HTTP/1.1 200 OK\r\nx-slow: ')
  const timer = setInterval(() => socket?.write('a'), 50)
  socket?.on('close', () => clearInterval(timer))
}
const errorInside: kit.Reply = (response) => {
  response.writeHead(200).end('{"error":{"code":"INVALID_EMAIL"}}')
}

const ILL: [string, kit.Reply, string][] = [
  ['429', kit.answer(429), 'http_429'],
  ['500', kit.answer(500), 'http_500'],
  ['nothing, ever', () => {}, 'timeout'],
  ['a cut connection', (response) => response.socket?.resetAndDestroy(), 'connection_lost'],
  ['headers a byte at a time', slowHeaders, 'timeout'],
  ['200 with an error inside', errorInside, 'error_in_body'],
]

describe('a destination that answers with', () => {
  test.each(ILL)('%s is asked again later and later, in order, under one key', async (...ill) => {
    const [, reply, reason] = ill
    const clock = manualClock(Date.now())
    const deps = depsAt(clock)
    const receiver = await receiverThat(reply)
    const workspace = await kit.makeWorkspace(deps)
    await kit.makeDestination(deps, workspace, { url: receiver.url })
    const profile = await kit.makePerson(deps, workspace, 'a@example.org')
    await kit.transition(deps, { workspace, profile, number: 1 })
    await kit.transition(deps, { workspace, profile, number: 2, change: 'left' })
    const deliver = deliverWith(deps)
    for (const [number, seconds] of [5, 300, 1_800].entries()) {
      await deliver.drained()
      const [first, second] = await kit.statesOf(deps, workspace)
      expect(first).toMatchObject({ state: 'retrying', reason, attempts: number + 1 })
      expect(second).toMatchObject({ state: 'waiting', attempts: 0 })
      const wait = (first?.next_attempt_at?.getTime() ?? 0) - clock.now()
      expect(wait).toBeGreaterThanOrEqual(seconds * SECOND)
      expect(wait).toBeLessThanOrEqual(seconds * SECOND * 1.2)
      clock.advance(wait)
    }
    receiver.replyWith(kit.answer(200))
    await until('both have arrived', async () =>
      (await kit.statesOf(deps, workspace)).every(({ state }) => state === 'delivered'),
    )
    const came = receiver.received.map(({ event }) => event.type.split('.').at(-1))
    expect(came).toEqual(['entered', 'entered', 'entered', 'entered', 'left'])
    const tries = receiver.received.slice(0, 4)
    for (const name of ['idempotency-key', 'webhook-id']) {
      expect(new Set(tries.map(({ headers }) => headers[name])).size).toBe(1)
    }
    expect(new Set(tries.map(({ body }) => body)).size).toBe(1)
  })

  test('500 to many is asked again at many moments, not at one', async () => {
    const deps = depsAt(manualClock(Date.now()))
    const receiver = await receiverThat(kit.answer(500))
    const workspace = await kit.makeWorkspace(deps)
    await kit.makeDestination(deps, workspace, { url: receiver.url })
    for (let n = 0; n < 9; n += 1) {
      const profile = await kit.makePerson(deps, workspace, `p${n}@example.org`)
      await kit.transition(deps, { workspace, profile })
    }
    await deliverWith(deps).drained()
    const rows = await kit.statesOf(deps, workspace)
    const moments = rows.map((row) => row.next_attempt_at?.getTime())
    expect(new Set(moments).size).toBeGreaterThan(6)
  })

  test('200 and a body without end has taken the message', async () => {
    const deps = depsAt(manualClock(Date.now()))
    const receiver = await receiverThat(slowBody)
    const workspace = await kit.makeWorkspace(deps)
    await kit.makeDestination(deps, workspace, { url: receiver.url })
    const profile = await kit.makePerson(deps, workspace, 'a@example.org')
    await kit.transition(deps, { workspace, profile })
    await deliverWith(deps).drained()
    expect(await kit.statesOf(deps, workspace)).toMatchObject([{ state: 'delivered' }])
    expect(receiver.received).toHaveLength(1)
  })

  test('429 is left alone until then, also when an earlier request is answered with 200', async () => {
    const clock = manualClock(Date.now())
    const deps = depsAt(clock)
    const held: (() => void)[] = []
    const receiver = await receiverThat(kit.answer(500))
    const workspace = await kit.makeWorkspace(deps)
    await kit.makeDestination(deps, workspace, { url: receiver.url })
    const send = async (name: string) => {
      const profile = await kit.makePerson(deps, workspace, `${name}@example.org`)
      await kit.transition(deps, { workspace, profile })
    }
    await send('fails-once')
    const deliver = deliverWith(deps, { waitMaxMs: 10_000 })
    await deliver.drained()
    receiver.replyWith((response) => held.push(() => response.writeHead(200).end()))
    await send('under-way')
    await until('one is under way', () => held.length === 1)
    receiver.replyWith(kit.answer(429, { 'retry-after': '3600' }))
    await send('told-to-wait')
    await until('it has said to wait', () => receiver.received.length === 3)
    await until('that is noted', async () =>
      (await kit.statesOf(deps, workspace)).some(({ reason }) => reason === 'http_429'),
    )
    held[0]?.()
    await until('the one under way is delivered', async () =>
      (await kit.statesOf(deps, workspace)).some(({ state }) => state === 'delivered'),
    )
    receiver.replyWith(kit.answer(200))
    await send('later')
    clock.advance(3_500 * SECOND)
    await deliver.drained()
    await pause(600)
    expect(receiver.received).toHaveLength(3)
    clock.advance(1_000 * SECOND)
    await until('all have arrived', async () =>
      (await kit.statesOf(deps, workspace)).every(({ state }) => state === 'delivered'),
    )
  })
})

describe('a destination that is well', () => {
  const ROUNDS = 3
  const DELIVERIES = 100
  const EVERY_MS = 20
  /** What two noisy processors add to a p99 of some tens of milliseconds, whoever is ill. */
  const NOISE_MS = 80
  const bad = [
    kit.answer(429, { 'retry-after': '1' }),
    kit.answer(500),
    () => {},
    slowBody,
    errorInside,
  ]

  /** The p99 from the outbox to the receiver, in ms, beside five other destinations. */
  async function p99Beside(others: readonly kit.Reply[]): Promise<number> {
    await database.postgres.query('UPDATE destination SET enabled = false')
    const deps = depsAt(systemClock)
    const workspace = await kit.makeWorkspace(deps)
    const people: string[] = []
    for (let n = 0; n < DELIVERIES; n += 1) {
      people.push(await kit.makePerson(deps, workspace, `p${n}@example.org`))
    }
    const arrived = new Map<string, number>()
    const well = await receiverThat((response, { event }) => {
      arrived.set(event.subject, performance.now())
      response.writeHead(200).end()
    })
    for (const reply of others) {
      const { url } = await receiverThat(reply)
      await kit.makeDestination(deps, workspace, { url })
    }
    await kit.makeDestination(deps, workspace, { url: well.url })
    const deliver = deliverWith(deps)
    const begun = new Map<string, number>()
    for (const profile of people) {
      begun.set(profile, performance.now())
      await kit.transition(deps, { workspace, profile })
      deliver.wake()
      await pause(EVERY_MS)
    }
    await until('all have arrived', () => arrived.size === DELIVERIES)
    for (const close of closing.splice(0).reverse()) await close()
    const waits = people.map((one) => (arrived.get(one) ?? 0) - (begun.get(one) ?? 0))
    return waits.sort((x, y) => x - y)[Math.floor(DELIVERIES * 0.99)] ?? 0
  }

  const median = (values: readonly number[]) =>
    [...values].sort((x, y) => x - y)[values.length >> 1] ?? 0

  test('has a p99 of at most 1.2 times of what it has beside others that are well', async () => {
    const [alone, beside]: [number[], number[]] = [[], []]
    for (let round = 0; round < ROUNDS; round += 1) {
      alone.push(await p99Beside(bad.map(() => kit.answer(200))))
      beside.push(await p99Beside(bad))
    }
    const limit = Math.max(1.2 * median(alone), median(alone) + NOISE_MS)
    const [own, ill] = [alone.map(Math.round), beside.map(Math.round)]
    const said = `p99 beside well ones ${own} ms, beside ill ones ${ill} ms`
    expect(median(beside), said).toBeLessThanOrEqual(limit)
  }, 90_000)
})
