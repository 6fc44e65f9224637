import { describe, expect, it } from 'vitest'
import { fakeEnv } from '../test/fake-env.ts'
import { campaignOf, contextOf, isBot, pageOf } from './context.ts'
import { type Kind, messageOf, readCall } from './message.ts'

const own = { id: 'm1', now: Date.parse('2026-03-01T10:00:00Z'), anonymousId: 'a', context: {} }

describe('the accepted forms of a call', () => {
  it.each<[string, Kind, unknown[], object | undefined]>([
    ['an id and traits', 'identify', ['u', { a: 1 }], { userId: 'u', traits: { a: 1 } }],
    ['traits alone', 'identify', [{ a: 1 }], { userId: undefined, traits: { a: 1 } }],
    ['a numeric id', 'identify', [42], { userId: '42', traits: {} }],
    ['an id that is none', 'identify', [Number.NaN], { userId: undefined }],
    ['an event alone', 'track', ['Bought'], { event: 'Bought', properties: {} }],
    ['no event', 'track', [], undefined],
    ['an empty event', 'track', [''], undefined],
    ['properties that are a list', 'track', ['x', [1]], { event: 'x', properties: {} }],
    ['nothing', 'page', [], { name: undefined, category: undefined }],
    ['a name', 'page', ['Home'], { name: 'Home', category: undefined }],
    ['a category and a name', 'page', ['Docs', 'Home'], { name: 'Home', category: 'Docs' }],
    ['properties', 'page', [{ a: 1 }], { properties: { a: 1 } }],
    ['a name and properties', 'page', ['Home', { a: 1 }], { name: 'Home', properties: { a: 1 } }],
    ['a group', 'group', ['g', { a: 1 }], { groupId: 'g', traits: { a: 1 } }],
    ['no group', 'group', [{}], undefined],
    ['an alias', 'alias', ['new', 'old'], { userId: 'new', previousId: 'old' }],
  ])('reads %s', (_description, kind, given, said) => {
    const read = readCall(kind, given)
    if (said === undefined) expect(read).toBeUndefined()
    else expect(read).toMatchObject(said)
  })
})

describe('a message', () => {
  it('lets the caller set time, message id and context', () => {
    const options = { timestamp: '2020-01-01', messageId: 'order-1', context: { app: 'till' } }
    const message = messageOf('track', { event: 'x', options }, own)
    expect(message).toMatchObject({
      timestamp: '2020-01-01T00:00:00.000Z',
      messageId: 'order-1',
      context: { app: 'till' },
    })
    expect(message).not.toHaveProperty('options')
  })

  it('uses its own time when the given one is unreadable', () => {
    const message = messageOf('track', { event: 'x', options: { timestamp: 'soon' } }, own)
    expect(message.timestamp).toBe('2026-03-01T10:00:00.000Z')
  })

  it('carries the page in the properties of a page call', () => {
    const page = { path: '/a', title: 'A' }
    const said = { name: 'Home', properties: { title: 'Mine' }, options: {} }
    const message = messageOf('page', said, { ...own, context: { page } })
    expect(message.properties).toMatchObject({ path: '/a', name: 'Home', title: 'Mine' })
  })
})

describe('the context', () => {
  it('has the members that the intake reads', () => {
    const { page, device } = fakeEnv()
    const context = contextOf({ page, device, consent: { analytics: true }, groupId: 'g' })
    expect(JSON.parse(JSON.stringify(context))).toEqual({
      page: {
        path: '/shoes',
        referrer: 'https://search.example/find?q=shoes',
        search: '?utm_source=mail&utm_campaign=spring&email=a%40b.fr',
        title: 'Shoes',
        url: page.url,
      },
      campaign: { source: 'mail', name: 'spring' },
      locale: 'fr-FR',
      userAgent: 'Mozilla/5.0 Firefox/140.0',
      screen: { width: 1280, height: 800, density: 2 },
      timezone: 'Europe/Paris',
      library: { name: 'clientele.js', version: '0' },
      groupId: 'g',
      consent: { categoryPreferences: { analytics: true } },
    })
  })

  it('keeps no query, fragment or path of the referrer when anonymous', () => {
    const { page } = fakeEnv()
    expect(pageOf({ ...page, url: `${page.url}#token` }, true)).toEqual({
      path: '/shoes',
      referrer: 'https://search.example',
      search: '',
      title: 'Shoes',
      url: 'https://shop.example/shoes',
    })
  })

  it('has no campaign without utm parameters', () => {
    expect(campaignOf('https://a.example/?gclid=1&utm_=2&utm_term=')).toBeUndefined()
  })

  it('tells robots from browsers', () => {
    expect(isBot('Mozilla/5.0 (compatible; bingbot/2.0)')).toBe(true)
    expect(isBot('Mozilla/5.0 HeadlessChrome/140')).toBe(false)
    expect(isBot('Mozilla/5.0 (X11; Linux x86_64) Chrome/140 Safari/537.36')).toBe(false)
    expect(isBot('Mozilla/5.0 CUBOT_NOTE Android 9 Chrome/140')).toBe(false)
  })
})
