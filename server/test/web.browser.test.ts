/** The pages against the real server: what a person does on a first morning, in both languages. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { wrongWith } from './pageFaults.ts'
import type { TestProgram } from './program.ts'
import { noBrowser, openRealPages, type RealPages } from './realPages.ts'

const NAME = 'Camille Roussel'

const words = {
  fr: {
    later: 'Plus tard',
    people: 'Personnes',
    identities: /^Identités/,
    city: 'Ville',
    segmentName: 'Nom du segment',
    publish: 'Publier',
    count: 'Comptage en direct',
    name: 'Nom',
    address: 'Adresse',
    purpose: 'Finalité',
    create: 'Relier et tester',
    send: 'Envoyer un essai',
    answer: 'Réponse 200',
    health: 'Santé',
    counts: 'Les comptes sont justes.',
    grid: /^Événements reçus par source/,
  },
  en: {
    later: 'Later',
    people: 'People',
    identities: /^Identities/,
    city: 'City',
    segmentName: 'Name of the segment',
    publish: 'Publish',
    count: 'Live count',
    name: 'Name',
    address: 'Address',
    purpose: 'Purpose',
    create: 'Connect and test',
    send: 'Send a test',
    answer: 'Answer 200',
    health: 'Health',
    counts: 'The counts add up.',
    grid: /^Events received by source/,
  },
} as const

let pages: RealPages
let program: TestProgram
let receiver: Server

describe.skipIf(noBrowser)('the pages on the real server', () => {
  beforeAll(async () => {
    pages = await openRealPages({ env: { ALLOW_PRIVATE_NETWORK: 'true' } })
    program = pages.program
    receiver = createServer((_, response) => response.writeHead(200).end('{}'))
    await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done))
    await sendPeople()
  }, 120_000)

  afterAll(async () => {
    receiver?.closeAllConnections()
    receiver?.close()
    await pages?.close()
  })

  describe.each(['fr', 'en'] as const)('in %s', (language) => {
    let page: Page
    let faults: string[]

    beforeEach(async () => {
      const opened = await pages.openPage(language, {})
      page = opened.page
      faults = opened.faults
    })
    afterEach(() => page.context().close())

    test('one signs in, finds a person, makes a segment, tries a destination, sees all is well', async () => {
      const say = words[language]
      const later = page.getByRole('button', { name: say.later })
      await later.waitFor()
      faults.push(...(await wrongWith(page, language)))
      await later.click()
      await page.getByRole('link', { name: say.people, exact: true }).first().click()
      await page.getByRole('link', { name: NAME }).click()
      await page.getByRole('heading', { name: NAME }).waitFor()
      await page
        .getByRole('tab', { name: say.identities })
        .or(page.getByRole('link', { name: say.identities }))
        .first()
        .click()
      await page.getByText('camille@exemple.fr').first().waitFor()
      faults.push(...(await wrongWith(page, language)))

      const segment = await makeSegment(page, language)
      await page.goto(`${program.url}/destinations/new?segment=${segment}`)
      await page.getByRole('textbox', { name: say.name }).fill('Relance')
      await page.getByRole('textbox', { name: say.address }).fill(receiverUrl())
      await page.getByRole('combobox', { name: say.purpose }).click()
      await page.getByRole('option').first().click()
      faults.push(...(await wrongWith(page, language)))
      await page.getByRole('button', { name: say.create }).click()
      await page.getByRole('button', { name: say.send }).click()
      await page.getByText(say.answer).waitFor()
      faults.push(...(await wrongWith(page, language)))
      faults.push(...(await lookAtHealth(page, language)))
      expect(faults).toEqual([])
    }, 180_000)
  })

  /** The Health page: everything answers, every event is found again, an hour opens. */
  async function lookAtHealth(page: Page, language: 'fr' | 'en'): Promise<string[]> {
    const say = words[language]
    await page.getByRole('link', { name: say.health, exact: true }).first().click()
    await page.getByRole('heading', { name: say.health, exact: true }).waitFor()
    await page.getByText(say.counts).waitFor()
    await page.getByRole('grid', { name: say.grid }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('complementary', { name: 'Première source' }).waitFor()
    return wrongWith(page, language)
  }

  /** In the builder: people in Lyon, of whom there is one. Its id. */
  async function makeSegment(page: Page, language: 'fr' | 'en'): Promise<string> {
    const say = words[language]
    await page.goto(`${program.url}/segments/new`)
    await page
      .getByRole('treeitem', { name: new RegExp(`^${say.city}`) })
      .first()
      .click()
    await page.locator(`input[aria-label="${say.city}"]`).fill('Lyon')
    await page.getByRole('textbox', { name: say.segmentName }).fill(`Lyon ${language}`)
    const count = page.getByRole('complementary', { name: say.count })
    await count.getByText('1', { exact: true }).first().waitFor()
    await page.getByRole('button', { name: say.publish }).click()
    await page.waitForURL(/\/segments\/[0-9a-f]{8}-[0-9a-f-]+$/)
    await page.getByRole('heading', { name: `Lyon ${language}` }).waitFor()
    await page.getByRole('link', { name: NAME }).waitFor()
    return page.url().split('/').at(-1) ?? ''
  }
})

const receiverUrl = () => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`

/** Two people through the public intake; one lives in Lyon. */
async function sendPeople(): Promise<void> {
  const person = (userId: string, traits: object) => ({ type: 'identify', userId, traits })
  await pages.send([
    person('4417082', { name: NAME, email: 'camille@exemple.fr', city: 'Lyon' }),
    person('4417083', { name: 'Thomas Kervel', email: 'thomas@exemple.fr', city: 'Brest' }),
  ])
}
