import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { manualClock, systemClock } from '../platform/clock.ts'
import { MINUTE_MS } from '../platform/durations.ts'
import { demoLastHour } from './lastHour.ts'
import { DEMO_SOURCES, type DemoMessage, type DemoSource } from './life.ts'
import { openLiveShop } from './live.ts'
import { makePopulation } from './population.ts'
import { DEMO_DEFAULTS, type DemoOptions } from './requests.ts'
import { openTrickle } from './trickle.ts'

/** Three o'clock at night in Paris: nobody is in the shop. */
const NIGHT = Date.UTC(2026, 10, 22, 2)
const FULL: DemoOptions = { ...DEMO_DEFAULTS, now: NIGHT - MINUTE_MS }
const SMALL: DemoOptions = { seed: 5, people: 30, days: 10, now: NIGHT }

const eventsOf = (requests: readonly { batch: DemoMessage[] }[]) =>
  requests.flatMap(({ batch }) => batch)
const named = (events: readonly DemoMessage[], name: string) =>
  events.filter(({ event }) => event === name)
const timesOf = (events: readonly DemoMessage[]) =>
  events.map(({ timestamp }) => Date.parse(timestamp))

describe('the last hour', () => {
  const events = eventsOf(demoLastHour(FULL, NIGHT))

  it('lies within the hour before now, each source in the order of time', () => {
    for (const { batch } of demoLastHour(FULL, NIGHT)) {
      expect(timesOf(batch)).toEqual(timesOf(batch).toSorted((a, b) => a - b))
      expect(batch.length).toBeLessThanOrEqual(500)
    }
    const times = timesOf(events)
    expect(Math.min(...times)).toBeGreaterThan(NIGHT - 60 * MINUTE_MS)
    expect(Math.max(...times)).toBeLessThanOrEqual(NIGHT)
    expect(Math.max(...times)).toBeGreaterThan(NIGHT - 12 * MINUTE_MS)
  })

  it('leaves carts of people who agreed to marketing and of people who did not', () => {
    const byUser = new Map(makePopulation(FULL).map((person) => [person.userId, person]))
    const bought = new Set(named(events, 'Order Completed').map(({ userId }) => userId))
    const left = new Set(
      named(events, 'Product Added').flatMap(({ userId = '' }) =>
        bought.has(userId) ? [] : userId,
      ),
    )
    const agreed = [...left].filter((userId) => byUser.get(userId)?.marketing)
    expect(agreed.length).toBeGreaterThanOrEqual(8)
    expect(left.size - agreed.length).toBeGreaterThanOrEqual(2)
  })

  it('has big orders, bad answers to the survey, and people with two tickets', () => {
    const totals = named(events, 'Order Completed').map(({ properties }) => properties?.total)
    expect(totals).toHaveLength(8)
    expect(totals.filter((total) => Number(total) > 250)).toHaveLength(8)
    const scores = named(events, 'NPS Answered').map(({ properties }) => properties?.score)
    expect(scores.length).toBeGreaterThan(0)
    expect(scores.filter((score) => Number(score) > 6)).toEqual([])
    expect(named(events, 'Ticket Opened').length).toBeGreaterThan(0)
  })

  it('says nothing about marketing, which the history knows better', () => {
    const said = events.flatMap(({ context }) => {
      const { categoryPreferences = {} } = (context.consent ?? {}) as Record<string, object>
      return Object.keys(categoryPreferences)
    })
    expect(new Set(said)).toEqual(new Set(['analytics']))
  })

  it('gives the same message ids when it is sent again later', () => {
    const ids = events.map(({ messageId }) => messageId)
    const later = eventsOf(demoLastHour(FULL, NIGHT + 5 * MINUTE_MS))
    expect(new Set(ids).size).toBe(ids.length)
    expect(later.map(({ messageId }) => messageId).toSorted()).toEqual(ids.toSorted())
  })
})

describe('the trickle', () => {
  /** Ten minutes of it, asked for each second. */
  function tenMinutes(options: DemoOptions, startedAt: number): DemoMessage[] {
    const trickle = openTrickle(options, startedAt)
    return Array.from({ length: 600 }, (_, second) => {
      const now = startedAt + second * 1_000
      const events = eventsOf(trickle.until(now))
      expect(timesOf(events).filter((at) => at > now)).toEqual([])
      return events
    }).flat()
  }

  it('is a few events a second at most, also at night, each in its time', () => {
    const events = tenMinutes(FULL, NIGHT)
    expect(events.length).toBeGreaterThan(200)
    expect(events.length).toBeLessThan(1_800)
    expect(Math.min(...timesOf(events))).toBe(NIGHT)
    expect(named(events, 'Order Completed').length).toBeGreaterThan(0)
  })

  it('is the same from the same start, and has other message ids after a restart', () => {
    const first = tenMinutes(SMALL, NIGHT)
    expect(tenMinutes(SMALL, NIGHT)).toEqual(first)
    const again = tenMinutes(SMALL, NIGHT + 2_000)
    const ids = [...first, ...again].map(({ messageId }) => messageId)
    expect(new Set(ids).size).toBe(ids.length)
    const orders = [...first, ...again].flatMap(({ event, properties }) =>
      event === 'Order Completed' ? [properties?.order_id] : [],
    )
    expect(new Set(orders).size).toBe(orders.length)
  })

  it('does not make up for the visits of a machine that slept', () => {
    const trickle = openTrickle(SMALL, NIGHT)
    trickle.until(NIGHT)
    const hours = trickle.until(NIGHT + 8 * 60 * MINUTE_MS)
    expect(eventsOf(hours).length).toBeLessThan(60)
  })
})

describe('the live shop', () => {
  async function startIntake(status: number) {
    const lanes: unknown[] = []
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const body = Buffer.concat(chunks)
      const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
      expect(JSON.parse(text.toString('utf8')).batch.length).toBeGreaterThan(0)
      lanes.push(request.headers['x-clientele-lane'] ?? 'live')
      response.writeHead(status).end('{}')
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const close = () => {
      server.closeAllConnections()
      server.close()
    }
    return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, lanes, close }
  }

  const writeKeys = Object.fromEntries(
    DEMO_SOURCES.map((source) => [source, `key-${source}`]),
  ) as Record<DemoSource, string>

  it('sends on the live lane, and nothing more once it was stopped', async () => {
    const intake = await startIntake(200)
    const faults: unknown[] = []
    const shop = openLiveShop({
      ...{ baseUrl: intake.baseUrl, writeKeys, options: SMALL, tickMs: 5 },
      clock: systemClock,
      onFault: (error) => faults.push(error),
    })
    await shop.sendLastHour()
    const before = intake.lanes.length
    const stop = shop.open()
    await expect.poll(() => intake.lanes.length, { timeout: 10_000 }).toBeGreaterThan(before)
    await stop()
    const after = intake.lanes.length
    await new Promise((resolve) => setTimeout(resolve, 50))
    intake.close()
    expect(intake.lanes.length).toBe(after)
    expect(new Set(intake.lanes)).toEqual(new Set(['live']))
    expect(faults).toEqual([])
  })

  it('closes and says why when its source was taken away', async () => {
    const intake = await startIntake(401)
    const faults: unknown[] = []
    const stop = openLiveShop({
      ...{ baseUrl: intake.baseUrl, writeKeys, options: SMALL, tickMs: 5 },
      clock: manualClock(NIGHT),
      onFault: (error) => faults.push(error),
    }).open()
    await expect.poll(() => faults.length).toBe(1)
    expect(String(faults[0])).toContain('The intake answered 401')
    await stop()
    intake.close()
  })
})
