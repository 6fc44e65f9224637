import { describe, expect, it } from 'vitest'
import { fakeEnv } from '../test/fake-env.ts'
import { Client, intakeUrl, type LoadOptions } from './client.ts'

function aTag(fake = fakeEnv(), options: LoadOptions = {}) {
  const active: string[] = []
  const onActive = () => active.push('active')
  const client = new Client(fake.env, 'wk', { host: 'https://cdp.example', onActive, ...options })
  return { ...fake, client, active }
}

const storedCount = (fake: { disk: { local: Map<string, string>; cookie: Map<string, string> } }) =>
  fake.disk.local.size + fake.disk.cookie.size

describe('before the visitor has answered', () => {
  it('stores nothing and sends nothing', async () => {
    const tag = aTag()
    tag.client.call('page', [])
    tag.client.call('identify', ['u1', { email: 'a@b.fr' }])
    tag.client.leave()
    await tag.pass(60_000)
    expect(tag.sent).toEqual([])
    expect(storedCount(tag)).toBe(0)
    expect(tag.active).toEqual([])
  })

  it('sends what waited, with its own time and the answer, once measuring is granted', async () => {
    const tag = aTag()
    tag.client.call('track', ['Product Viewed', { sku: 'a' }])
    await tag.pass(5000)
    tag.client.consent({ analytics: true, marketing: false })
    await tag.pass(5000)
    const [first, second] = tag.messages()
    expect(first).toMatchObject({ event: 'Product Viewed', timestamp: '2026-03-01T10:00:00.000Z' })
    expect(first?.context.consent).toEqual({
      categoryPreferences: { analytics: true, marketing: false },
    })
    expect(second?.event).toBe('Consent Updated')
    expect(tag.disk.cookie.get('clientele_id')).toBe(first?.anonymousId)
  })

  it('keeps at most a hundred waiting calls, the newest', async () => {
    const tag = aTag()
    for (let n = 0; n < 130; n++) tag.client.call('track', [`e${n}`])
    tag.client.consent({ analytics: true })
    await tag.pass(60_000)
    const names = tag.messages().map((message) => message.event)
    expect(names).toHaveLength(101)
    expect(names[0]).toBe('e30')
  })

  it('treats a grant of another purpose as no answer', async () => {
    const tag = aTag()
    tag.client.consent({ marketing: true })
    tag.client.call('page', [])
    await tag.pass(5000)
    expect(tag.sent).toEqual([])
    expect(storedCount(tag)).toBe(0)
  })
})

describe('anonymous mode', () => {
  it('sends pages and events without anything that lasts or names a person', async () => {
    const tag = aTag(fakeEnv(), { anonymous: true })
    tag.client.call('identify', ['u1', { email: 'a@b.fr' }])
    tag.client.call('page', [])
    tag.client.call('track', ['Product Viewed'])
    tag.client.call('page', ['Second'])
    await tag.pass(5000)
    const [first, second, third, ...more] = tag.messages()
    expect(more).toEqual([])
    expect(first?.context.anonymous).toBe(true)
    expect(JSON.stringify(tag.messages())).not.toMatch(/u1|a@b\.fr|a%40b|q=shoes/)
    expect(first?.context.campaign).toEqual({ source: 'mail', name: 'spring' })
    expect(second?.anonymousId).toBe(first?.anonymousId)
    expect(third?.anonymousId).not.toBe(first?.anonymousId)
    expect(storedCount(tag)).toBe(0)
  })

  it('does not tie the anonymous events to the person who consents later', async () => {
    const tag = aTag(fakeEnv(), { anonymous: true })
    tag.client.call('page', [])
    await tag.pass(5000)
    tag.client.call('identify', ['u1'])
    tag.client.consent({ analytics: true })
    await tag.pass(5000)
    const [anonymous, identified] = tag.messages()
    expect(identified).toMatchObject({ type: 'identify', userId: 'u1' })
    expect(identified?.anonymousId).not.toBe(anonymous?.anonymousId)
    expect(identified?.context.anonymous).toBeUndefined()
  })
})

describe('after a refusal', () => {
  it('forgets what waited and says nothing, also later and in anonymous mode', async () => {
    const tag = aTag(fakeEnv(), { anonymous: true, flushIntervalMs: 9000 })
    tag.client.call('page', [])
    tag.client.consent({ analytics: false })
    tag.client.call('track', ['x'])
    tag.client.leave()
    await tag.pass(60_000)
    expect(tag.sent).toEqual([])
    expect(storedCount(tag)).toBe(0)
  })

  it('clears the storage and tells the server of the withdrawal, nothing else', async () => {
    const tag = aTag(fakeEnv(), { consent: { analytics: true } })
    await tag.pass(5000)
    expect(storedCount(tag)).toBe(2)
    tag.client.call('track', ['Not sent yet'])
    tag.client.consent({ analytics: false })
    tag.client.call('track', ['After'])
    await tag.pass(60_000)
    const events = tag.messages().map((message) => message.event)
    expect(events).toEqual(['Consent Updated', 'Consent Updated'])
    expect(tag.messages()[1]?.context.consent).toEqual({
      categoryPreferences: { analytics: false },
    })
    expect(tag.messages()[1]?.anonymousId).toBe(tag.messages()[0]?.anonymousId)
    expect(storedCount(tag)).toBe(0)
  })

  it('tells of a withdrawal again until the server has it, storing nothing', async () => {
    const tag = aTag(fakeEnv(), { consent: { analytics: true } })
    await tag.pass(5000)
    tag.answer('network error', { status: 503, retryAfter: null })
    tag.client.consent({ analytics: false })
    expect(storedCount(tag)).toBe(0)
    await tag.pass(60_000)
    const ids = tag.messages().map((message) => message.messageId)
    expect(ids).toHaveLength(4)
    expect(new Set(ids.slice(1)).size).toBe(1)
    expect(storedCount(tag)).toBe(0)
  })

  it('takes a refusal given to load() as a withdrawal of the stored grant', async () => {
    const first = aTag(fakeEnv(), { consent: { analytics: true } })
    await first.pass(5000)
    const second = aTag(fakeEnv(first.disk), { consent: { analytics: false } })
    await second.pass(5000)
    expect(second.messages().map((message) => message.event)).toEqual(['Consent Updated'])
    expect(storedCount(second)).toBe(0)
  })

  it('stops in the other tabs of the site too', async () => {
    const tag = aTag(fakeEnv(), { consent: { analytics: true } })
    await tag.pass(5000)
    tag.client.storedElsewhere({ gone: true })
    tag.client.call('page', [])
    await tag.pass(5000)
    expect(tag.messages()).toHaveLength(1)
  })
})

describe('identity', () => {
  it('is the same on the next page, without asking again', async () => {
    const first = aTag(fakeEnv(), { consent: { analytics: true } })
    first.client.call('identify', ['u1'])
    await first.pass(5000)
    const second = aTag(fakeEnv(first.disk))
    second.client.call('page', [])
    await second.pass(5000)
    const [page] = second.messages()
    expect(page?.userId).toBe('u1')
    expect(page?.anonymousId).toBe(first.messages()[0]?.anonymousId)
  })

  it('gives a second person on the same device another device id', async () => {
    const tag = aTag(fakeEnv(), { consent: 'not-needed' })
    tag.client.call('identify', ['anna'])
    tag.client.call('identify', ['ben'])
    await tag.pass(5000)
    const [anna, ben] = tag.messages()
    expect(anna?.anonymousId).not.toBe(ben?.anonymousId)
  })

  it('forgets the person on reset, but not the consent or the staff flag', async () => {
    const fake = fakeEnv()
    fake.page.url = 'https://shop.example/?clientele_staff=1'
    const tag = aTag(fake, { consent: { analytics: true } })
    tag.client.call('identify', ['u1'])
    tag.client.reset()
    fake.page.url = 'https://shop.example/'
    tag.client.call('page', [])
    await tag.pass(5000)
    const page = tag.messages().at(-1)
    expect(page?.userId).toBeUndefined()
    expect(page?.anonymousId).not.toBe(tag.messages()[0]?.anonymousId)
    expect(page?.context.consent).toEqual({ categoryPreferences: { analytics: true } })
    expect(page?.context.staff).toBe(true)
  })

  it('fills in the previous id of an alias', async () => {
    const tag = aTag(fakeEnv(), { consent: 'not-needed' })
    tag.client.call('page', [])
    tag.client.call('alias', ['u1'])
    await tag.pass(5000)
    const [page, alias] = tag.messages()
    expect(alias).toMatchObject({ userId: 'u1', previousId: page?.anonymousId })
  })

  it('never stores traits', async () => {
    const tag = aTag(fakeEnv(), { consent: 'not-needed' })
    tag.client.call('identify', ['u1', { email: 'a@b.fr' }])
    await tag.pass(5000)
    expect(JSON.stringify([...tag.disk.local])).not.toContain('a@b.fr')
  })
})

describe('flags', () => {
  it('marks staff from the address on, until it says otherwise', async () => {
    const fake = fakeEnv()
    fake.page.url = 'https://shop.example/?clientele_staff=1'
    const first = aTag(fake, { consent: { analytics: true } })
    first.client.call('page', [])
    await first.pass(5000)
    const second = aTag(fakeEnv(first.disk))
    second.client.call('page', [])
    await second.pass(5000)
    expect(first.messages().at(-1)?.context.staff).toBe(true)
    expect(second.messages().at(-1)?.context.staff).toBe(true)
    const third = fakeEnv(first.disk)
    third.page.url = 'https://shop.example/?clientele_staff=0'
    const last = aTag(third)
    last.client.call('page', [])
    await last.pass(5000)
    expect(last.messages().at(-1)?.context.staff).toBeUndefined()
  })

  it('does not store the staff flag before consent', () => {
    const fake = fakeEnv()
    fake.page.url = 'https://shop.example/?clientele_staff=1'
    const tag = aTag(fake)
    tag.client.call('page', [])
    expect(storedCount(tag)).toBe(0)
  })

  it('marks robots and automated browsers, and still sends them', async () => {
    const fake = fakeEnv()
    fake.device.userAgent = 'Mozilla/5.0 (compatible; Googlebot/2.1)'
    fake.device.webdriver = true
    const tag = aTag(fake, { consent: 'not-needed' })
    tag.client.call('page', [])
    await tag.pass(5000)
    expect(tag.messages()[0]?.context).toMatchObject({ bot: true, automation: true })
  })
})

describe('addresses', () => {
  it.each([
    ['https://a.example', '/v1', 'https://a.example/v1/b'],
    ['https://a.example/', 'v1/', 'https://a.example/v1/b'],
    ['https://a.example', '/shop/notes', 'https://a.example/shop/notes/b'],
    ['https://a.example', '', 'https://a.example/b'],
  ])('joins %s and %s', (host, path, url) => {
    expect(intakeUrl(host, path)).toBe(url)
  })
})
