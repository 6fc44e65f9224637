import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { noBrowser, type Pages, startPages } from './fixture-pages.ts'

/** What one does with people, rules and destinations, by mouse and keyboard, on invented data. */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const CAMILLE = '/people/018f3c2a-7e41-7b9d-8a10-000000000000'

type Violation = { id: string; nodes: { target: string[] }[] }

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const found = (await page.evaluate(() =>
    (window as unknown as { axe: { run: (options: unknown) => Promise<unknown> } }).axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    }),
  )) as { violations: Violation[] }
  return found.violations.map(
    (each) => `${each.id}: ${each.nodes.map((node) => node.target.join(' ')).slice(0, 3)}`,
  )
}

const routes = [
  '/people?q=nobody-by-this-name',
  CAMILLE,
  `${CAMILLE}?tab=timeline`,
  `${CAMILLE}?tab=traits`,
  `${CAMILLE}?tab=identities&view=list`,
  `${CAMILLE}?tab=segments`,
  `${CAMILLE}?tab=consents`,
  `${CAMILLE}?tab=deliveries`,
  '/people/missing',
  '/segments/seg-best/edit',
  '/segments/seg-best/edit?view=json',
  '/segments/seg-best',
  '/segments/seg-best?tab=history',
  '/segments/seg-best?tab=versions',
  '/destinations/new',
  '/destinations/dst-mail',
  '/destinations/dst-mail?tab=test',
  '/destinations/dst-mail?tab=settings',
  '/deliveries?open=dlv-5',
]

describe.skipIf(noBrowser)('people, rules and destinations', () => {
  let pages: Pages
  beforeAll(async () => {
    pages = await startPages()
  })
  afterAll(() => pages?.close())

  describe.each([
    { language: 'fr', scheme: 'light', width: 1440 },
    { language: 'en', scheme: 'dark', width: 390 },
  ] as const)('in $language, $scheme, at $width px', ({ language, scheme, width }) => {
    let page: Page
    beforeAll(async () => {
      page = await pages.open(language, width)
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    })
    test.each(routes)('%s has no violation and does not scroll sideways', async (route) => {
      await page.goto(pages.base + route)
      await page.waitForSelector('h1')
      await page.waitForTimeout(500)
      expect(await violations(page)).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0)
    })
  })

  test('a line added from the tree is counted, said in words and taken back', async () => {
    const page = await pages.open('fr')
    await page.goto(`${pages.base}/segments/new`)
    await page.getByRole('button', { name: /^Panier consulté/ }).click()
    await page.getByText('Les personnes qui ont fait').waitFor()
    const count = page.getByRole('complementary', { name: 'Comptage en direct' })
    await count.getByText('personnes ·').waitFor()
    await page.getByRole('button', { name: 'Annuler la dernière modification' }).click()
    await page.getByText('Toutes les personnes, sans condition.').waitFor()
    expect(await page.getByRole('group', { name: 'Condition 1' }).count()).toBe(0)
  })

  test('an unfinished line says what it lacks and keeps the rule from being published', async () => {
    const page = await pages.open('en')
    await page.goto(`${pages.base}/segments/new`)
    await page.getByRole('button', { name: /^City/ }).click()
    await page.getByText('a value is missing').waitFor()
    const publish = page.getByRole('button', { name: 'Publish' })
    expect(await publish.isDisabled()).toBe(true)
    await page.locator('input[aria-label="City"]').fill('Lyon')
    await page.getByRole('textbox', { name: 'Name of the segment' }).fill('Around Lyon')
    await page.getByText('Saved at').waitFor()
    await page.reload()
    await page
      .getByText('city is Lyon', { exact: false })
      .or(page.getByText('City is Lyon'))
      .waitFor()
    await page.getByRole('button', { name: 'Publish' }).click()
    await page.waitForURL(/\/segments\/seg-\d+$/)
    await page.getByRole('heading', { name: 'Around Lyon' }).waitFor()
  })

  test('a link shows what would leave before it is undone, and offers to take that back', async () => {
    const page = await pages.open('en')
    await page.goto(`${pages.base}${CAMILLE}?tab=identities`)
    await page.getByRole('button', { name: /Loyalty card/ }).click()
    await page.getByText(/7 events and 2 traits leave this record/).waitFor()
    await page.getByRole('button', { name: 'Unmerge' }).click()
    await page.getByRole('button', { name: /^Undo/ }).waitFor()
  })

  test('a test send shows the request and the answer', async () => {
    const page = await pages.open('en')
    await page.goto(`${pages.base}/destinations/dst-mail?tab=test`)
    await page.getByRole('button', { name: 'Send a test' }).click()
    await page.getByText('Answer 200').waitFor()
    expect(await page.getByText(/webhook-signature: v1,/).count()).toBe(1)
  })
})
