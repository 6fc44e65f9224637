/** Unmodified client libraries against the intake; mobile ones as their sources build requests. */
import { gzipSync } from 'node:zlib'
import Rudder from '@rudderstack/rudder-sdk-node'
import { Analytics } from '@segment/analytics-node'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startIntake, type TestIntake, writeKey } from './testing/program.ts'

let intake: TestIntake

beforeEach(async () => {
  intake = await startIntake()
})

afterEach(() => intake.close())

describe('@segment/analytics-node', () => {
  it('only changes its host: every call arrives once, as its own type', async () => {
    const analytics = new Analytics({ writeKey, host: intake.url, flushAt: 100 })
    analytics.identify({ userId: 'u1', traits: { email: 'jean@exemple.fr' } })
    analytics.track({ userId: 'u1', event: 'Order Completed', properties: { total: 42.5 } })
    analytics.page({ userId: 'u1', name: 'Home', properties: { path: '/' } })
    analytics.screen({ anonymousId: 'a1', name: 'Cart' })
    analytics.group({ userId: 'u1', groupId: 'g1', traits: { plan: 'gold' } })
    analytics.alias({ userId: 'u1', previousId: 'a1' })
    await analytics.closeAndFlush()
    expect(intake.events()).toMatchObject([
      { type: 'identify', userId: 'u1', traits: { email: 'jean@exemple.fr' }, flags: [] },
      { type: 'track', event: 'Order Completed', properties: { total: 42.5 } },
      { type: 'page', event: 'Page Viewed', properties: { name: 'Home', path: '/' } },
      { type: 'screen', anonymousId: 'a1', properties: { name: 'Cart' } },
      { type: 'group', groupId: 'g1', traits: { plan: 'gold' } },
      { type: 'alias', userId: 'u1', previousId: 'a1' },
    ])
    expect(intake.rejected()).toBe(0)
  })

  it('sends 1,000 events in its own batches, and none is lost', async () => {
    const analytics = new Analytics({ writeKey, host: intake.url, maxRetries: 0 })
    for (let n = 0; n < 1_000; n++) analytics.track({ userId: `u${n}`, event: 'Visited' })
    await analytics.closeAndFlush()
    expect(intake.accepted()).toBe(1_000)
    expect(new Set(intake.events().map((event) => event.messageId)).size).toBe(1_000)
  })

  it('gives up at once with a wrong key, and is told', async () => {
    const analytics = new Analytics({ writeKey: 'wrong', host: intake.url, maxRetries: 5 })
    let faults = 0
    analytics.on('error', () => {
      faults++
    })
    analytics.track({ userId: 'u1', event: 'Visited' })
    await analytics.closeAndFlush()
    expect(faults).toBe(1)
    expect(intake.refusals.added).toHaveLength(1)
  })

  it('sends again when the log was overloaded', async () => {
    const { LogOverloaded } = await import('../platform/log/log.ts')
    intake.log.state.fault = new LogOverloaded(1)
    const analytics = new Analytics({ writeKey, host: intake.url })
    analytics.on('http_response', () => {
      intake.log.state.fault = null
    })
    analytics.track({ userId: 'u1', event: 'Visited' })
    await analytics.closeAndFlush({ timeout: 10_000 })
    expect(intake.accepted()).toBe(1)
  })
})

describe('@rudderstack/rudder-sdk-node', () => {
  it.each([true, false])('only changes its data plane (gzip: %s)', async (gzip) => {
    const rudder = new Rudder(writeKey, { dataPlaneUrl: intake.url, gzip, logLevel: 'error' })
    rudder.identify({ userId: 'u1', traits: { email: 'jean@exemple.fr' } })
    rudder.track({ userId: 'u1', event: 'Order Completed', properties: { total: 42.5 } })
    rudder.group({ userId: 'u1', groupId: 'g1' })
    await rudder.flush()
    await expect.poll(() => intake.accepted()).toBe(3)
    expect(intake.events()).toMatchObject([
      { type: 'identify', userId: 'u1', traits: { email: 'jean@exemple.fr' } },
      { type: 'track', event: 'Order Completed', properties: { total: 42.5 } },
      { type: 'group', groupId: 'g1' },
    ])
    expect(intake.rejected()).toBe(0)
  })
})

describe('mobile libraries', () => {
  const event = {
    type: 'track',
    event: 'Application Opened',
    anonymousId: '5D4A2C1B-0000-4000-8000-000000000000',
    messageId: '1B4E28BA-2FA1-11D2-883F-0016D3CCA427',
    timestamp: '2026-03-01T11:59:58.123Z',
    properties: { from_background: false },
    integrations: {},
    context: {
      app: { name: 'Boutique', version: '1.2' },
      device: { id: 'D-1', manufacturer: 'Apple', type: 'ios' },
      library: { name: 'analytics-swift', version: '1.5.0' },
      os: { name: 'iOS', version: '18.0' },
    },
  }
  const body = { batch: [event], sentAt: '2026-03-01T12:00:00.000Z', writeKey }

  it.each([
    ['Swift', '/v1/b', 'application/json; charset=utf-8', false],
    ['Kotlin', '/v1/b', 'text/plain', true],
    ['React Native', '/v1/b', 'text/plain;charset=UTF-8', false],
  ])('%s: its batch arrives, its clock corrected', async (_, path, type, zipped) => {
    const text = Buffer.from(JSON.stringify(body))
    const headers = {
      'content-type': type,
      authorization: '',
      'user-agent': 'analytics-kotlin/1.19.0',
      ...(zipped ? { 'content-encoding': 'gzip' } : {}),
    }
    const answer = await intake.post(path, zipped ? gzipSync(text) : text, headers)
    expect(answer.status).toBe(200)
    expect(intake.events()).toMatchObject([
      { event: 'Application Opened', time: Date.parse(event.timestamp), flags: [] },
    ])
  })
})
