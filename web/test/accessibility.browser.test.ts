import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { noBrowser, type Pages, startPages } from './fixture-pages.ts'

/** No axe violation of WCAG 2.2 AA on any route, in either language. */
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

type Violation = { id: string; nodes: { target: string[]; failureSummary: string }[] }

/** The violations of a page, each as one readable line. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const found = await page.evaluate(async () => {
    const run = (window as unknown as { axe: { run: (options: unknown) => Promise<unknown> } }).axe
    const values = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    return run.run({ runOnly: { type: 'tag', values } })
  })
  return (found as { violations: Violation[] }).violations.flatMap((violation) =>
    violation.nodes
      .slice(0, 4)
      .map((node) => `${violation.id} at ${node.target.join(' ')}: ${node.failureSummary}`),
  )
}

const routes = [
  '/',
  '/sources',
  '/sources?new=true',
  '/sources/web',
  '/sources/new',
  '/events',
  '/events?tab=problems',
  '/events?tab=volumes',
  '/import',
  '/people',
  '/segments',
  '/segments/new',
  '/destinations',
  '/deliveries',
  '/settings',
  '/settings?tab=users',
  '/settings?tab=keys',
  '/settings?tab=labels',
  '/settings?tab=audit',
  '/settings?tab=account',
]

describe.skipIf(noBrowser)('accessibility', () => {
  let pages: Pages
  beforeAll(async () => {
    pages = await startPages()
  })
  afterAll(() => pages?.close())

  describe.each(['fr', 'en'] as const)('in %s', (language) => {
    let page: Page
    beforeAll(async () => {
      page = await pages.open(language)
    })
    test.each(routes)('%s has no violation', async (route) => {
      await page.goto(pages.base + route)
      await page.waitForSelector('h1')
      await page.waitForTimeout(500)
      expect(await page.evaluate('document.documentElement.lang')).toBe(language)
      expect(await violations(page)).toEqual([])
    })
  })

  test('the palette, the shortcut sheet and an open event have no violation', async () => {
    const page = await pages.open('fr')
    await page.goto(`${pages.base}/events`)
    await page.getByRole('button', { name: 'Mettre en pause' }).click()
    await page.getByRole('cell').getByRole('button').first().click()
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder(/Une personne, un identifiant/).waitFor()
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    await page.getByText('Raccourcis clavier').waitFor()
    expect(await violations(page)).toEqual([])
  })

  test('on a narrow screen no page is wider than the screen', async () => {
    const page = await pages.open('fr', 390)
    const wide: string[] = []
    for (const route of routes) {
      await page.goto(pages.base + route)
      await page.waitForSelector('h1')
      await page.waitForTimeout(200)
      const over = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      if (over > 0) wide.push(`${route} by ${over} px`)
    }
    expect(wide).toEqual([])
  }, 240_000)
})
