import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { violations } from './axe.ts'
import { noBrowser, type Pages, startPages } from './fixture-pages.ts'

/** What one does with people, rules and destinations, by mouse and keyboard, on invented data. */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 })
const CAMILLE = '/people/018f3c2a-7e41-7b9d-8a10-000000000000'

describe.skipIf(noBrowser)('people, rules and destinations', () => {
  let pages: Pages
  beforeAll(async () => {
    pages = await startPages()
  })
  afterAll(() => pages?.close())

  test('a line added from the tree is counted, said in words and taken back', async () => {
    const page = await pages.open('fr')
    await page.goto(`${pages.base}/segments/new`)
    await page.getByRole('treeitem', { name: /^Panier consulté/ }).click()
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
    await page.getByRole('treeitem', { name: /^City/ }).click()
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
      .first()
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
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Unmerge' }).click()
    await page.getByRole('button', { name: /^Undo/ }).waitFor()
  })

  test('why is asked about a past moment, by the events or by the ledger', async () => {
    const page = await pages.open('en')
    await page.goto(`${pages.base}${CAMILLE}?tab=segments`)
    await page
      .getByRole('button', { name: /^Why\?/ })
      .first()
      .click()
    await page.getByText('City is “Lyon”').waitFor()
    const ask = async (question: string) => {
      await page.getByRole('button', { name: /^Moment/ }).press('Enter')
      await page.getByRole('menuitem', { name: question }).press('Enter')
    }
    await ask('by the events up to')
    await page.getByText('The events up to this moment', { exact: false }).waitFor()
    const then = page.waitForRequest(/\/why\?asOf=2026-01-15/)
    await page.getByLabel(/^Date and time/).fill('2026-01-15T09:30')
    await then
    await page.getByText('City is “Lyon”').waitFor()
    expect(await violations(page)).toEqual([])
    await ask('as known on')
    await page.getByText('it keeps no reasons').waitFor()
    expect(await violations(page)).toEqual([])
  })

  test('a test send shows the request and the answer', async () => {
    const page = await pages.open('en')
    await page.goto(`${pages.base}/destinations/dst-mail?tab=test`)
    await page.getByRole('button', { name: 'Send a test' }).click()
    await page.getByText('Answer 200').waitFor()
    expect(await page.getByText(/webhook-signature: v1,/).count()).toBe(1)
  })
})
