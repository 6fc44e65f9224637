import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { overflow, settled, violations } from './axe.ts'
import { noBrowser, type Pages, startPages } from './fixture-pages.ts'

/** Traits, given and computed, and the grid of an RFM, on invented data. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const routes = [
  '/traits',
  '/traits/new',
  '/traits?tab=given',
  '/traits/ct-revenue',
  '/traits/ct-rfm?cell=5-4&ago=30',
  '/traits/ct-goal',
  '/traits/ct-query',
]

describe.skipIf(noBrowser)('traits', () => {
  let pages: Pages
  beforeAll(async () => {
    pages = await startPages()
  })
  afterAll(() => pages?.close())

  async function open(language: 'fr' | 'en', path: string, width = 1280): Promise<Page> {
    const page = await pages.open(language, width)
    page.setDefaultTimeout(30_000)
    await page.goto(pages.base + path)
    await settled(page)
    return page
  }

  describe.each([
    { language: 'fr', scheme: 'light' },
    { language: 'en', scheme: 'dark' },
  ] as const)('in $language, $scheme', ({ language, scheme }) => {
    test.each(routes)('%s has no violation and fits a narrow screen', async (route) => {
      const page = await open(language, route)
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
      expect(await violations(page)).toEqual([])
      await page.setViewportSize({ width: 390, height: 900 })
      expect(await overflow(page)).toBe(0)
      await page.context().close()
    })
  })

  test('a computed trait is found by name, with its progress and what names it', async () => {
    const page = await open('fr', '/traits')
    const table = page.getByRole('table', { name: 'Indicateurs' })
    await table.getByText('42 %').waitFor()
    await table.getByRole('link', { name: 'Meilleurs clients' }).waitFor()
    await page.getByLabel('Chercher un attribut').fill('chiffre')
    await expect.poll(() => table.getByRole('row').count()).toBe(2)
    await page.getByRole('link', { name: /^Attributs donnés/ }).click()
    await page.getByLabel('Chercher un attribut').fill('fidelite')
    const given = page.getByRole('table', { name: 'Attributs donnés' })
    await given.getByText('loyaltyTier').waitFor()
  })

  test('a cell of the grid leads by keyboard to its people and to a segment of them', async () => {
    const page = await open('en', '/traits/ct-rfm')
    await page.getByRole('link', { name: /^Recency 5, frequency 4: 31/ }).focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(/cell=5-4/)
    await page.getByRole('heading', { name: 'R5 F4' }).waitFor()
    await page.locator('main').locator('li a[href^="/people/"]').first().waitFor()
    const made = page.waitForRequest(
      (request) => request.method() === 'POST' && request.url().endsWith('/api/v1/segments'),
    )
    await page.getByRole('button', { name: 'Make a segment of it' }).click()
    expect((await made).postDataJSON()).toEqual({
      name: { fr: 'RFM · R5 F4', en: 'RFM · R5 F4' },
      rule: {
        all: [
          { trait: 'rfm.r', op: 'equals', value: 5 },
          { trait: 'rfm.f', op: 'equals', value: 4 },
        ],
      },
      state: 'draft',
    })
    await page.waitForURL(/\/segments\/seg-\d+\/edit$/)
  })

  test('the grid is read as a table too, cell by cell', async () => {
    const page = await open('en', '/traits/ct-rfm')
    await page
      .getByRole('button', { name: /RFM grid$/ })
      .first()
      .click()
    const row = page.getByRole('row', { name: /^R5 F5/ })
    expect(await row.innerText()).toContain('41')
    await row.getByRole('link').click()
    await page.getByRole('heading', { name: 'R5 F5' }).waitFor()
  })

  test('a computed trait is made from a template, seen on a person, renamed and archived', async () => {
    const page = await open('en', '/traits/new')
    await page.getByRole('button', { name: 'Revenue' }).click()
    await page.getByText('312 people have a value').waitFor()
    const asked = page.waitForRequest(
      (request) => /preview$/.test(request.url()) && 'profile' in request.postDataJSON(),
    )
    await page.getByRole('combobox', { name: 'See it on a person' }).click()
    await page.getByRole('option').first().click()
    expect((await asked).postDataJSON().definition).toMatchObject({ measure: 'sum' })
    await page.getByRole('textbox', { name: 'Name' }).fill('Spending')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { name: 'Spending' }).waitFor()
    await page.getByRole('button', { name: 'Rename' }).click()
    await page.getByRole('dialog').getByRole('textbox').fill('Money spent')
    expect(await violations(page)).toEqual([])
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { name: 'Money spent' }).waitFor()
    await page.getByRole('button', { name: 'Archive' }).click()
    await page.getByText('“Money spent” is archived').waitFor()
    await page.getByRole('button', { name: /^Undo/ }).click()
    await page.getByRole('link', { name: 'Money spent' }).waitFor()
  })

  test('a formula is written with its functions beside it, and its fault in its place', async () => {
    const page = await open('fr', '/traits/new')
    await page.getByText('Formule', { exact: true }).click()
    const text = page.getByRole('textbox', { name: 'Formule' })
    await text.fill('revenue + nothing')
    const fault = page.getByRole('alert')
    await fault.getByText('personne n’a encore dit de trait').waitFor()
    expect(await fault.locator('mark').innerText()).toBe('nothing')
    expect(await violations(page)).toEqual([])
    await text.fill('')
    await page.getByRole('button', { name: /^daysBetween/ }).click()
    expect(await text.inputValue()).toBe('daysBetween(first_order, last_order)')
    await page.getByText('revenue = 1 240,5 · goal = 100').first().waitFor()
    await page.getByRole('textbox', { name: 'Nom' }).fill('Entre deux achats')
    const made = page.waitForRequest(
      (request) => request.method() === 'POST' && request.url().endsWith('/computed-traits'),
    )
    await page.getByRole('button', { name: 'Enregistrer' }).click()
    expect((await made).postDataJSON()).toEqual({
      key: 'entre_deux_achats',
      name: 'Entre deux achats',
      definition: { formula: 'daysBetween(first_order, last_order)' },
    })
  })

  test('a query is tried before it is saved, with its first rows and the time they took', async () => {
    const page = await open('en', '/traits/new')
    await page.getByText('SQL query', { exact: true }).click()
    await page.getByRole('button', { name: 'Run a test' }).click()
    await page.getByText('4,812 rows in').waitFor()
    const rows = page.getByRole('region', { name: 'First rows' })
    expect(await rows.getByRole('row').count()).toBe(6)
    expect(await violations(page)).toEqual([])
    await page.getByRole('combobox', { name: 'Recomputed' }).click()
    await page.getByRole('option', { name: 'every week' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Visits by SQL')
    const made = page.waitForRequest(
      (request) => request.method() === 'POST' && request.url().endsWith('/computed-traits'),
    )
    await page.getByRole('button', { name: 'Save' }).click()
    expect((await made).postDataJSON().definition).toMatchObject({
      ...{ key: 'profile', type: 'number', schedule: { every: 'week', weekday: 1, at: 4 } },
    })
  })

  test('a query says how old its values are and why it failed, and is run by hand', async () => {
    const page = await open('en', '/traits/ct-query')
    await page.getByRole('alert').getByText('Unknown expression identifier').waitFor()
    await page.getByText('4,812').first().waitFor()
    await page.getByRole('button', { name: 'Run now' }).click()
    await page
      .getByRole('status')
      .getByText(/^Running since /)
      .waitFor()
    expect(await violations(page)).toEqual([])
  })

  test('the grid names groups and says who moved since an earlier day', async () => {
    const page = await open('en', '/traits/ct-rfm?cell=5-4')
    await page.getByRole('heading', { name: 'R5 F4 · Champions' }).waitFor()
    await page.getByRole('combobox', { name: 'Compare with' }).click()
    await page.getByRole('option', { name: 'Against 30 days ago' }).click()
    await page.waitForURL(/ago=30/)
    await page.getByText('from R4 F4').waitFor()
    await page.getByText('+8 / −3').waitFor()
  })

  test('a saved formula is changed where it stands, with the version that was read', async () => {
    const page = await open('en', '/traits/ct-goal')
    const text = page.getByRole('textbox', { name: 'Formula' })
    await text.fill('revenue / 2')
    const sent = page.waitForRequest((request) => request.method() === 'PATCH')
    await page.getByRole('button', { name: 'Save' }).click()
    expect((await sent).postDataJSON()).toEqual({
      definition: { formula: 'revenue / 2' },
      version: 1,
    })
  })
})
