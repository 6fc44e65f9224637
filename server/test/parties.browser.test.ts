/** Whose data a source brings, said on its page, and rules that ask for it. */
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { wrongWith } from './pageFaults.ts'
import type { TestProgram } from './program.ts'
import { noBrowser, openRealPages, type RealPages } from './realPages.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

const WIDE = { width: 1280, height: 720 }
const NARROW = { width: 390, height: 800 }

const words = {
  fr: {
    later: 'Plus tard',
    whose: 'À qui sont ces données',
    third: 'Achetées ou agrégées (third-party)',
    second: 'D’un partenaire (second-party)',
    create: 'Créer et voir quoi coller',
    name: 'Nom',
    saved: /Provenance enregistrée/,
    origin: 'Une provenance des données',
    party: /^Provenance/,
    ownToken: 'données propres',
    count: 'Comptage en direct',
    bought:
      'Les personnes dont le nombre d’événements (données achetées ou agrégées) sur 90 jours ' +
      'est au moins 1.',
    own: 'Les personnes dont le nombre d’événements (données propres) sur 90 jours est au moins 1.',
    city: 'Ville',
    operator: /Comparaison/,
    known: 'est connu',
    menu: 'Actions de la ligne 1',
    choose: 'Choisir la provenance des données',
    ownCity: 'Les personnes dont Ville est connu (données propres).',
  },
  en: {
    later: 'Later',
    whose: 'Whose data it is',
    third: 'Third-party (bought or aggregated)',
    second: 'Second-party (a partner’s own)',
    create: 'Create and see what to paste',
    name: 'Name',
    saved: /Segments that ask for a party/,
    origin: 'Whose data it is',
    party: /^Whose data/,
    ownToken: 'first-party data',
    count: 'Live count',
    bought: 'People whose number of events (third-party data) in the last 90 days is at least 1.',
    own: 'People whose number of events (first-party data) in the last 90 days is at least 1.',
    city: 'City',
    operator: /Comparison/,
    known: 'is known',
    menu: 'Actions of line 1',
    choose: 'Choose whose data',
    ownCity: 'People whose City is known (first-party data).',
  },
} as const

let pages: RealPages
let program: TestProgram

describe.skipIf(noBrowser)('whose data, on screen', () => {
  beforeAll(async () => {
    pages = await openRealPages()
    program = pages.program
    const identify = { type: 'identify', userId: 'c-1', traits: { city: 'Lyon' } }
    await pages.send([identify])
    const bought = await program.api('/sources', { name: 'Panel', kind: 'other', party: 'third' })
    await sendTo(
      bought.writeKey,
      [2, 3].map((n) => ({ ...identify, userId: `c-${n}` })),
    )
  })

  afterAll(() => pages?.close())

  describe.each(['fr', 'en'] as const)('in %s', (language) => {
    const say = words[language]
    let page: Page
    let faults: string[]

    beforeEach(async () => {
      const opened = await pages.openPage(language, { viewport: WIDE, later: say.later })
      page = opened.page
      faults = opened.faults
    })
    afterEach(async () => {
      expect(faults).toEqual([])
      await page.context().close()
    })

    test('a new source says whose data it brings, and its page changes that', async () => {
      const name = `Source ${language}`
      await page.goto(`${program.url}/sources?new=true`)
      await page.getByRole('textbox', { name: say.name, exact: true }).fill(name)
      await choose(say.third)
      expect(await wrongWith(page, language)).toEqual([])
      await page.getByRole('button', { name: say.create }).click()
      await page.getByRole('heading', { name, level: 1 }).waitFor()
      expect(await partyOf(name)).toBe('third')
      await choose(say.second)
      await page.getByText(say.saved).first().waitFor()
      await expect.poll(() => partyOf(name)).toBe('second')
      expect(await wrongWith(page, language)).toEqual([])
      await page.setViewportSize(NARROW)
      expect(await wrongWith(page, language)).toEqual([])
      await page.goto(`${program.url}/sources`)
      await page.getByRole('link', { name }).waitFor()
      expect(await wrongWith(page, language)).toEqual([])
    })

    test('what was bought is a line with the mouse, and another party a choice', async () => {
      await page.goto(`${program.url}/segments/new`)
      await page.getByRole('treeitem', { name: say.origin }).click()
      await isSaidAndCounted(say.bought, 2)
      await page.getByRole('button', { name: say.party }).click()
      await page.getByRole('option', { name: say.ownToken }).first().click()
      await isSaidAndCounted(say.own, 1)
    })

    test('by keyboard alone a trait is asked of our own data', async () => {
      await page.goto(`${program.url}/segments/new`)
      await page.getByRole('treeitem', { name: say.city }).first().waitFor()
      const { keyboard } = page
      await keyboard.press('/')
      await keyboard.type(say.city.toLowerCase())
      await keyboard.press('ArrowDown')
      await keyboard.press('Enter')
      await pick(page.getByRole('button', { name: say.operator }), say.known)
      await page.getByRole('button', { name: say.menu }).focus()
      await keyboard.press('Enter')
      const item = page.getByRole('menuitem', { name: say.choose })
      await item.waitFor()
      await item.focus()
      await keyboard.press('Enter')
      await isSaidAndCounted(say.ownCity, 1)
    })

    const choose = async (party: string) => {
      await page.getByRole('combobox', { name: say.whose }).click()
      await page.getByRole('option', { name: party }).click()
    }

    /** Opens a token and goes down to an option, by the keys. */
    async function pick(token: ReturnType<Page['getByRole']>, option: string): Promise<void> {
      await token.focus()
      await page.keyboard.press('Enter')
      const wanted = page.getByRole('option', { name: option, exact: true })
      await wanted.waitFor()
      for (let step = 0; step < 40; step += 1) {
        if ((await wanted.getAttribute('data-combobox-selected')) !== null) break
        await page.keyboard.press('ArrowDown')
      }
      await page.keyboard.press('Enter')
    }

    async function isSaidAndCounted(sentence: string, people: number): Promise<void> {
      const plainly = () => page.locator('main').innerText()
      await expect.poll(async () => (await plainly()).replace(/\s+/g, ' ')).toContain(sentence)
      const panel = page.getByRole('complementary', { name: say.count })
      await panel.getByText(String(people), { exact: true }).first().waitFor()
      expect(await wrongWith(page, language)).toEqual([])
    }
  })
})

async function partyOf(name: string): Promise<string | undefined> {
  const { data } = await program.api('/sources?limit=200')
  return data.find((one: { name: string }) => one.name === name)?.party
}

async function sendTo(writeKey: string, batch: readonly object[]): Promise<void> {
  const answer = await fetch(`${program.url}/v1/batch`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${writeKey}:`)}` },
    body: JSON.stringify({ batch }),
  })
  if (!answer.ok) throw new Error(`The intake answered ${answer.status}.`)
  await program.settled()
}
