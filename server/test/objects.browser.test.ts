/** Rules about what people have, built on the real server, and the page of a person who has it. */
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { wrongWith } from './pageFaults.ts'
import type { TestProgram } from './program.ts'
import { noBrowser, openRealPages, type RealPages } from './realPages.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

const DAY_MS = 86_400_000

const words = {
  fr: {
    later: 'Plus tard',
    contract: 'Contrat',
    end: 'Contrat · Fin',
    endOnly: 'Fin',
    count: 'Comptage en direct',
    what: /Avoir ou calcul/,
    operator: /Comparaison/,
    next: 'tombe d’ici',
    sum: 'total',
    name: 'Nom du segment',
    publish: 'Publier',
    objects: 'Objets',
    why: 'Pourquoi ?',
    counting: ['C-0 · Montant : 480', 'C-0-old · Montant : 10 · ne compte pas'],
    ending: 'Les personnes qui ont au moins 1 Contrat où Fin tombe d’ici 30 jours.',
    worth: 'Les personnes dont le total de Montant de leurs Contrat est au moins 500.',
  },
  en: {
    later: 'Later',
    contract: 'Contract',
    end: 'Contract · End',
    endOnly: 'End',
    count: 'Live count',
    what: /Having or number/,
    operator: /Comparison/,
    next: 'is within the next',
    sum: 'total',
    name: 'Name of the segment',
    publish: 'Publish',
    objects: 'Objects',
    why: 'Why?',
    counting: ['C-0 · Amount: 480', 'C-0-old · Amount: 10 · does not count'],
    ending: 'People who have at least 1 Contract where End is within the next 30 days.',
    worth: 'People whose total of Amount of their Contract is at least 500.',
  },
} as const

/** Who has a contract, when it ends and what it is worth. */
const PEOPLE = [
  { name: 'Camille Renaud', days: 12, amount: 480 },
  { name: 'Jean-Baptiste Ngô', days: 29, amount: 620 },
  { name: 'Chloé Petit', days: 200, amount: 900 },
  { name: 'Anaïs Lefèvre', days: null, amount: null },
]

let pages: RealPages
let program: TestProgram

describe.skipIf(noBrowser)('objects on screen', () => {
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
    })
    afterEach(async () => {
      expect(faults).toEqual([])
      await page.context().close()
    })

    test('a contract that ends within 30 days is a line with the mouse, and finds its people', async () => {
      await page.goto(`${program.url}/segments/new`)
      await page.getByRole('treeitem', { name: say.end }).click()
      await page.getByRole('button', { name: say.operator }).click()
      await page.getByRole('option', { name: say.next, exact: true }).click()
      await page.locator(`input[aria-label^="${say.endOnly}"]`).first().fill('30')
      await isCountedAndSaved(`Souris ${language}`, say.ending, ['Camille Renaud', PEOPLE[1]?.name])
    })

    test('the sum of amounts is a line by keyboard alone, and finds its people', async () => {
      await page.goto(`${program.url}/segments/new`)
      await page.getByRole('treeitem', { name: say.end }).waitFor()
      const { keyboard } = page
      await keyboard.press('/')
      await keyboard.type(say.contract.toLowerCase())
      await keyboard.press('ArrowDown')
      await keyboard.press('Enter')
      const what = page.getByRole('button', { name: say.what })
      await what.focus()
      await keyboard.press('Enter')
      // Down from "has" over "has no" to the first of the numbers.
      await keyboard.press('ArrowDown')
      await keyboard.press('ArrowDown')
      await keyboard.press('Enter')
      const value = page.locator('input[aria-label="Montant"], input[aria-label="Amount"]')
      await value.focus()
      await keyboard.type('500')
      await isCountedAndSaved(`Clavier ${language}`, say.worth, ['Chloé Petit', PEOPLE[1]?.name])
    })

    test('the page of a person lists what they have, with who told it', async () => {
      const { data } = await program.api('/profiles?q=Camille')
      await page.goto(`${program.url}/people/${data[0].id}`)
      await page.getByRole('heading', { name: say.objects }).waitFor()
      const item = page.getByRole('listitem').filter({ hasText: 'C-0' })
      await item.getByText('480').waitFor()
      await item.getByText(say.endOnly, { exact: true }).waitFor()
      expect(await wrongWith(page, language)).toEqual([])
      await page.goto(`${program.url}/people/${data[0].id}?tab=traits`)
      await item.getByText('480').waitFor()
    })

    test('why somebody is in a segment of contracts names those that count, and the others', async () => {
      const segment = await program.api('/segments', {
        name: `Fin ${language}`,
        rule: {
          object: 'contract',
          where: [{ property: 'amount', op: 'greater', value: 100 }],
          times: { op: 'atLeast', count: 1 },
        },
      })
      const isLive = async () => (await program.api(`/segments/${segment.id}`)).state
      await expect.poll(isLive).toBe('live')
      const { data } = await program.api('/profiles?q=Camille')
      await page.goto(`${program.url}/people/${data[0].id}?tab=segments`)
      await page.getByRole('button', { name: `${say.why} Fin ${language}` }).click()
      const drawer = page.getByRole('complementary', { name: `Fin ${language}` })
      const items = drawer.locator('li li')
      const texts = async () => (await items.allInnerTexts()).map((one) => one.replace(/\s/g, ' '))
      await expect.poll(texts).toEqual(say.counting)
      expect(await wrongWith(page, language)).toEqual([])
    })

    /** The sentence and the count are right; what is saved has the right members. */
    async function isCountedAndSaved(
      name: string,
      sentence: string,
      members: (string | undefined)[],
    ): Promise<void> {
      const plainly = () => page.locator('main').innerText()
      await expect.poll(async () => (await plainly()).replace(/\s+/g, ' ')).toContain(sentence)
      // While they are counted again, the people shown are pale.
      const panel = page.getByRole('complementary', { name: say.count })
      await panel.getByText(String(members.length), { exact: true }).first().waitFor()
      expect(await wrongWith(page, language)).toEqual([])
      await page.getByRole('textbox', { name: say.name }).fill(name)
      await page.getByRole('button', { name: say.publish }).click()
      await page.waitForURL(/\/segments\/[0-9a-f]{8}-[0-9a-f-]+$/)
      await page.getByRole('heading', { name }).waitFor()
      const id = new URL(page.url()).pathname.split('/').at(-1)
      await expect
        .poll(async () => (await program.api(`/segments/${id}/members`)).data.map(nameOf).sort())
        .toEqual([...members].sort())
    }
  })
})

const nameOf = ({ name }: { name: string }) => name

async function sendPeople(): Promise<void> {
  const batch = PEOPLE.flatMap(({ name, days, amount }, n) => {
    const userId = `c-${n}`
    const said = { type: 'identify', userId, traits: { name } }
    if (days === null) return [said]
    const ends_at = new Date(Date.now() + days * DAY_MS).toISOString()
    const contract = { type: 'contract', id: `C-${n}`, ends_at, amount }
    // Of old times, and so small that it changes no sum that is asked.
    const old = { type: 'contract', id: `C-${n}-old`, amount: 10 }
    const object = n === 0 ? [contract, old] : contract
    return [said, { type: 'track', userId, event: 'Paper Signed', properties: { object } }]
  })
  await pages.send(batch)
  const labels = [
    { kind: 'object', name: 'contract', fr: 'Contrat', en: 'Contract' },
    { kind: 'property', name: 'ends_at', fr: 'Fin', en: 'End' },
    { kind: 'property', name: 'amount', fr: 'Montant', en: 'Amount' },
  ]
  for (const label of labels) await putLabel(label)
}

async function putLabel(label: object): Promise<void> {
  const answer = await fetch(`${program.url}/api/v1/labels`, {
    method: 'PUT',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${program.adminKey}`,
    },
    body: JSON.stringify(label),
  })
  if (!answer.ok) throw new Error(`The label was answered ${answer.status}.`)
}
