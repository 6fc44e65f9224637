/** A page that keeps its snippet and only changes the host gets our tag in its place. */
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildWorkspace, isBuildStale } from '../platform/webBuild.ts'
import { openScriptFiles } from './serve.ts'
import { startIntake, writeKey } from './testing/program.ts'

const executablePath = '/usr/bin/chromium'
const root = fileURLToPath(new URL('../../..', import.meta.url))
const built = join(root, 'sdk', 'dist')
const missing = !existsSync(executablePath)
if (missing) console.warn('Skipped: needs the package "chromium".')

beforeAll(async () => {
  if (!missing && isBuildStale(join(root, 'sdk'), 'tag.js')) await buildWorkspace(root, 'sdk')
}, 60_000)

describe.skipIf(missing)('the snippet file', () => {
  it('replays what the page queued, sends once consent is given, and keeps the name', async () => {
    const intake = await startIntake({ scripts: openScriptFiles(built) })
    const file = `${intake.url}/analytics.js/v1/${writeKey}/analytics.min.js`
    const shop = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html>
        <script>window.analytics = [['track', 'Product Viewed', { price: 12.5 }]]</script>
        <script src="${file}"></script>
        <script>analytics.track('Product Added'); analytics.consent({ analytics: true })</script>`)
    })
    await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve))
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
    try {
      const page = await browser.newPage()
      const faults: string[] = []
      page.on('pageerror', (error) => faults.push(error.message))
      await page.goto(`http://127.0.0.1:${(shop.address() as AddressInfo).port}/`)
      await expect
        .poll(() => intake.events().map(({ event }) => event), { timeout: 15_000 })
        .toEqual(['Product Viewed', 'Product Added', 'Consent Updated'])
      expect(faults).toEqual([])
      expect(intake.events()[0]?.context).toMatchObject({
        consent: { categoryPreferences: { analytics: true } },
      })
    } finally {
      await browser.close()
      shop.closeAllConnections()
      shop.close()
      await intake.close()
    }
  })
})
