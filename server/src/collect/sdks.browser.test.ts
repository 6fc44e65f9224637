/** Segment's own browser library, unmodified, in a real Chromium. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { basename, dirname, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startIntake, type TestIntake, writeKey } from './testing/program.ts'

const executablePath = '/usr/bin/chromium'
const missing = !existsSync(executablePath)
if (missing) console.warn('Skipped: no Chromium. Install the package "chromium".')

const segment = join(
  dirname(createRequire(import.meta.url).resolve('@segment/analytics-next')),
  '../umd',
)

/** A shop's page on an origin of its own, with the library's files as they are published. */
async function openShop(page: () => string): Promise<Server> {
  const server = createServer(async (request, response) => {
    const name = basename((request.url ?? '/').split('?', 1)[0] ?? '')
    if (!name.endsWith('.js')) {
      response.writeHead(200, { 'content-type': 'text/html' }).end(page())
      return
    }
    const body = await readFile(join(segment, name)).catch(() => null)
    response.writeHead(body ? 200 : 404, { 'content-type': 'text/javascript' }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

describe.skipIf(missing)('@segment/analytics-next in Chromium', () => {
  let browser: Browser
  let intake: TestIntake

  beforeAll(async () => {
    intake = await startIntake()
    browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--disable-background-networking', '--disable-sync', '--no-first-run'],
    })
  })

  afterAll(async () => {
    await browser?.close()
    await intake?.close()
  })

  it('reads its settings from us and sends, one event a request and in batches', async () => {
    const load = (options: object) => `<!doctype html><title>Boutique</title>
      <script src="/index.js"></script><script>
      const analytics = AnalyticsNext.AnalyticsBrowser.load(
        { writeKey: ${JSON.stringify(writeKey)}, cdnURL: ${JSON.stringify(intake.url)} },
        ${JSON.stringify(options)})
      analytics.page('Home')
      analytics.identify('u1', { email: 'jean@exemple.fr' })
      analytics.track('Product Viewed', { price: 12.5 })
      </script>`
    const batching = { strategy: 'batching', config: { size: 3, timeout: 100 } }
    let options: object = {}
    const shop = await openShop(() => load(options))
    const url = `http://127.0.0.1:${(shop.address() as AddressInfo).port}/`
    const page = await browser.newPage()
    try {
      await page.goto(url)
      await expect.poll(() => intake.accepted(), { timeout: 10_000 }).toBe(3)
      options = { integrations: { 'Segment.io': { deliveryStrategy: batching } } }
      await page.goto(url)
      await expect.poll(() => intake.accepted(), { timeout: 10_000 }).toBe(6)
    } finally {
      await page.close()
      shop.closeAllConnections()
      shop.close()
    }
    expect(intake.rejected()).toBe(0)
    expect(intake.events()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'page', event: 'Page Viewed' }),
        expect.objectContaining({
          userId: 'u1',
          traits: { email: 'jean@exemple.fr', timezone: expect.any(String) },
        }),
        expect.objectContaining({ event: 'Product Viewed', properties: { price: 12.5 } }),
      ]),
    )
    const [first] = intake.events()
    expect(first?.context).toMatchObject({ page: { url, title: 'Boutique' }, ip: '127.0.0.0' })
    // A headless browser is no visitor.
    expect(first?.flags).toEqual(['automation'])
  })
})
