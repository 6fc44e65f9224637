import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { overflow, settled, violations } from './axe.ts'
import { noBrowser, type Pages, startPages } from './fixture-pages.ts'

/** No axe violation of WCAG 2.2 AA on any route, and no page wider than its window. */
vi.setConfig({ testTimeout: 30_000, hookTimeout: 120_000 })

const CAMILLE = '/people/018f3c2a-7e41-7b9d-8a10-000000000000'
const routes = [
  '/',
  '/sources',
  '/sources?new=true',
  '/sources/web',
  '/events',
  '/events?tab=problems',
  '/events?tab=volumes',
  '/import',
  '/people',
  '/people?q=nobody-by-this-name',
  '/people/missing',
  CAMILLE,
  `${CAMILLE}?tab=timeline`,
  `${CAMILLE}?tab=traits`,
  `${CAMILLE}?tab=identities`,
  `${CAMILLE}?tab=identities&view=list`,
  `${CAMILLE}?tab=segments`,
  `${CAMILLE}?tab=consents`,
  `${CAMILLE}?tab=deliveries`,
  '/segments',
  '/segments?folder=Relances&tag=vip',
  '/lists',
  '/segmentations',
  '/segmentations/new',
  '/segmentations/sgm-value',
  '/personas',
  '/personas/psn-camille',
  '/traits',
  '/traits?tab=given',
  '/traits/new',
  '/traits/ct-rfm?cell=5-5',
  '/segments/new',
  '/segments/seg-best/edit',
  '/segments/seg-best/edit?view=json',
  '/segments/seg-best',
  '/segments/seg-best?tab=history',
  '/segments/seg-best?tab=overlap',
  '/segments/seg-best?tab=flows',
  '/segments/seg-best?tab=profile',
  '/segments/seg-best?tab=consumers',
  '/segments/seg-best?tab=versions',
  '/destinations',
  '/destinations/new',
  '/destinations/dst-mail',
  '/destinations/dst-mail?tab=test',
  '/destinations/dst-mail?tab=settings',
  '/deliveries',
  '/deliveries?open=dlv-5',
  '/settings',
  '/settings?tab=users',
  '/settings?tab=keys',
  '/settings?tab=labels',
  '/settings?tab=audit',
  '/settings?tab=account',
  '/health',
  '/health?period=7d',
  '/no-such-page',
]

/** Every route once: French light and English dark take turns, so each half sees both. */
const looks = [
  { language: 'fr', scheme: 'light' },
  { language: 'en', scheme: 'dark' },
] as const

describe.skipIf(noBrowser)('accessibility', () => {
  let pages: Pages
  beforeAll(async () => {
    pages = await startPages()
  })
  afterAll(() => pages?.close())

  describe.each(looks)('in $language, $scheme', ({ language, scheme }) => {
    let page: Page
    beforeAll(async () => {
      page = await pages.open(language)
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    })
    const turn = looks.findIndex((look) => look.language === language)
    test.each(routes.filter((_, at) => at % 2 === turn))('%s has no violation', async (route) => {
      await page.goto(pages.base + route)
      await settled(page)
      expect(await page.evaluate('document.documentElement.lang')).toBe(language)
      expect(await violations(page)).toEqual([])
    })
  })

  describe.each(looks)('narrow, in the other language than $language', ({ language }) => {
    test('no page is wider than the screen, speaks another language or fails', async () => {
      const turn = looks.findIndex((look) => look.language === language)
      const other = language === 'fr' ? 'en' : 'fr'
      const page = await pages.open(other, 390)
      const wrong: string[] = []
      page.on('pageerror', (error) => wrong.push(`${page.url()}: ${error.message}`))
      for (const route of routes.filter((_, at) => at % 2 === turn)) {
        await page.goto(pages.base + route)
        await settled(page)
        const over = await overflow(page)
        if (over > 0) wrong.push(`${route} is ${over} px too wide`)
        const spoken = await page.evaluate('document.documentElement.lang')
        if (spoken !== other) wrong.push(`${route} is in ${spoken}`)
      }
      expect(wrong).toEqual([])
    }, 120_000)
  })

  test('the palette, the shortcut sheet and an open event have no violation', async () => {
    const page = await pages.open('fr')
    await page.goto(`${pages.base}/events`)
    await page.getByRole('button', { name: 'Mettre en pause' }).click()
    await page.getByRole('cell').getByRole('button').first().click()
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder(/Une personne, un identifiant/).waitFor()
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    await page.getByText('Raccourcis clavier').waitFor()
    expect(await violations(page)).toEqual([])
  })
})
