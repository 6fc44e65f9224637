import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestDatabase, type TestDatabase } from '../../test/engines.ts'
import { type ManualClock, manualClock } from '../platform/clock.ts'
import type { Deps } from '../platform/deps.ts'
import { LEASE_MS } from './claim.ts'
import { replay } from './deliveries.ts'
import { unseal } from './destination.ts'
import { FAN_OUT_LOCK, fanOut } from './fanOut.ts'
import { openOutgoing } from './outgoing.ts'
import * as kit from './testKit.ts'
import { openVault } from './vault.ts'
import { type Deliver, type DeliverOptions, startDeliver } from './worker.ts'

const MINUTE = 60_000
let database: TestDatabase
let clock: ManualClock
let deps: Deps
let workspace: number
let receiver: Awaited<ReturnType<typeof kit.openReceiver>>
const running: Deliver[] = []

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())

beforeEach(async () => {
  // Signatures are held against the real time by who verifies them.
  clock = manualClock(Date.now())
  deps = kit.testDeps(database, clock)
  await database.postgres.query('UPDATE destination SET enabled = false')
  workspace = await kit.makeWorkspace(deps)
  receiver = await kit.openReceiver()
})
afterEach(async () => {
  receiver.replyWith(kit.answer(200))
  await Promise.all(running.splice(0).map((deliver) => deliver.stop()))
  await receiver.close()
})

function start(options: Partial<DeliverOptions> = {}): Deliver {
  const deliver = startDeliver(deps, { readProfile: kit.readProfile, idleMs: 10, ...options })
  running.push(deliver)
  return deliver
}

const person = (email: string) => kit.makePerson(deps, workspace, email)
const states = async () => (await kit.statesOf(deps, workspace)).map(({ state }) => state)
const ids = () => receiver.received.map(({ headers }) => headers['webhook-id'])

describe('a delivery', () => {
  it('arrives once, as a signed CloudEvent that tells who entered what', async () => {
    const row = await kit.makeDestination(deps, workspace, { url: receiver.url })
    const profile = await person('lea@example.org')
    const key = await kit.transition(deps, { workspace, profile })
    await start().drained()

    expect(receiver.received).toHaveLength(1)
    const [{ headers, body, event } = {} as kit.Received] = receiver.received
    const { secret } = unseal(openVault(deps.config.secret ?? ''), row)
    expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toEqual(event)
    expect(event).toMatchObject({
      specversion: '1.0',
      id: headers['webhook-id'],
      type: 'clientele.segment.entered',
      subject: profile,
      data: {
        idempotencyKey: key,
        segment: { id: kit.SEGMENT },
        change: 'entered',
        profile: {
          id: profile,
          identifiers: [{ namespace: 'email', value: 'lea@example.org' }],
          traits: { city: 'Lyon' },
        },
      },
    })
    expect(await states()).toEqual(['delivered'])
  })

  it('is made only where a trigger matches, and only where the destination is enabled', async () => {
    const { url } = receiver
    const on = [{ segment: kit.SEGMENT, on: ['left' as const] }]
    await kit.makeDestination(deps, workspace, { url, triggers: on })
    await kit.makeDestination(deps, workspace, { url, enabled: false })
    await kit.makeDestination(deps, await kit.makeWorkspace(deps), { url })
    const profile = await person('a@example.org')
    await kit.transition(deps, { workspace, profile, number: 1 })
    await kit.transition(deps, { workspace, profile, number: 2, change: 'left' })
    await start().drained()
    expect(receiver.received.map(({ event }) => event.type)).toEqual(['clientele.segment.left'])
  })

  it('exists once when several instances read the outbox at the same moment', async () => {
    await kit.makeDestination(deps, workspace, { url: receiver.url })
    for (let n = 0; n < 60; n += 1) {
      await kit.transition(deps, { workspace, profile: await person(`p${n}@example.org`) })
    }
    await Promise.all([start(), start(), start()].map((deliver) => deliver.drained()))
    expect(receiver.received).toHaveLength(60)
    expect(new Set(ids()).size).toBe(60)
  })

  it('is made by one instance at a time, so that a later change is never made first', async () => {
    await kit.makeDestination(deps, workspace, { url: receiver.url })
    await kit.transition(deps, { workspace, profile: await person('a@example.org') })
    await deps.postgres.transaction(async (sql) => {
      await sql.query('SELECT pg_advisory_xact_lock($1)', [FAN_OUT_LOCK])
      expect(await fanOut(deps)).toBe(0)
    })
    expect(await fanOut(deps)).toBe(1)
  })

  it('ends as refused when the profile does not exist any more', async () => {
    await kit.makeDestination(deps, workspace, { url: receiver.url })
    await kit.say(deps, { workspace, email: 'x@example.org', purpose: 'service', granted: true })
    await kit.transition(deps, { workspace, profile: deps.newId() })
    await start().drained()
    const [delivery] = await kit.statesOf(deps, workspace)
    expect(delivery).toMatchObject({ state: 'refused', reason: 'profile_gone' })
  })
})

describe('a destination that fails', () => {
  it('is tried again with the same id and the same bytes, later and later', async () => {
    await kit.makeDestination(deps, workspace, { url: receiver.url })
    await kit.transition(deps, { workspace, profile: await person('a@example.org') })
    receiver.replyWith(kit.answer(500))
    const deliver = start()
    await deliver.drained()
    const [first] = await kit.statesOf(deps, workspace)
    expect(first).toMatchObject({ state: 'retrying', reason: 'http_500', attempts: 1 })
    const wait = (first?.next_attempt_at?.getTime() ?? 0) - clock.now()
    expect(wait).toBeGreaterThanOrEqual(5_000)
    expect(wait).toBeLessThanOrEqual(6_000)

    clock.advance(4_000)
    await deliver.drained()
    expect(receiver.received).toHaveLength(1)
    clock.advance(2_000)
    receiver.replyWith(kit.answer(200))
    await deliver.drained()
    expect(receiver.received).toHaveLength(2)
    expect(new Set(ids()).size).toBe(1)
    expect(receiver.received[0]?.body).toBe(receiver.received[1]?.body)
    expect(await states()).toEqual(['delivered'])
  })

  it('is given up after eight attempts, and a replay sends the same id', async () => {
    const row = await kit.makeDestination(deps, workspace, { url: receiver.url })
    await kit.transition(deps, { workspace, profile: await person('a@example.org') })
    receiver.replyWith(kit.answer(500))
    const deliver = start()
    for (let n = 0; n < 10; n += 1) {
      await deliver.drained()
      clock.advance(13 * 60 * MINUTE)
    }
    expect(receiver.received).toHaveLength(8)
    const [dead] = await kit.statesOf(deps, workspace)
    expect(dead).toMatchObject({ state: 'dead', reason: 'http_500', attempts: 8 })

    receiver.replyWith(kit.answer(200))
    const question = { workspace, filter: { destination: row.id }, now: clock.now() }
    expect(await replay(deps.postgres, question)).toBe(1)
    await deliver.drained()
    expect(receiver.received).toHaveLength(9)
    expect(new Set(ids()).size).toBe(1)
    expect(await states()).toEqual(['delivered'])
  })

  it('is left alone for as long as it asks, with all its deliveries', async () => {
    await kit.makeDestination(deps, workspace, { url: receiver.url })
    await kit.transition(deps, { workspace, profile: await person('a@example.org') })
    receiver.replyWith(kit.answer(429, { 'retry-after': '600' }))
    const deliver = start()
    await deliver.drained()
    receiver.replyWith(kit.answer(200))
    await kit.transition(deps, { workspace, profile: await person('b@example.org') })
    clock.advance(9 * MINUTE)
    await deliver.drained()
    await kit.until(async () => (await states()).length === 2)
    expect(receiver.received).toHaveLength(1)
    clock.advance(2 * MINUTE)
    await deliver.drained()
    expect(await states()).toEqual(['delivered', 'delivered'])
  })

  it('rests after ten failures in a row, and is then asked with a single request', async () => {
    await kit.makeDestination(deps, workspace, { url: receiver.url })
    for (let n = 0; n < 60; n += 1) {
      await kit.transition(deps, { workspace, profile: await person(`p${n}@example.org`) })
    }
    receiver.replyWith(kit.answer(503))
    const deliver = start()
    await deliver.drained()
    const before = receiver.received.length
    expect(before).toBeGreaterThanOrEqual(10)
    // What was under way when the breaker opened still arrives: one more load of places at most.
    expect(before).toBeLessThanOrEqual(10 + 2 * 16)
    clock.advance(11 * MINUTE)
    await deliver.drained()
    expect(receiver.received).toHaveLength(before + 1)
    receiver.replyWith(kit.answer(200))
    clock.advance(11 * MINUTE)
    await deliver.drained()
    clock.advance(60 * MINUTE)
    await deliver.drained()
    expect(new Set(await states())).toEqual(new Set(['delivered']))
  })

  it('does not hold up another one by being slow', async () => {
    const slow = await kit.openReceiver(() => {})
    await kit.makeDestination(deps, workspace, { url: slow.url })
    await kit.makeDestination(deps, workspace, { url: receiver.url })
    for (let n = 0; n < 30; n += 1) {
      await kit.transition(deps, { workspace, profile: await person(`p${n}@example.org`) })
    }
    const outgoing = openOutgoing({ allowPrivateNetwork: true, waitMaxMs: 2_000 })
    start({ outgoing })
    await kit.until(() => receiver.received.length === 30)
    expect(slow.received.length).toBeLessThanOrEqual(16)
    await slow.close()
    await Promise.all(running.splice(0).map((deliver) => deliver.stop()))
    await outgoing.close()
  })
})

describe('the order of a profile', () => {
  it('is kept: a later delivery waits until the earlier one has arrived', async () => {
    await kit.makeDestination(deps, workspace, { url: receiver.url })
    const [profile, other] = [await person('a@example.org'), await person('b@example.org')]
    await kit.transition(deps, { workspace, profile, number: 1 })
    await kit.transition(deps, { workspace, profile, number: 2, change: 'left' })
    await kit.transition(deps, { workspace, profile: other })
    const fails: kit.Reply = (response, { event }) =>
      response.writeHead(event.subject === profile ? 500 : 200).end()
    receiver.replyWith(fails)
    const deliver = start()
    await kit.until(async () => (await states()).join() === 'retrying,waiting,delivered')
    receiver.replyWith(kit.answer(200))
    clock.advance(MINUTE)
    await kit.until(async () => (await states()).join() === 'delivered,delivered,delivered')
    await deliver.drained()
    const types = receiver.received
      .filter(({ event }) => event.subject === profile)
      .map(({ event }) => event.type)
    expect(types).toEqual([
      'clientele.segment.entered',
      'clientele.segment.entered',
      'clientele.segment.left',
    ])
  })
})

describe('I8: consent', () => {
  const marketing = () =>
    kit.makeDestination(deps, workspace, { url: receiver.url, purpose: 'marketing' })

  it('is needed: who refused or never said yes does not reach the receiver', async () => {
    await marketing()
    const emails = ['yes@example.org', 'no@example.org', 'silent@example.org']
    for (const email of emails) {
      await kit.transition(deps, { workspace, profile: await person(email) })
    }
    const [yes = '', no = ''] = emails
    await kit.say(deps, { workspace, email: yes, purpose: 'marketing', granted: true })
    await kit.say(deps, { workspace, email: no, purpose: 'marketing', granted: false })
    await start().drained()
    expect(receiver.received).toHaveLength(1)
    expect(receiver.received[0]?.body).toContain(yes)
    const rows = await kit.statesOf(deps, workspace)
    expect(rows.map(({ state, reason }) => [state, reason])).toEqual([
      ['delivered', null],
      ['refused', 'consent_refused'],
      ['refused', 'consent_missing'],
    ])
  })

  it('that was given under another identifier of the person counts, after a merge too', async () => {
    await marketing()
    const [profile, alias] = [await person('old@example.org'), await person('new@example.org')]
    await deps.postgres.query('INSERT INTO profile_alias VALUES ($1, $2)', [alias, profile])
    const said = { workspace, email: 'new@example.org', purpose: 'marketing' }
    await kit.say(deps, { ...said, granted: true })
    await kit.transition(deps, { workspace, profile })
    await kit.transition(deps, { workspace, profile: alias })
    await start().drained()
    expect(await states()).toEqual(['delivered', 'delivered'])
    clock.advance(1)
    await kit.say(deps, { ...said, email: 'old@example.org', granted: false })
    await kit.transition(deps, { workspace, profile: alias, number: 2 })
    await running[0]?.drained()
    expect((await states())[2]).toBe('refused')
  })

  it('that is withdrawn between outbox and sending stops the delivery', async () => {
    await marketing()
    const said = { workspace, email: 'a@example.org', purpose: 'marketing' }
    await kit.say(deps, { ...said, granted: true })
    await kit.transition(deps, { workspace, profile: await person(said.email) })
    expect(await fanOut(deps)).toBe(1)
    expect(await states()).toEqual(['waiting'])
    clock.advance(1)
    await kit.say(deps, { ...said, granted: false })
    await start().drained()
    expect(receiver.received).toHaveLength(0)
    const [delivery] = await kit.statesOf(deps, workspace)
    expect(delivery).toMatchObject({ state: 'refused', reason: 'consent_refused' })
  })

  it('that is withdrawn between two attempts stops the second', async () => {
    await marketing()
    const said = { workspace, email: 'a@example.org', purpose: 'marketing' }
    await kit.say(deps, { ...said, granted: true })
    await kit.transition(deps, { workspace, profile: await person(said.email) })
    receiver.replyWith(kit.answer(500))
    const deliver = start()
    await deliver.drained()
    await kit.say(deps, { ...said, granted: false })
    clock.advance(MINUTE)
    await deliver.drained()
    expect(receiver.received).toHaveLength(1)
    expect(await states()).toEqual(['refused'])
  })
})

describe('a worker that dies', () => {
  it('between sending and recording: the next one sends the same id again', async () => {
    await kit.makeDestination(deps, workspace, { url: receiver.url })
    await kit.transition(deps, { workspace, profile: await person('a@example.org') })
    const outgoing = openOutgoing({ allowPrivateNetwork: true })
    const release: (() => void)[] = []
    const dying = start({
      outgoing: {
        send: async (request) => {
          const sent = await outgoing.send(request)
          await new Promise<void>((resolve) => release.push(resolve))
          return sent
        },
        close: outgoing.close,
      },
    })
    await kit.until(() => release.length === 1)
    expect(await states()).toEqual(['waiting'])
    const gone = dying.stop()

    start()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(receiver.received).toHaveLength(1)
    clock.advance(LEASE_MS + 1)
    await kit.until(async () => (await states()).join() === 'delivered')
    expect(receiver.received).toHaveLength(2)
    expect(new Set(ids()).size).toBe(1)
    expect(receiver.received[0]?.body).toBe(receiver.received[1]?.body)
    for (const go of release) go()
    await gone
    await outgoing.close()
    expect(await states()).toEqual(['delivered'])
  })
})
