/** The builder against the real server: the same nested rule by mouse and by keyboard alone. */
import type { Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { wrongWith } from './pageFaults.ts'
import type { TestProgram } from './program.ts'
import { noBrowser, openRealPages, type RealPages } from './realPages.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

const words = {
  fr: {
    later: 'Plus tard',
    city: 'Ville',
    group: 'Groupe',
    intoGroup: 'Mettre dans un groupe',
    grip: (line: string) => `Déplacer la ligne ${line}`,
    menu: (line: string) => `Actions de la ligne ${line}`,
    count: 'Comptage en direct',
    waterfall: 'Condition après condition',
    fields: 'Champs',
    name: 'Nom du segment',
    publish: 'Publier',
    undo: 'Annuler la dernière modification',
    save: 'Enregistrer',
    staffDomains: 'Domaines de leurs adresses e-mail',
    staffCount: '2 aujourd’hui',
    leftOut: 'Les profils internes et de test sont écartés (2).',
    included: 'Les profils internes et de test sont compris (2).',
    include: 'Inclure les profils internes et de test',
    moment: 'moment',
    days: /^Quels jours/,
    weekdays: 'certains jours de la semaine',
    hours: /^À quelle heure/,
    between: 'entre',
    from: /^À partir de/,
    first: '0 h',
    to: /^Jusqu’à/,
    last: '24 h',
    when: 'le samedi ou le dimanche, entre 0 h et 24 h)',
    period: /Sur quelle durée/,
    today: 'aujourd’hui',
    own: 'À l’heure de chaque personne',
    ofWorkspace: 'À l’heure de l’espace de travail',
    ownSentence: 'Les personnes qui ont fait Order Completed aujourd’hui (à leur heure).',
    where: 'où',
    property: /^Propriété/,
    moved: 'La ligne 2 est maintenant la 2a : 1 sur 2 dans le groupe 2',
    sentence:
      'Les personnes dont Ville est Lyon, et qui ont fait Order Completed sur 30 jours, ' +
      'ou Cart Viewed sur 30 jours.',
  },
  en: {
    later: 'Later',
    city: 'City',
    group: 'Group',
    intoGroup: 'Put into a group',
    grip: (line: string) => `Move line ${line}`,
    menu: (line: string) => `Actions of line ${line}`,
    count: 'Live count',
    waterfall: 'Condition after condition',
    fields: 'Fields',
    name: 'Name of the segment',
    publish: 'Publish',
    undo: 'Undo the last change',
    save: 'Save',
    staffDomains: 'Domains of their e-mail addresses',
    staffCount: '2 now',
    leftOut: 'Staff and test profiles are left out (2).',
    included: 'Staff and test profiles are included (2).',
    include: 'Include staff and test profiles',
    moment: 'moment',
    days: /^Which days/,
    weekdays: 'on certain days of the week',
    hours: /^At what time/,
    between: 'between',
    from: /^From: /,
    first: '0:00',
    to: /^To: /,
    last: '24:00',
    when: 'Saturday, or Sunday, between 0:00 and 24:00)',
    period: /Over how long/,
    today: 'today',
    own: 'By each person’s own time zone',
    ofWorkspace: 'By the workspace’s time zone',
    ownSentence: 'People who did Order Completed today (in their own time zone).',
    where: 'where',
    property: /^Property/,
    moved: 'Line 2 is now line 2a: 1 of 2 in group 2',
    sentence:
      'People whose City is Lyon, and who did Order Completed in the last 30 days, ' +
      'or Cart Viewed in the last 30 days.',
  },
} as const

/** Twelve people: where they live, and what each of them did today. */
const PEOPLE = Array.from({ length: 12 }, (_, n) => ({
  userId: `c-${n}`,
  name: `Personne ${n}`,
  city: n % 2 === 0 ? 'Lyon' : 'Brest',
  did: ['Order Completed', 'Cart Viewed', 'Page Viewed'][Math.floor(n / 2) % 3] ?? '',
  shop: n === 7 ? 'Siam' : 'Bellecour',
}))
/** In Lyon, and ordered or filled a cart: told from the people above, not from the rule. */
const EXPECTED = PEOPLE.filter(({ city, did }) => city === 'Lyon' && did !== 'Page Viewed')
const ORDERED = PEOPLE.filter(({ did }) => did === 'Order Completed')
const inLyon = PEOPLE.filter(({ city }) => city === 'Lyon')

/** Two of the company's own, told by their addresses. */
const STAFF = [1, 2].map((n) => {
  const traits = { name: `Interne ${n}`, city: 'Lille', email: `i${n}@acme.example` }
  return { type: 'identify', userId: `i-${n}`, messageId: `i-${n}`, traits }
})

let pages: RealPages
let program: TestProgram

describe.skipIf(noBrowser)('the builder on the real server', () => {
  beforeAll(async () => {
    pages = await openRealPages()
    program = pages.program
    await sendPeople()
  })

  afterAll(() => pages?.close())

  describe.each(['fr', 'en'] as const)('in %s', (language) => {
    const say = words[language]
    let page: Page
    let faults: string[]

    beforeEach(async () => {
      const opened = await pages.openPage(language, { later: say.later })
      page = opened.page
      faults = opened.faults
      await page.goto(`${program.url}/segments/new`)
      await page.getByRole('treeitem', { name: /^Order Completed/ }).waitFor()
    })
    afterEach(() => page.context().close())

    test('a nested rule is built with the mouse, counted, saved and found by API', async () => {
      await field(say.city).click()
      await page.locator(`input[aria-label="${say.city}"]`).fill('ly')
      // What is typed is completed from the values there are, with how many people have them.
      const suggestion = page.getByRole('option', { name: /^Lyon/ })
      expect(await suggestion.innerText()).toContain(String(inLyon.length))
      await suggestion.click()
      await field('Order Completed').click()
      await page.getByRole('button', { name: say.group, exact: true }).click()
      const group = page.locator('section[data-group]').first()
      await drag(page.getByRole('button', { name: say.grip('2'), exact: true }), group)
      await page.getByRole('button', { name: say.grip('2a') }).waitFor()
      await drag(field('Cart Viewed'), group)
      await page.getByRole('button', { name: say.grip('2b') }).waitFor()
      await isCountedAndSaved(`Souris ${language}`)
    })

    test('the same rule is built by keyboard alone, counted, saved and found by API', async () => {
      const { keyboard } = page
      await addByKeys(say.city.toLowerCase())
      await keyboard.type('Lyon')
      await keyboard.press('Escape')
      await keyboard.press('Escape')
      await addByKeys('order comp')
      await addByKeys('cart v')
      await goTo(page.getByRole('button', { name: say.menu('3') }))
      await keyboard.press('Enter')
      await goTo(page.getByRole('menuitem', { name: say.intoGroup }), 'ArrowDown')
      await keyboard.press('Enter')
      // The focus is on the grip of the line that is in the group now: one line up is line 2.
      await goTo(page.getByRole('button', { name: say.grip('2'), exact: true }), 'Shift+Tab')
      await keyboard.press('ArrowRight')
      await page
        .getByText(say.moved.replace('1 sur 1', '1 sur 2').replace('1 of 1', '1 of 2'))
        .waitFor()
      await keyboard.press('ArrowLeft')
      await page.getByRole('button', { name: say.grip('3') }).waitFor()
      await keyboard.press('Control+z')
      await page.getByRole('button', { name: say.grip('2b') }).waitFor()
      await isCountedAndSaved(`Clavier ${language}`, { byKeys: true })
    })

    test('an event at a moment of the week is asked for, by mouse and by keyboard', async () => {
      await field('Order Completed').click()
      await page.getByRole('button', { name: say.moment, exact: true }).click()
      await choose(say.days, say.weekdays)
      const week = page.getByRole('group', { name: say.weekdays })
      const unpressed = week.locator('button[aria-pressed="false"]')
      // Saturday and Sunday are there to begin with; the people came today.
      for (let left = 5; left > 0; left -= 1) {
        expect(await unpressed.count()).toBe(left)
        await unpressed.first().focus()
        await page.keyboard.press('Space')
      }
      await choose(say.hours, say.between)
      await choose(say.from, say.first)
      await choose(say.to, say.last)
      const plainly = async () => (await page.locator('main').innerText()).replace(/\s+/g, ' ')
      await expect.poll(plainly).toContain(say.when)
      const ordered = PEOPLE.filter(({ did }) => did === 'Order Completed').length
      const panel = page.getByRole('complementary', { name: say.count })
      await panel.getByText(String(ordered), { exact: true }).first().waitFor()
      await unpressed.first().waitFor({ state: 'detached' })
      // While they are counted again, the people shown are pale.
      await expect.poll(() => wrongWith(page, language), { timeout: 20_000 }).toEqual([])
      expect(faults).toEqual([])
    })

    /** Opens a token and takes one of its options. */
    async function choose(token: RegExp, option: string): Promise<void> {
      await page.getByRole('button', { name: token }).click()
      await page.getByRole('option', { name: option, exact: true }).click()
    }

    test('staff are named in the settings; the builder and the page say they are left out', async () => {
      await pages.send(STAFF)
      await page.goto(`${program.url}/settings?tab=workspace`)
      const domains = page.getByRole('combobox', { name: say.staffDomains })
      await domains.fill('acme.example')
      await page.keyboard.press('Enter')
      expect(await wrongWith(page, language)).toEqual([])
      await page.locator('form', { has: domains }).getByRole('button', { name: say.save }).click()
      await page.getByText(say.staffCount).waitFor()
      await page.goto(`${program.url}/segments/new`)
      await field(say.city).click()
      await page.locator(`input[aria-label="${say.city}"]`).fill('Lille')
      await page.keyboard.press('Escape')
      const panel = page.getByRole('complementary', { name: say.count })
      await panel.getByText(say.leftOut).waitFor()
      await panel.getByText('0', { exact: true }).first().waitFor()
      await page.getByRole('switch', { name: say.include }).click()
      await panel.getByText('2', { exact: true }).first().waitFor()
      expect(await wrongWith(page, language)).toEqual([])
      await page.getByRole('textbox', { name: say.name }).fill(`Interne ${language}`)
      await page.getByRole('button', { name: say.publish }).click()
      await page.waitForURL(/\/segments\/[0-9a-f]{8}-[0-9a-f-]+$/)
      await page.getByText(say.included).waitFor()
      await page.getByRole('switch', { name: say.include }).click()
      await page.getByText(say.leftOut).waitFor()
      const id = new URL(page.url()).pathname.split('/').at(-1)
      await expect.poll(async () => (await program.api(`/segments/${id}/members`)).total).toBe(0)
      expect(await wrongWith(page, language)).toEqual([])
      expect(faults).toEqual([])
    })

    test('a condition about today is asked by each person’s own time zone, and back', async () => {
      await field('Order Completed').click()
      await page.getByRole('button', { name: say.period }).click()
      await page.getByRole('option', { name: say.today, exact: true }).click()
      await chooseInMenu(say.own)
      await page.locator('main').getByText(say.ownSentence).waitFor()
      await counts(ORDERED.length)
      expect(await wrongWith(page, language)).toEqual([])
      const { rule } = await saved(`Fuseau ${language}`)
      expect(rule).toEqual({
        all: [
          {
            did: 'Order Completed',
            times: { op: 'atLeast', count: 1 },
            within: { this: 'day' },
            zone: 'person',
          },
        ],
      })
      await page.goto(`${page.url()}/edit`)
      await chooseInMenu(say.ofWorkspace)
      await page.getByText(say.ownSentence).waitFor({ state: 'detached' })
      expect(faults).toEqual([])
    })

    test('values of a property of events are completed, with how many events have them', async () => {
      await field('Order Completed').click()
      await page.getByRole('button', { name: say.where, exact: true }).click()
      await page.getByRole('button', { name: say.property }).click()
      await page.getByRole('option', { name: 'shop', exact: true }).click()
      const value = page.locator('input[aria-label="shop"]')
      await value.click()
      const usual = page.getByRole('option')
      await expect.poll(() => usual.allInnerTexts()).toEqual([/Bellecour/, /Siam/].map(matching))
      expect(await usual.first().innerText()).toMatch(/Bellecour\s*3$/)
      // Accents and case are no matter, as in the rule itself.
      await value.fill('BÉLL')
      await usual.nth(1).waitFor({ state: 'detached' })
      await usual.first().click()
      await counts(ORDERED.length - 1)
      expect(await wrongWith(page, language)).toEqual([])
      const { rule } = await saved(`Valeurs ${language}`)
      expect(rule).toMatchObject({
        all: [{ where: [{ property: 'shop', op: 'equals', value: 'Bellecour' }] }],
      })
      expect(faults).toEqual([])
    })

    const matching = (text: RegExp) => expect.stringMatching(text)

    async function chooseInMenu(item: string): Promise<void> {
      await page.getByRole('button', { name: say.menu('1'), exact: true }).click()
      await page.getByRole('menuitem', { name: item }).click()
    }

    const counts = (people: number) =>
      page
        .getByRole('complementary', { name: say.count })
        .getByText(String(people), { exact: true })
        .first()
        .waitFor()

    /** Publishes what is built, and reads it again by API. */
    async function saved(name: string): Promise<{ rule: unknown }> {
      await page.getByRole('textbox', { name: say.name }).fill(name)
      await page.getByRole('button', { name: say.publish }).click()
      await page.waitForURL(/\/segments\/[0-9a-f]{8}-[0-9a-f-]+$/)
      return program.api(`/segments/${new URL(page.url()).pathname.split('/').at(-1)}`)
    }

    const field = (name: string) =>
      page.getByRole('treeitem', { name: new RegExp(`^${name}`) }).first()

    /** Takes something by the mouse and lets it go in the middle of something else. */
    async function drag(from: Locator, to: Locator): Promise<void> {
      await from.scrollIntoViewIfNeeded()
      const [start, end] = [await from.boundingBox(), await to.boundingBox()]
      if (!start || !end) throw new Error('What is dragged is not on the page.')
      await page.mouse.move(start.x + start.width / 2, start.y + start.height / 2)
      await page.mouse.down()
      await page.mouse.move(end.x + end.width / 2, end.y + end.height / 2 - 4, { steps: 8 })
      await page.mouse.move(end.x + end.width / 2, end.y + end.height / 2, { steps: 2 })
      await page.locator('[data-drop-mark]').waitFor({ state: 'attached' })
      await page.mouse.up()
    }

    /** « / », some letters, down to the hit, Enter: a line is added and has the focus. */
    async function addByKeys(search: string): Promise<void> {
      await page.keyboard.press('/')
      await page.keyboard.type(search)
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
    }

    /** Presses a key until what is looked for has the focus. */
    async function goTo(target: Locator, key = 'Tab'): Promise<void> {
      await target.waitFor()
      for (let presses = 0; presses < 120; presses += 1) {
        if (await target.evaluate(isFocused)) return
        await page.keyboard.press(key)
      }
      throw new Error(`${key} never reaches ${target}.`)
    }

    /** The count, the waterfall and the sentence are right; what is saved has the right members. */
    async function isCountedAndSaved(name: string, { byKeys = false } = {}): Promise<void> {
      await page.locator('main').getByText(say.sentence).waitFor()
      const panel = page.getByRole('complementary', { name: say.count })
      const steps = panel.locator('section', { hasText: say.waterfall })
      await expect
        .poll(() => steps.locator('b').allInnerTexts())
        .toEqual([PEOPLE.length, inLyon.length, EXPECTED.length].map(String))
      await panel.getByText(String(EXPECTED.length), { exact: true }).first().waitFor()
      expect(await wrongWith(page, language)).toEqual([])
      const nameField = page.getByRole('textbox', { name: say.name })
      const publish = page.getByRole('button', { name: say.publish })
      if (byKeys) {
        await goTo(nameField, 'Shift+Tab')
        await page.keyboard.type(name)
        await goTo(publish)
        await page.keyboard.press('Enter')
      } else {
        await nameField.fill(name)
        await publish.click()
      }
      await page.waitForURL(/\/segments\/[0-9a-f]{8}-[0-9a-f-]+$/)
      await page.getByRole('heading', { name }).waitFor()
      const id = new URL(page.url()).pathname.split('/').at(-1)
      await expect
        .poll(async () => (await program.api(`/segments/${id}/members`)).data.map(nameOf).sort())
        .toEqual(EXPECTED.map(nameOf).sort())
      expect(faults).toEqual([])
    }
  })
})

/** Runs in the page, whose types the tests of the server do not know. */
const isFocused = (element: { matches(selector: string): boolean }) => element.matches(':focus')

const nameOf = ({ name }: { name: string }) => name

async function sendPeople(): Promise<void> {
  const batch = PEOPLE.flatMap(({ userId, name, city, did, shop }) => [
    { type: 'identify', userId, traits: { name, city } },
    { type: 'track', userId, event: did, properties: { total: 40, shop } },
  ])
  await pages.send(batch)
}
