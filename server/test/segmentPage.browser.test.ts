/** The page of a segment and a persona of it, on the real server, in both languages and themes. */
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { wrongWith } from './pageFaults.ts'
import type { TestProgram } from './program.ts'
import { noBrowser, openRealPages, type RealPages } from './realPages.ts'

const DAY_MS = 86_400_000

const words = {
  fr: {
    later: 'Plus tard',
    tabs: ['Historique', 'Recouvrements', 'Flux', 'Portrait', 'Usages'],
    table: /^Voir en tableau · Entrées et sorties/,
    people: '30 personnes',
    both: /^Club \+ Lyon, hors de Paris/,
    found: /75.% ont pour city.: Lyon/,
    more: 'Autres actions',
    make: 'En faire un persona',
    name: 'Nom',
    create: 'Créer un persona',
    pin: 'Épingler : Lyon',
    unpin: 'Ne plus épingler : Lyon',
    print: 'Imprimer',
    export: 'Exporter',
    start: 'Exporter 40 personnes',
    plan: 'plan',
  },
  en: {
    later: 'Later',
    tabs: ['History', 'Overlap', 'Flows', 'Portrait', 'Used by'],
    table: /^Show as a table · Entries and exits/,
    people: '30 people',
    both: /^Club \+ Lyon, not in Paris/,
    found: /75% have city: Lyon/,
    more: 'More actions',
    make: 'Make a persona of it',
    name: 'Name',
    create: 'Make a persona',
    pin: 'Pin: Lyon',
    unpin: 'Unpin: Lyon',
    print: 'Print',
    export: 'Export',
    start: 'Export 40 people',
    plan: 'plan',
  },
} as const

let pages: RealPages
let program: TestProgram
let club: string

/** 40 members, 30 of whom live in Lyon, among 160 people; 20 others live in Lyon, 30 in Paris. */
const cityOf = (index: number): string => {
  if (index < 40) return index < 30 ? 'Lyon' : 'Brest'
  if (index < 60) return 'Lyon'
  return index < 90 ? 'Paris' : 'Brest'
}

async function sendPeople(): Promise<void> {
  const batch = Array.from({ length: 160 }, (_, index) => ({
    type: 'identify',
    userId: `u${index}`,
    messageId: `m${index}`,
    timestamp: new Date(Date.now() - DAY_MS).toISOString(),
    traits: { name: `Camille ${index}`, city: cityOf(index), plan: index < 40 ? 'club' : 'libre' },
  }))
  await pages.send(batch)
}

async function makeSegment(name: string, trait: string, value: string): Promise<string> {
  const rule = { trait, op: 'equals', value }
  const { id } = await program.api('/segments', { name, rule })
  while ((await program.api(`/segments/${id}`)).state !== 'live') {
    await new Promise((done) => setTimeout(done, 50))
  }
  await program.settled()
  return id
}

describe.skipIf(noBrowser)('the page of a segment', () => {
  beforeAll(async () => {
    pages = await openRealPages()
    program = pages.program
    club = await makeSegment('Club', 'plan', 'club')
    await makeSegment('Lyon', 'city', 'Lyon')
    await makeSegment('Paris', 'city', 'Paris')
    await sendPeople()
  }, 180_000)

  afterAll(() => pages?.close())

  describe.each([
    { language: 'fr', theme: 'light' },
    { language: 'en', theme: 'dark' },
  ] as const)('in $language, $theme', ({ language, theme }) => {
    const say = words[language]
    let page: Page
    let faults: string[]

    beforeEach(async () => {
      const opened = await pages.openPage(language, { theme, later: say.later })
      page = opened.page
      faults = opened.faults
    })
    afterEach(() => page.context().close())

    test('each tab tells what it should, and numbers lead to people', async () => {
      const [history, overlap, flows, profile, consumers] = say.tabs
      await openTab(page, history)
      await page.getByRole('button', { name: say.table }).click()
      faults.push(...(await wrongWith(page, language)))
      await page.getByRole('link', { name: '40', exact: true }).first().click()
      await page.waitForURL(/\/people\?/)
      faults.push(...(await wrongWith(page, language)))

      await openTab(page, overlap)
      await page.getByRole('link', { name: say.both }).waitFor()
      faults.push(...(await wrongWith(page, language)))
      await page.getByRole('link', { name: say.both }).click()
      await page.getByText(say.people).waitFor()

      await openTab(page, flows)
      await page.locator('figure svg').first().waitFor()
      faults.push(...(await wrongWith(page, language)))
      await openTab(page, profile)
      await page.getByText(say.found).first().waitFor()
      faults.push(...(await wrongWith(page, language)))
      await openTab(page, consumers)
      faults.push(...(await wrongWith(page, language)))
      expect(faults).toEqual([])
    }, 180_000)

    test('one makes a persona of it, pins a fact, and sees it first', async () => {
      await page.goto(`${program.url}/segments/${club}`)
      await page.getByRole('button', { name: say.more }).click()
      await page.getByRole('menuitem', { name: say.make }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('textbox', { name: say.name }).fill(`Camille ${language}`)
      faults.push(...(await wrongWith(page, language)))
      await dialog.getByRole('button', { name: say.create }).click()
      await page.waitForURL(/\/personas\/[0-9a-f-]+$/)
      await page.getByRole('heading', { name: `Camille ${language}` }).waitFor()
      await page.getByRole('button', { name: say.pin }).first().click()
      await page.getByRole('button', { name: say.unpin }).first().waitFor()
      await page.getByText(say.found).first().waitFor()
      faults.push(...(await wrongWith(page, language)))
      await page.emulateMedia({ media: 'print' })
      expect(await page.getByRole('button', { name: say.print }).isVisible()).toBe(false)
      expect(await page.getByRole('navigation').first().isVisible()).toBe(false)
      expect(faults).toEqual([])
    }, 120_000)

    test('one exports its members with the columns one chose', async () => {
      await page.goto(`${program.url}/segments/${club}`)
      await page.getByRole('button', { name: say.export }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('checkbox', { name: say.plan }).check()
      faults.push(...(await wrongWith(page, language)))
      const coming = page.waitForEvent('download')
      await dialog.getByRole('button', { name: say.start }).click()
      const lines = readFileSync(await (await coming).path(), 'utf8')
        .trim()
        .split('\r\n')
      expect(lines).toHaveLength(41)
      expect(lines[0]).toMatch(/trait\.plan$/)
      expect(lines.slice(1).every((line) => line.endsWith(',club'))).toBe(true)
      expect(faults).toEqual([])
    }, 60_000)
  })
})

/** Goes to the segment and opens one of its tabs. */
async function openTab(page: Page, name: string): Promise<void> {
  await page.goto(`${program.url}/segments/${club}`)
  await page.getByRole('link', { name: new RegExp(`^${name}`) }).click()
  await page.waitForURL(/tab=/)
}
