import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { settled, violations } from './axe.ts'
import { noBrowser, type Pages, startPages } from './fixture-pages.ts'

/** The Health page by mouse and keyboard, with much, with nothing, and when nobody answers. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

describe.skipIf(noBrowser)('the Health page', () => {
  let pages: Pages
  beforeAll(async () => {
    pages = await startPages()
  })
  afterAll(() => pages?.close())

  async function open(language: 'fr' | 'en', path = '/health'): Promise<Page> {
    const page = await pages.open(language)
    await page.goto(pages.base + path)
    await settled(page)
    return page
  }

  test('an hour is found with the arrows, opened with Enter, and explained', async () => {
    const page = await open('fr')
    const grid = page.getByRole('grid')
    await grid.focus()
    // The newest hour is where the cursor begins; nine hours earlier an event is missing.
    for (let presses = 0; presses < 9; presses += 1) await page.keyboard.press('ArrowLeft')
    const active = page.locator(`#${await grid.getAttribute('aria-activedescendant')}`)
    expect(await active.getAttribute('aria-label')).toContain('Écart +2.')
    await page.keyboard.press('Enter')
    const drawer = page.getByRole('complementary', { name: 'ERP commandes' })
    await drawer.getByText('tout ce qu’elle a reçu est traité').waitFor()
    expect(await drawer.getByText('+2').count()).toBe(1)
    expect(await violations(page)).toEqual([])
    await drawer.getByRole('button', { name: 'Heure suivante' }).click()
    await expect.poll(() => drawer.getByText('+2').count()).toBe(0)
    await drawer.getByRole('link', { name: /Voir les événements rejetés/ }).click()
    await page.waitForURL(/\/events\?source=erp&state=rejected$/)
  })

  test('the alarm at the top leads to the counts', async () => {
    const page = await open('en')
    await page.setViewportSize({ width: 1440, height: 500 })
    await page.getByRole('link', { name: /^See : The counts of one hour/ }).click()
    await expect
      .poll(() =>
        page.evaluate('document.querySelector("#balance")' + '.getBoundingClientRect().top < 500'),
      )
      .toBe(true)
  })

  test('when the server is gone, the last values stay and say how old they are', async () => {
    const page = await open('en')
    await page.route('**/api/v1/insights/**', (route) => route.abort())
    await page.getByText('The server does not answer.').waitFor()
    await page.getByText(/old: the last values known/).waitFor()
    expect(await page.getByText('Site web').count()).toBeGreaterThan(0)
    expect(await violations(page)).toEqual([])
    await page.unroute('**/api/v1/insights/**')
    await page.getByText('The server does not answer.').waitFor({ state: 'detached' })
  })

  test('a hundred sources and a week are one scrolling table that follows the keys', async () => {
    const page = await pages.open('en')
    await page.route('**/api/v1/insights/balance**', async (route) => {
      const answer = await (await route.fetch()).json()
      const [first] = answer.data
      answer.data = Array.from({ length: 100 }, (_, index) => ({
        ...first,
        source: { ...first.source, id: `s${index}`, name: `Source ${index}` },
      }))
      await route.fulfill({ json: answer })
    })
    await page.goto(`${pages.base}/health?period=7d`)
    await settled(page)
    const grid = page.getByRole('grid')
    expect(await grid.getAttribute('aria-rowcount')).toBe('101')
    await grid.focus()
    for (let presses = 0; presses < 10; presses += 1) await page.keyboard.press('PageDown')
    await page.getByRole('rowheader', { name: 'Source 99' }).waitFor()
    expect(await grid.getAttribute('aria-activedescendant')).toBe('cell-99-167')
    // Only what is seen is drawn: 16,800 cells would make every move slow.
    expect(await page.getByRole('gridcell').count()).toBeLessThan(8_000)
    await page.unrouteAll({ behavior: 'ignoreErrors' })
  })
})
