import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Entry, EntryHeader } from '../platform/log/log.ts'
import { validateBatch } from './decide.ts'
import { readEvents, withoutEvents } from './read.ts'

const receivedAt = Date.parse('2026-03-01T12:00:00.000Z')

function entryOf(body: unknown, over: Partial<EntryHeader> = {}): Entry {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const header = { workspace: 1, kind: 'request', source: 7, receivedAt, count: 1 } as const
  return { header: { ...header, ...over }, body: Buffer.from(text) }
}

function one(item: Record<string, unknown>, over: Partial<EntryHeader> = {}) {
  const event = readEvents(entryOf({ batch: [{ type: 'track', userId: 'u', ...item }] }, over))[0]
  if (!event) throw new Error('No event was read.')
  return event
}

describe('reading events from an entry', () => {
  it('names events that are not of type track', () => {
    const batch = ['identify', 'page', 'screen', 'group', 'alias'].map((type) => ({ type }))
    expect(readEvents(entryOf({ batch })).map((event) => event?.event)).toEqual([
      'Identified',
      'Page Viewed',
      'Screen Viewed',
      'Grouped',
      'Aliased',
    ])
  })

  it('merges the context and integrations of the batch under those of the event', () => {
    const body = {
      context: { library: { name: 'x' }, locale: 'fr' },
      integrations: { All: true },
      batch: [{ type: 'track', event: 'A', context: { locale: 'en' }, integrations: { B: false } }],
    }
    expect(readEvents(entryOf(body))[0]?.context).toEqual({
      library: { name: 'x' },
      locale: 'en',
      integrations: { All: true, B: false },
    })
  })

  it('keeps name and category of a page among its properties', () => {
    const event = one({ type: 'page', name: 'Home', category: 'Shop', properties: { path: '/' } })
    expect(event.properties).toEqual({ name: 'Home', category: 'Shop', path: '/' })
  })

  it('takes the time zone of the device for that of who is identified there', () => {
    const context = { timezone: 'Europe/Paris' }
    const traitsOf = (event: object) => one({ context, ...event }).traits
    expect(traitsOf({ type: 'identify', traits: { a: 1 } })).toEqual({ a: 1, ...context })
    const told = { timezone: 'Asia/Tokyo' }
    expect(traitsOf({ type: 'identify', traits: told })).toEqual(told)
    expect(traitsOf({ type: 'page' })).toEqual({})
  })

  it('skips rejected events and gives null for erased ones', () => {
    const batch = [1, 2, 3, 4].map((n) => ({ type: 'track', event: `E${n}`, userId: 'u' }))
    const events = readEvents(entryOf({ batch }, { count: 3, rejected: [0], erased: [2] }))
    expect(events.map((event) => event?.event ?? null)).toEqual(['E2', null, 'E4'])
  })

  it('flags bots and staff, and driven browsers apart from bots', () => {
    const userAgent = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'
    expect(one({ context: { userAgent } }).flags).toContain('bot')
    expect(one({}, { facts: { userAgent } }).flags).toContain('bot')
    expect(one({ context: { automation: true } }).flags).toContain('automation')
    expect(one({ context: { staff: true } }).flags).toContain('staff')
    expect(
      one({ messageId: 'm', context: { userAgent: 'Mozilla/5.0 Firefox/140.0' } }).flags,
    ).toEqual([])
  })

  it('makes the same message id for the same entry, and another one for each index', () => {
    const batch = [0, 1].map(() => ({ type: 'track', event: 'A', userId: 'u' }))
    const [first, second] = readEvents(entryOf({ batch }))
    expect(first?.flags).toEqual(['message_id_made'])
    expect(first?.messageId).not.toBe(second?.messageId)
    expect(readEvents(entryOf({ batch }))[0]?.messageId).toBe(first?.messageId)
  })

  it.each([
    ['a part that is no object', { properties: [1] }, 'wrong_shape', {}],
    ['a NUL', { properties: { a: 'x\0y' } }, 'sanitised', { a: 'xy' }],
    ['a lone surrogate', { properties: { a: '\ud800' } }, 'sanitised', { a: '\ufffd' }],
    ['a NUL in a key', { properties: { 'a\0': 1 } }, 'sanitised', { a: 1 }],
    ['a forbidden key', { properties: { constructor: 1, b: 2 } }, 'sanitised', { b: 2 }],
  ])('sanitises and flags %s', (_, item, flag, properties) => {
    const event = one(item)
    expect(event.flags).toContain(flag)
    expect(event.properties).toEqual(properties)
  })

  it('drops __proto__ keys and leaves prototypes clean', () => {
    const body = '{"batch":[{"type":"track","event":"A","properties":{"__proto__":{"x":1}}}]}'
    const event = readEvents(entryOf(body))[0]
    expect(Object.keys(event?.properties ?? {})).toEqual([])
    expect(({} as { x?: number }).x).toBeUndefined()
    expect(event?.flags).toContain('sanitised')
  })

  it('drops numbers beyond a double', () => {
    const body = '{"batch":[{"type":"track","event":"A","properties":{"a":1e999,"b":[-1e999,2]}}]}'
    const event = readEvents(entryOf(body))[0]
    expect(event?.properties).toEqual({ b: [null, 2] })
    expect(event?.flags).toContain('number_dropped')
  })

  it('cuts what lies deeper than 32 levels, also of a body 100,000 levels deep', () => {
    const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`
    const event = readEvents(entryOf(`{"batch":[{"type":"track","properties":${deep}}]}`))[0]
    expect(event?.flags).toContain('depth_cut')
    expect(JSON.stringify(event?.properties).length).toBeLessThan(500)
  })

  it('cuts long strings without splitting a character', () => {
    const event = one({ properties: { a: `${'x'.repeat(8_191)}😀😀` } })
    expect(event.flags).toContain('string_cut')
    expect((event.properties.a as string).isWellFormed()).toBe(true)
    expect(event.properties.a).toHaveLength(8_191)
  })
})

describe('the time of an event', () => {
  const day = 86_400_000
  const iso = (epochMs: number) => new Date(epochMs).toISOString()

  it.each([
    ['no time', {}, receivedAt, null, []],
    ['a time', { timestamp: '2026-02-28T10:00:00Z' }, '2026-02-28T10:00:00.000Z', '2026-02-28', []],
    [
      'a zone',
      { timestamp: '2026-02-28T01:30:00+02:00' },
      '2026-02-27T23:30:00Z',
      '2026-02-27',
      [],
    ],
    ['no zone', { timestamp: '2026-02-28T10:00:00' }, '2026-02-28T10:00:00Z', '2026-02-28', []],
    ['epoch ms', { timestamp: receivedAt - 5 }, receivedAt - 5, '2026-03-01', []],
    ['epoch seconds', { timestamp: receivedAt / 1000 }, receivedAt, '2026-03-01', []],
    ['an unreadable time', { timestamp: 'yesterday' }, receivedAt, null, ['time_unreadable']],
    ['30 February', { timestamp: '2026-02-30T00:00:00Z' }, receivedAt, null, ['time_unreadable']],
    ['an object', { timestamp: {} }, receivedAt, null, ['time_unreadable']],
    ['long ago', { timestamp: '2020-01-01T00:00:00Z' }, '2020-01-01T00:00:00Z', null, []],
    [
      'the future',
      { timestamp: iso(receivedAt + 2 * day) },
      receivedAt + 300_000,
      null,
      ['time_clamped'],
    ],
    [
      'a clock one hour slow',
      { timestamp: iso(receivedAt - 3_610_000), sentAt: iso(receivedAt - 3_600_000) },
      receivedAt - 10_000,
      '2026-03-01',
      [],
    ],
  ])('with %s', (_, item, time, clientDay, flags) => {
    const event = one({ messageId: 'm', event: 'A', ...item })
    const expected = typeof time === 'string' ? Date.parse(time) : time
    expect([event.time, event.clientDay, event.flags]).toEqual([expected, clientDay, flags])
  })

  it('is corrected by the batch: the message of a client whose clock is a day ahead', () => {
    const body = {
      sentAt: iso(receivedAt + day),
      batch: [{ type: 'track', event: 'A', userId: 'u', timestamp: iso(receivedAt + day - 7) }],
    }
    expect(readEvents(entryOf(body))[0]).toMatchObject({ time: receivedAt - 7 })
  })

  it('is left as it is in the lane for imports', () => {
    const item = { timestamp: '2011-01-01T00:00:00Z', sentAt: '2011-01-02T00:00:00Z' }
    expect(one(item, { facts: { lane: 'bulk' } }).time).toBe(Date.parse(item.timestamp))
  })
})

describe('erasing an event from an entry', () => {
  it('leaves what is read from its neighbours as it was', () => {
    const text = fc.string({ unit: 'binary', maxLength: 20 })
    const item = fc.record({
      type: fc.constantFrom('track', 'identify', 'page'),
      userId: text,
      event: fc.constant('A'),
      properties: fc.dictionary(text, fc.jsonValue({ maxDepth: 3 })),
    })
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 6 }), fc.nat(), (batch, pick) => {
        const gone = pick % batch.length
        const list = batch.map((one) => JSON.stringify(one)).join(' , ')
        const body = `{"sentAt":"x", "batch" : [${list}]}`
        const entry = entryOf(body, { count: batch.length })
        const before = readEvents(entry)
        const after = readEvents(withoutEvents(entry, [gone]))
        expect(after[gone]).toBeNull()
        expect(after.with(gone, null)).toEqual(before.with(gone, null))
      }),
    )
  })

  it('takes the bytes away', () => {
    const batch = [
      { type: 'track', event: 'secret' },
      { type: 'track', event: 'kept' },
    ]
    const { body } = withoutEvents(entryOf({ batch }, { count: 2 }), [0])
    expect(body.toString()).not.toContain('secret')
    const single = withoutEvents(entryOf({ event: 'secret' }, { facts: { type: 'track' } }), [0])
    expect(single.body.toString()).toBe('null')
    expect(readEvents(single)).toEqual([null])
  })
})

describe('the door and the reader', () => {
  it('I2: every event that the door accepts is read, in order', () => {
    const item = fc.record(
      {
        type: fc.constantFrom('track', 'identify', 'group', 'alias', 'merge', 7),
        userId: fc.oneof(fc.string(), fc.integer(), fc.constant(null)),
        anonymousId: fc.oneof(fc.string(), fc.object()),
        event: fc.oneof(fc.string(), fc.integer()),
        groupId: fc.string(),
        timestamp: fc.oneof(fc.string(), fc.integer(), fc.constant('2026-01-01')),
        context: fc.anything(),
        properties: fc.anything(),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(item, fc.jsonValue())), (batch) => {
        const body = Buffer.from(JSON.stringify({ batch }))
        const decision = validateBatch(body, null)
        if (decision.kind === 'refused') throw new Error(decision.reason)
        expect(decision.accepted + decision.rejections.length).toBe(batch.length)
        const rejected = decision.rejections.map(({ index }) => index)
        const entry = entryOf(body.toString(), { count: decision.accepted, rejected })
        const events = readEvents(entry)
        expect(events).toHaveLength(decision.accepted)
        expect(events.every((event) => event !== null)).toBe(true)
      }),
    )
  })
})
