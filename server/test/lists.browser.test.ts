/** A static list on the real server: made, filled from files, right ones and wrong ones. */
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { wrongWith } from './pageFaults.ts'
import type { TestProgram } from './program.ts'
import { noBrowser, openRealPages, type RealPages } from './realPages.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 })

const words = {
  fr: {
    later: 'Plus tard',
    create: 'Créer une liste',
    name: 'Nom de la liste',
    send: 'Charger',
    sample: 'Par exemple : anais@exemple.fr, camille@exemple.fr, ni adresse ni rien',
    noColumns: 'Ce fichier n’a pas de colonnes',
    noCsv: /^Le fichier n’est plus en CSV à partir de la ligne 3\. Corrigez-le/,
    taken: '2 identifiants ajoutés',
    refused: 'La valeur n’est pas un identifiant de cet espace de noms.',
    close: 'Fermer',
    change: /2 identifiants ajoutés.*1 ligne refusée/,
  },
  en: {
    later: 'Later',
    create: 'Create a list',
    name: 'Name of the list',
    send: 'Upload',
    sample: 'For example: anais@exemple.fr, camille@exemple.fr, ni adresse ni rien',
    noColumns: 'This file has no columns',
    noCsv: /^The file is no CSV from line 3 on\. Mend it/,
    taken: '2 identifiers added',
    refused: 'The value is no identifier of this namespace.',
    close: 'Close',
    change: /2 identifiers added.*1 line refused/,
  },
} as const

const PEOPLE = ['Anaïs', 'Camille', 'Thomas'].map((name) => ({
  type: 'identify',
  userId: name,
  traits: { name, email: `${name.toLowerCase().replace('ï', 'i')}@exemple.fr` },
}))

const csv = (text: string) => ({
  name: 'salon.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from(text),
})
const SPREADSHEET = csv('PK\u0003\u0004\u0014\0\u0006\0\b\0\0,[Content_Types].xml')
/** A quote that is opened and never closed. */
const BROKEN = csv('Nom;E-mail\nAnaïs;anais@exemple.fr\nCamille;"camille@exemple.fr\nX;x@y.fr\n')
const RIGHT = csv(
  'Nom;E-mail\nAnaïs;anais@exemple.fr\nCamille;camille@exemple.fr\n?;ni adresse ni rien\n',
)

let pages: RealPages
let program: TestProgram

describe.skipIf(noBrowser)('a list from a file', () => {
  beforeAll(async () => {
    pages = await openRealPages()
    program = pages.program
    await pages.send(PEOPLE)
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
    afterEach(() => page.context().close())

    test('wrong files are refused in a sentence, a right one puts its people on the list', async () => {
      const name = `Salon ${language}`
      await page.goto(`${program.url}/lists`)
      await page.getByRole('button', { name: say.create }).first().click()
      await page.getByRole('textbox', { name: say.name }).fill(name)
      await page.getByRole('dialog').getByRole('button', { name: say.create }).click()
      const dialog = page.getByRole('dialog', { name })
      const file = dialog.locator('input[type=file]')
      const send = dialog.getByRole('button', { name: say.send, exact: true })

      await file.setInputFiles(SPREADSHEET)
      await dialog.getByText(say.noColumns).waitFor()
      expect(await send.isDisabled()).toBe(true)
      expect(await wrongWith(page, language)).toEqual([])

      await file.setInputFiles(BROKEN)
      await dialog.getByText(say.noColumns).waitFor({ state: 'detached' })
      await send.click()
      const refusal = dialog.getByRole('alert')
      await refusal.waitFor()
      expect(await refusal.innerText()).toMatch(say.noCsv)
      expect(await wrongWith(page, language)).toEqual([])
      // The browser tells of the refusal in its console.
      expect(faults.splice(0)).toEqual([expect.stringContaining('400')])

      await file.setInputFiles(RIGHT)
      await refusal.waitFor({ state: 'detached' })
      await dialog.getByText(say.sample).waitFor()
      await send.click()
      await dialog.getByText(say.taken).waitFor()
      await dialog.getByText(say.refused).waitFor()
      expect(await wrongWith(page, language)).toEqual([])
      await dialog.getByRole('button', { name: say.close }).last().click()
      const row = page.getByRole('row', { name: new RegExp(name) })
      expect(await row.innerText()).toMatch(say.change)
      await program.settled()
      const { data } = await program.api('/lists')
      const made = data.find((one: { name: { en: string } }) => one.name.en === name)
      expect(made).toMatchObject({ members: 2, changes: [{ taken: 2 }, { kind: 'added' }] })
      expect(faults).toEqual([])
    })
  })
})
