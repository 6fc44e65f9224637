import { createHash } from 'node:crypto'
import { isbot } from 'isbot'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  DEMO_DEFAULTS,
  DEMO_SOURCES,
  type DemoOptions,
  demoAudience,
  demoDestinations,
  demoLabels,
  generateDemo,
} from './index.ts'
import type { DemoMessage } from './life.ts'
import type { DemoRequest } from './requests.ts'
import { demoTruth } from './truth.ts'

const NOW = Date.UTC(2026, 10, 22, 9, 30)
const FULL: DemoOptions = { ...DEMO_DEFAULTS, now: NOW }
const SMALL: DemoOptions = { seed: 7, people: 60, days: 14, now: NOW }
const EVENT_BYTES_MAX = 32 * 1024

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value))
const hashOf = (options: DemoOptions) =>
  createHash('sha256')
    .update(JSON.stringify([...generateDemo(options)]))
    .digest('hex')

let requests: DemoRequest[] = []
let events: DemoMessage[] = []
beforeAll(() => {
  requests = [...generateDemo(FULL)]
  events = requests.flatMap((request) => request.batch)
})

describe('generateDemo', () => {
  it('gives the same bytes for the same seed, and others for another', () => {
    expect(hashOf(SMALL)).toBe(hashOf(SMALL))
    expect(hashOf({ ...SMALL, seed: 8 })).not.toBe(hashOf(SMALL))
  })

  it('has about 60,000 events of about 2,000 people by default', () => {
    expect(events.length).toBeGreaterThan(54_000)
    expect(events.length).toBeLessThan(66_000)
    const people = demoTruth(FULL).people.length
    expect(people).toBeGreaterThan(1_800)
    expect(people).toBeLessThanOrEqual(2_000)
  })

  it('ends at now and begins the given number of days before', () => {
    const times = events.map((event) => Date.parse(event.timestamp))
    const first = times.reduce((a, b) => Math.min(a, b))
    const last = times.reduce((a, b) => Math.max(a, b))
    expect(last).toBeLessThanOrEqual(NOW)
    expect(last).toBeGreaterThan(NOW - 3_600_000)
    expect(NOW - first).toBeLessThanOrEqual(60 * 86_400_000)
    expect(NOW - first).toBeGreaterThan(59 * 86_400_000)
  })

  it('goes forward in time, within each request and from one request to the next', () => {
    const firsts = requests.map((request) => request.batch[0]?.timestamp ?? '')
    expect(firsts).toEqual(firsts.toSorted())
    const disordered = requests.filter(({ batch }) => {
      const times = batch.map((event) => event.timestamp)
      return times.join() !== times.toSorted().join()
    })
    expect(disordered).toEqual([])
  })

  it('keeps every request within 500 events and 400 KB, whatever the number of people', () => {
    const crowd = [...generateDemo({ seed: 1, people: 3_000, days: 1, now: NOW + 12 * 3_600_000 })]
    for (const request of [...requests, ...crowd]) {
      expect(request.batch.length).toBeGreaterThan(0)
      expect(request.batch.length).toBeLessThanOrEqual(500)
      expect(bytesOf({ batch: request.batch, sentAt: '2026-11-22T09:30:00.000Z' })).toBeLessThan(
        400_000,
      )
    }
    expect(crowd.some((request) => request.batch.length > 400)).toBe(true)
  })

  it('gives every event what the intake asks for, and a message id of its own', () => {
    const wrong = events.filter(
      (event) =>
        !(event.userId || event.anonymousId) ||
        (event.type === 'track' && !event.event) ||
        (event.type === 'identify' && !event.traits) ||
        Number.isNaN(Date.parse(event.timestamp)) ||
        event.messageId.length > 100 ||
        bytesOf(event) > EVENT_BYTES_MAX,
    )
    expect(wrong).toEqual([])
    expect(new Set(events.map((event) => event.messageId)).size).toBe(events.length)
  })

  it('uses every source and the names of the e-commerce vocabulary', () => {
    expect(new Set(requests.map((request) => request.source))).toEqual(new Set(DEMO_SOURCES))
    const names = new Set(events.map((event) => event.event))
    const funnel = ['Product Viewed', 'Product Added', 'Cart Viewed', 'Checkout Started']
    for (const name of [...funnel, 'Order Completed', 'Order Refunded', 'Unsubscribed']) {
      expect(names).toContain(name)
    }
  })

  it('adds up every order in cents, and gives each an order number of its own', () => {
    const orders = events.filter((event) => event.event === 'Order Completed')
    const cents = (value: unknown) => Math.round(Number(value) * 100)
    for (const { properties = {} } of orders) {
      const lines = properties.products as { price: number; quantity: number }[]
      const subtotal = lines.reduce((sum, line) => sum + cents(line.price) * line.quantity, 0)
      expect(cents(properties.subtotal)).toBe(subtotal)
      const paid = subtotal - cents(properties.discount) + cents(properties.shipping)
      expect(cents(properties.total)).toBe(paid)
    }
    expect(new Set(orders.map((event) => event.properties?.order_id)).size).toBe(orders.length)
  })

  it('refunds only what was ordered before', () => {
    const orderedAt = new Map<unknown, string>()
    const refunds: DemoMessage[] = []
    for (const event of events) {
      if (event.event === 'Order Completed')
        orderedAt.set(event.properties?.order_id, event.timestamp)
      if (event.event === 'Order Refunded') refunds.push(event)
    }
    expect(refunds.length).toBeGreaterThan(20)
    for (const refund of refunds) {
      const ordered = orderedAt.get(refund.properties?.order_id)
      expect(ordered !== undefined && ordered < refund.timestamp).toBe(true)
    }
  })

  it('writes to nobody: addresses, numbers and networks are those kept for examples', () => {
    const emails = new Set(events.map((event) => event.traits?.email).filter(Boolean))
    emails.delete('test@test.com')
    expect([...emails].filter((email) => !String(email).endsWith('.example'))).toEqual([])
    const phones = new Set(events.map((event) => event.traits?.phone).filter(Boolean))
    const digits = [...phones].map((phone) =>
      String(phone).replace('+33', '0').replaceAll(/\D/g, ''),
    )
    expect(digits.filter((phone) => !/^(063998\d{4}|0{10})$/.test(phone))).toEqual([])
    const networks = new Set(
      events.map(({ context }) => String(context.ip).split('.', 3).join('.')),
    )
    expect([...networks].toSorted()).toEqual(['192.0.2', '198.51.100', '203.0.113', 'undefined'])
  })

  it('closes the shops on Sundays and fills them on Saturdays', () => {
    const sales = [0, 0, 0, 0, 0, 0, 0]
    for (const request of requests.filter((one) => one.source === 'pos')) {
      for (const event of request.batch) {
        const weekday = new Date(event.timestamp).getUTCDay()
        sales[weekday] = (sales[weekday] ?? 0) + 1
      }
    }
    expect(sales[0]).toBe(0)
    expect(Math.max(...sales)).toBe(sales[6])
  })
})

describe('the demo’s names and rules', () => {
  it('have a label in both languages for everything that is sent', () => {
    const kinds = ['events', 'traits', 'properties', 'objects'] as const
    const seen = Object.fromEntries(kinds.map((kind) => [kind, new Set<string>()])) as Record<
      (typeof kinds)[number],
      Set<string>
    >
    for (const event of events) {
      if (event.event) seen.events.add(event.event)
      for (const [name, value] of Object.entries(event.traits ?? {})) {
        seen.traits.add(name)
        // An object is shown by its parts: address.city, address.street…
        if (value === null || typeof value !== 'object' || Array.isArray(value)) continue
        for (const part of Object.keys(value)) seen.traits.add(`${name}.${part}`)
      }
      const { object = {}, ...properties } = event.properties ?? {}
      const { type, id: _, ...attributes } = object as Record<string, unknown>
      if (typeof type === 'string') {
        seen.objects.add(type)
        seen.properties.add('object')
      }
      for (const name of Object.keys({ ...properties, ...attributes })) seen.properties.add(name)
    }
    for (const kind of kinds) {
      const named = Object.entries(demoLabels[kind]).filter(([, name]) => name.fr && name.en)
      expect(new Set(named.map(([name]) => name))).toEqual(seen[kind])
    }
  })

  it('build segments on events and traits that exist', () => {
    const names = JSON.stringify(demoAudience.segments.map((segment) => segment.tree))
    const used = [...names.matchAll(/"(did|trait)":"([^"]+)"/g)]
    expect(used.length).toBeGreaterThan(8)
    for (const [, kind, name = ''] of used) {
      expect(kind === 'did' ? demoLabels.events : demoLabels.traits).toHaveProperty([name])
    }
  })

  it('send destinations only segments that are defined', () => {
    const keys = new Set(demoAudience.segments.map((segment) => segment.key))
    expect(keys.size).toBe(demoAudience.segments.length)
    const sent = demoDestinations('https://hook.example/').flatMap((one) => one.segments)
    expect(sent.filter((key) => !keys.has(key))).toEqual([])
  })
})

describe.each([
  { size: 'default', options: FULL },
  { size: 'smallest useful', options: { seed: 3, people: 300, days: 30, now: NOW } },
])('demoTruth at the $size size', ({ options }) => {
  const truth = demoTruth(options)
  const sent = [...generateDemo(options)].flatMap((request) => request.batch)

  it('knows a family computer on which two people sign in', () => {
    const shared = truth.shared.filter((one) => one.why === 'family_computer')
    const signedIn = shared.map(
      ({ value }) =>
        new Set(sent.filter((event) => event.anonymousId === value).map((event) => event.userId)),
    )
    expect(signedIn.some((users) => [...users].filter(Boolean).length === 2)).toBe(true)
  })

  it('knows a couple with one e-mail and two customer numbers', () => {
    const couples = truth.shared.filter((one) => one.why === 'couple_email')
    expect(couples.length).toBeGreaterThan(0)
    for (const { people } of couples) {
      const numbers = people.map((person) => truth.people.find((one) => one.person === person))
      expect(new Set(numbers.flatMap((one) => one?.user_id ?? [])).size).toBeGreaterThanOrEqual(2)
    }
  })

  it('shares a user id, a phone or a card between two people only as a placeholder', () => {
    const wrong = truth.shared.filter(
      ({ namespace, why }) => !['email', 'anonymous_id'].includes(namespace) && why === 'chance',
    )
    expect(wrong).toEqual([])
  })

  it('has visits that begin without a name and end with one', () => {
    const nameless = new Set<string>()
    const named = new Set<string>()
    for (const event of sent) {
      const id = event.anonymousId
      if (id && !event.userId) nameless.add(id)
      if (id && event.userId && nameless.has(id)) named.add(id)
    }
    expect(named.size).toBeGreaterThan(5)
  })

  it('keeps robots apart, and recognisable', () => {
    expect(truth.robots.length).toBeGreaterThan(0)
    const robots = new Set(truth.robots)
    for (const event of sent.filter((one) => robots.has(one.anonymousId ?? ''))) {
      expect(isbot(String(event.context.userAgent))).toBe(true)
    }
  })
})

describe('objects', () => {
  const objects = (type: string) =>
    events.flatMap((event) => {
      const object = event.properties?.object as Record<string, string> | undefined
      return object?.type === type ? [object] : []
    })

  it('are subscriptions of which some end within a month, and tickets that were opened', () => {
    const inDays = (days: number) => new Date(NOW + days * 86_400_000).toISOString()
    const ends = objects('subscription').map((one) => one.ends_at ?? '')
    const ending = ends.filter((at) => at > inDays(0) && at < inDays(30))
    expect(ending.length).toBeGreaterThan(20)
    expect(ends.length).toBeGreaterThan(2 * ending.length)
    const opened = objects('ticket').flatMap(({ opened_at: at }) => at ?? [])
    expect(opened.length).toBeGreaterThan(50)
    expect(opened.every((at) => at <= inDays(0))).toBe(true)
  })
})

describe('demoTruth', () => {
  it('holds a till’s cookie, placeholders, typos and second customer numbers as well', () => {
    const truth = demoTruth(FULL)
    const till = truth.shared.find((one) => one.why === 'till_cookie')
    expect(till?.people.length).toBeGreaterThan(20)
    const placeholders = truth.shared.filter((one) => one.why === 'placeholder')
    expect(placeholders.map((one) => one.namespace).toSorted()).toEqual(['email', 'phone'])
    const typos = truth.people.filter((one) => one.email.length > 1)
    expect(typos.length).toBeGreaterThan(10)
    const doubled = truth.people.filter((one) => one.user_id.length > 1)
    expect(doubled.length).toBeGreaterThan(5)
  })
})
