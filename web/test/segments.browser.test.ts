import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { overflow, violations } from './axe.ts'
import { noBrowser, type Pages, startPages } from './fixture-pages.ts'

/** The list of segments and the builder on invented data: much of it, slow, and refused. */
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })

describe.skipIf(noBrowser)('segments', () => {
  let pages: Pages
  beforeAll(async () => {
    pages = await startPages()
  })
  afterAll(() => pages?.close())

  async function open(language: 'fr' | 'en', path: string): Promise<Page> {
    const page = await pages.open(language, 1280)
    page.setDefaultTimeout(60_000)
    await page.goto(pages.base + path)
    // A busy machine may take long for a page; each test waits for what it needs of it.
    await page.locator('h1').first().waitFor()
    return page
  }

  test('a template gives a name and a rule, which are kept as a draft and taken back', async () => {
    const page = await open('fr', '/segments/new')
    const kept = page.waitForRequest(
      (request) => request.method() === 'POST' && request.url().endsWith('/api/v1/segments'),
    )
    await page.getByRole('button', { name: /^Meilleurs clients/ }).click()
    await page.getByText('Les personnes qui ont fait').waitFor()
    expect(await page.getByLabel('Nom du segment').inputValue()).toBe('Meilleurs clients')
    expect((await kept).postDataJSON()).toMatchObject({ state: 'draft' })
    await page.getByText(/^Enregistré à/).waitFor()
    await page.keyboard.press('Control+z')
    await page.getByText('Ou partir d’un modèle').waitFor()
  })

  test('the number of members says that it is approximate, of which condition and why', async () => {
    const page = await open('en', '/segments/seg-best')
    await page.getByRole('button', { name: /^≈ .* people$/ }).focus()
    const why = page.getByRole('tooltip')
    await why.getByText('3 people have more than 1,001 events; the newest are kept.').waitFor()
    expect(await violations(page)).toEqual([])
  })

  test('a segment of the list is filed, copied as a draft, and archived with a way back', async () => {
    const page = await open('en', '/segments')
    await page.getByRole('button', { name: 'Actions of At risk' }).click()
    await page.getByRole('menuitem', { name: 'File…' }).click()
    await page.getByRole('dialog').waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByRole('combobox', { name: 'Folder' }).fill('Win back/Spring')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'File', exact: true }).click()
    await page.getByRole('link', { name: /^Spring/ }).click()
    await expect.poll(() => page.getByRole('table').getByRole('link').count()).toBe(1)
    await page.getByRole('button', { name: 'Actions of At risk' }).click()
    await page.getByRole('menuitem', { name: 'Archive' }).click()
    await page.getByRole('button', { name: /^Undo/ }).waitFor()
    await page.goto(`${pages.base}/segments`)
    await page.getByRole('button', { name: 'Actions of Bed linen interest' }).click()
    await page.getByRole('menuitem', { name: 'Duplicate as a draft' }).click()
    await page.waitForURL(/\/segments\/seg-\d+\/edit$/)
    expect(await page.getByLabel('Name of the segment').inputValue()).toBe(
      'Bed linen interest (copy)',
    )
  })

  test('a thousand segments are drawn as far as they are seen, and searched at once', async () => {
    const page = await pages.open('en', 1280)
    await page.route(/\/api\/v1\/segments$/, async (route) => {
      const answer = await (await route.fetch()).json()
      const [first] = answer.data
      const name = (n: number) => ({ fr: `Segment ${n}`, en: `Segment ${n}` })
      answer.data = Array.from({ length: 1_000 }, (_, n) => ({
        ...{ ...first, id: `seg-${n}`, name: name(n) },
      }))
      await route.fulfill({ json: answer })
    })
    await page.goto(`${pages.base}/segments`)
    await page.getByText('1,000 segments').waitFor()
    expect(await page.getByRole('row').count()).toBeLessThan(80)
    expect(await overflow(page)).toBe(0)
    await page.getByLabel('Find a segment').fill('segment 777')
    await page.getByText('1 segment', { exact: true }).waitFor()
    await page.unrouteAll({ behavior: 'ignoreErrors' })
  })

  test('a count that is no longer wanted is given up when the rule changes again', async () => {
    const page = await open('en', '/segments/seg-best/edit')
    await page.route('**/segments/preview', async (route) => {
      await new Promise((done) => setTimeout(done, 20_000))
      await route.abort().catch(() => undefined)
    })
    const asked = page.waitForRequest('**/segments/preview')
    await page.getByRole('treeitem', { name: /^Cart viewed/ }).click()
    const first = await asked
    const givenUp = page.waitForEvent('requestfailed', (request) => request === first)
    await page
      .getByText(/^counting/)
      .first()
      .waitFor()
    await page.keyboard.press('Control+z')
    expect((await givenUp).failure()?.errorText).toBe('net::ERR_ABORTED')
    await page.unrouteAll({ behavior: 'ignoreErrors' })
  })

  test('what the server refuses is said on its line', async () => {
    const page = await open('en', '/segments/seg-best/edit')
    await page.route('**/segments/preview', (route) =>
      route.fulfill({
        status: 400,
        json: {
          title: 'Bad request',
          detail: 'The rule can’t be read.',
          errors: [{ path: '/all/2/any/1/where/0/value', message: 'the value is too odd.' }],
        },
      }),
    )
    await page.getByRole('treeitem', { name: /^Cart viewed/ }).click()
    await page
      .getByRole('group', { name: 'Condition 3b' })
      .getByText('the server refuses: the value is too odd.')
      .waitFor()
  })

  test('a rule is pasted as JSON, and what is wrong with it is found by its line', async () => {
    const page = await open('en', '/segments/new?view=json')
    const field = page.getByLabel('Rule as JSON')
    await field.fill('{\n  "all": [\n    { "trait": "city", "op": "is" }\n  ]\n}')
    await page.getByText(/^Line 3, column 30/).waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Go to line 3' }).click()
    expect(await field.evaluate((one) => (one as HTMLTextAreaElement).selectionStart)).toBe(42)
    await field.fill('{ "any": [{ "trait": "city", "op": "exists" }, { "list": "list-fair" }] }')
    await page.getByRole('button', { name: 'Apply this JSON' }).click()
    await page.getByText('People').and(page.locator('main p *')).first().waitFor()
    expect(await page.locator('main').innerText()).toContain('on the list “Lyon fair 2026”')
  })
})
