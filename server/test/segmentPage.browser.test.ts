/** The page of a segment and a persona of it, on the real server, in both languages and themes. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startProgram, type TestProgram } from './program.ts'

const CHROMIUM = '/usr/bin/chromium'
const WEB = join(import.meta.dirname, '..', '..', 'web')
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const DAY_MS = 86_400_000

const words = {
  fr: {
    later: 'Plus tard',
    tabs: ['Historique', 'Recouvrements', 'Flux', 'Profil', 'Usages'],
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
    tabs: ['History', 'Overlap', 'Flows', 'Profile', 'Used by'],
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

let program: TestProgram
let browser: Browser
let webDir: string
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
  const answer = await fetch(`${program.url}/v1/batch`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${program.writeKey}:`)}` },
    body: JSON.stringify({ batch }),
  })
  if (!answer.ok) throw new Error(`The intake answered ${answer.status}.`)
  await program.settled()
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

describe.skipIf(!existsSync(CHROMIUM))('the page of a segment', () => {
  beforeAll(async () => {
    webDir = mkdtempSync(join(tmpdir(), 'clientele-web-'))
    await build({ root: WEB, logLevel: 'error', build: { outDir: webDir, emptyOutDir: true } })
    program = await startProgram({ webDir })
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
    })
    club = await makeSegment('Club', 'plan', 'club')
    await makeSegment('Lyon', 'city', 'Lyon')
    await makeSegment('Paris', 'city', 'Paris')
    await sendPeople()
  }, 180_000)

  afterAll(async () => {
    await browser?.close()
    await program?.close()
    rmSync(webDir, { recursive: true, force: true })
  })

  describe.each([
    { language: 'fr', theme: 'light' },
    { language: 'en', theme: 'dark' },
  ] as const)('in $language, $theme', ({ language, theme }) => {
    const say = words[language]
    let page: Page
    let faults: string[]

    beforeEach(async () => {
      const context = await browser.newContext({ reducedMotion: 'reduce', locale: language })
      await context.addInitScript(`localStorage.setItem('mantine-color-scheme-value', '${theme}')`)
      page = await context.newPage()
      faults = listen(page)
      await page.goto(`${program.url}/sign-in?token=${await signInToken(language)}`)
      await page.getByRole('button', { name: say.later }).click()
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

/** The token of a one-time link for a new administrator who reads this language. */
async function signInToken(language: string): Promise<string> {
  const email = `${language}-${Math.floor(performance.now())}@exemple.fr`
  const wish = { email, name: 'Agathe Noël', role: 'admin', language }
  const { link } = await program.api('/users', wish)
  return new URL(link).searchParams.get('token') ?? ''
}

/** Everything that the page complains about from now on. */
function listen(page: Page): string[] {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    // Before signing in the page asks whether somebody is signed in: 401 is the answer.
    const expected = message.location().url.endsWith('/api/v1/session')
    if (message.type() === 'error' && !expected) faults.push(message.text())
  })
  return faults
}

const UNTRANSLATED = /\b(segmentPage|segments|personas|people|design|shell)\.[a-z]\w*/

/** What is wrong with a page: its language, a word without translation, its width, WCAG 2.2 AA. */
async function wrongWith(page: Page, language: string): Promise<string[]> {
  await page.locator('[data-skeleton]').first().waitFor({ state: 'detached' })
  const at = new URL(page.url()).pathname + new URL(page.url()).search
  const wrong: string[] = []
  const spoken = await page.evaluate('document.documentElement.lang')
  if (spoken !== language) wrong.push(`${at} is in ${spoken}`)
  const missing = UNTRANSLATED.exec(await page.evaluate<string>('document.body.innerText'))
  if (missing) wrong.push(`${at} shows ${missing[0]}`)
  const wider = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  )
  if (wider > 0) wrong.push(`${at} is ${wider} px too wide`)
  await page.evaluate(AXE)
  const found = await page.evaluate<string[]>(`axe
    .run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
    .then((result) => result.violations.map((one) =>
      one.id + ' at ' + one.nodes.map((node) => node.target.join(' ')).slice(0, 3)))`)
  return [...wrong, ...found.map((one) => `${at}: ${one}`)]
}
