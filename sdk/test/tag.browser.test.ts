// The tag in a real Chromium, on a site and an intake of different origins.
import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openShop, type Shop } from './shop.ts'

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
const missing = !existsSync(CHROMIUM)
if (missing) {
  console.warn(
    `Skipped: no Chromium at ${CHROMIUM}. Install the package "chromium" or set CHROMIUM_PATH.`,
  )
}

describe.skipIf(missing)('the tag in a browser', () => {
  let browser: Browser
  let shop: Shop
  let context: BrowserContext
  let page: Page
  let pageErrors: string[]

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [
        '--no-sandbox',
        '--disable-background-networking',
        '--disable-sync',
        '--no-first-run',
        '--disable-component-update',
      ],
    })
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    shop = await openShop()
    context = await browser.newContext()
    page = await context.newPage()
    pageErrors = []
    page.on('pageerror', (error) => pageErrors.push(String(error)))
  })
  afterEach(async () => {
    await context.close()
    await shop.close()
    expect(pageErrors).toEqual([])
  })

  /** Opens the page with the tag loaded; `calls` is script that follows load(). */
  async function open(options: object, calls = ''): Promise<void> {
    const all = { host: shop.intake, flushIntervalMs: 100, ...options }
    const setup = `clientele.load('wk', ${JSON.stringify(all)});${calls}`
    await page.goto(`${shop.url}/?setup=${encodeURIComponent(setup)}`)
    await page.waitForFunction('window.clientele.loaded')
  }
  const run = (script: string) => page.evaluate(script)
  const stored = () => run('[document.cookie, Object.keys(localStorage).join()].join(" ").trim()')
  const events = () => shop.messages.map((message) => message.event ?? message.type)
  const arrived = (event: string) => expect.poll(events, { timeout: 10_000 }).toContain(event)
  const quiet = () => page.waitForTimeout(600)

  it('stores nothing and asks for nothing before consent', async () => {
    await open({ auto: true }, `clientele.page();clientele.identify('u1');`)
    await quiet()
    await page.goto(`${shop.url}/elsewhere`)
    await quiet()
    expect(await stored()).toBe('')
    expect(shop.requests).toEqual([])
  })

  it('sends the queued calls once consent is given, without a preflight', async () => {
    await open({}, `clientele.page('Home');clientele.track('Product Viewed', {price: 12.5});`)
    await run('clientele.consent({analytics: true, marketing: false})')
    await arrived('Consent Updated')
    expect(events()).toEqual(['page', 'Product Viewed', 'Consent Updated'])
    expect(new Set(shop.requests.map((request) => request.path))).toEqual(new Set(['POST /v1/b']))
    expect(shop.requests[0]?.contentType).toBe('text/plain')
    expect(shop.messages[1]).toMatchObject({
      type: 'track',
      properties: { price: 12.5 },
      context: {
        page: { path: '/', title: 'Shop' },
        consent: { categoryPreferences: { analytics: true, marketing: false } },
        automation: true,
        library: { name: 'clientele.js', version: '0.1.0' },
      },
    })
    expect(await run('document.cookie')).toBe(`clientele_id=${shop.messages[0]?.anonymousId}`)
    await expect.poll(() => run('Object.keys(localStorage).join()')).toBe('clientele')
  })

  it('removes cookie and storage when consent is withdrawn', async () => {
    await open({ consent: { analytics: true } })
    await arrived('Consent Updated')
    expect(await stored()).toContain('clientele_id=')
    await run('clientele.consent({analytics: false})')
    await run(`clientele.track('After')`)
    await quiet()
    expect(await stored()).toBe('')
    expect(events()).toEqual(['Consent Updated', 'Consent Updated'])
  })

  it('sends without storing in anonymous mode', async () => {
    await open({ anonymous: true }, `clientele.identify('u1');clientele.page();`)
    await arrived('page')
    expect(shop.messages).toHaveLength(1)
    expect(shop.messages[0]?.context.anonymous).toBe(true)
    expect(shop.messages[0]?.userId).toBeUndefined()
    expect(await stored()).toBe('')
  })

  it('delivers what waited when the page ended, once by id', async () => {
    await open({ consent: 'not-needed', flushIntervalMs: 60_000 }, `clientele.page();`)
    await run(`clientele.track('Last Words')`)
    await page.goto(`${shop.url}/elsewhere`)
    await arrived('Last Words')
    await open({ consent: 'not-needed' }, `clientele.track('Back');`)
    await arrived('Back')
    await quiet()
    const last = shop.messages.filter((message) => message.event === 'Last Words')
    expect(new Set(last.map((message) => message.messageId)).size).toBe(1)
    expect(await run('Object.keys(localStorage).join()')).toBe('clientele')
  })

  it('keeps what a broken network did not take, and the page works meanwhile', async () => {
    shop.answerWith('reset')
    await open({ consent: 'not-needed' }, `clientele.track('Kept');`)
    await quiet()
    expect(await run('2 + 2')).toBe(4)
    await page.goto(`${shop.url}/elsewhere`)
    expect(shop.messages).toEqual([])
    shop.answerWith(200)
    await open({ consent: 'not-needed' })
    await arrived('Kept')
  })

  it('does not disturb the page when calls are wrong', async () => {
    await open({ consent: 'not-needed' }, `clientele.push(7);clientele.track();`)
    await run(`(() => { const loop = {}; loop.loop = loop; clientele.track('x', loop) })()`)
    await run(`clientele.consent(null); clientele.load(); clientele.ready(() => { throw 1 })`)
    await run(`clientele.track('Fine')`)
    await arrived('Fine')
    expect(events()).toEqual(['Fine'])
  })

  it('uses a renamed first-party path', async () => {
    await open({ consent: 'not-needed', path: '/notes' }, `clientele.page();`)
    await expect.poll(() => shop.requests[0]?.path).toBe('POST /notes/b')
  })

  it('captures forms without passwords, card fields and what is marked', async () => {
    await open({ consent: { analytics: true }, auto: { forms: true } })
    await page.waitForFunction('clientele.autoStarted')
    await page.fill('[name=pw]', 'correct-horse')
    await run(`document.getElementById('p1').type = 'text'`)
    await page.fill('[name=repeat]', 'correct-horse')
    await page.fill('[name=note]', 'card 4111 1111 1111 1111')
    await page.fill('[name=holder]', 'ANNA CARDHOLDER')
    await page.click('#send')
    await arrived('Form Submitted')
    const submitted = shop.messages.find((message) => message.event === 'Form Submitted')
    expect(submitted?.properties).toEqual({
      formId: 'signup',
      action: `${shop.url}/signup`,
      fields: { email: 'anna@shop.example', id: 'clobber', news: 'yes' },
    })
    const told = JSON.stringify(shop.messages.map((message) => message.properties))
    expect(told).not.toMatch(/correct-horse|4111|CARDHOLDER|hidden-value|ignored-value|abc/)
  })

  it('tells only the names of filled fields without consent', async () => {
    await open({ anonymous: true, auto: { forms: true } })
    await page.waitForFunction('clientele.autoStarted')
    await page.click('#send')
    await arrived('Form Submitted')
    expect(shop.messages[0]?.properties?.fields).toEqual({ email: true, id: true, news: true })
  })

  it('captures clicks on links and buttons, and sections once seen', async () => {
    await open({ consent: 'not-needed', auto: true })
    await page.waitForFunction('clientele.autoStarted')
    await arrived('Section Seen')
    await page.click('#send b')
    await page.click('#link')
    await arrived('Element Clicked')
    // On a slow machine an answer may come too late, and the same message a second time.
    const clicked = () => {
      const said = shop.messages.filter((message) => message.event === 'Element Clicked')
      return [...new Map(said.map((message) => [message.messageId, message])).values()]
    }
    await expect.poll(() => clicked().length).toBe(2)
    const clicks = clicked()
    expect(clicks[0]?.properties).toEqual({
      tag: 'button',
      elementId: 'send',
      text: 'Create account',
    })
    expect(clicks[1]?.properties).toMatchObject({ tag: 'a', href: `${shop.url}/next` })
    const sections = shop.messages.filter((message) => message.event === 'Section Seen')
    expect(sections.map((message) => message.properties?.section)).toEqual(['offers'])
  })
})
