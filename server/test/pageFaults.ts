import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

/** What nobody should see on a page, whatever it shows. */

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** A message id that is shown instead of its words. */
const CATALOGUES =
  'deliveries design destinations events health home imports lists people person segmentations ' +
  'segments settings shell signIn sources'
const UNTRANSLATED = new RegExp(`\\b(${CATALOGUES.replaceAll(' ', '|')})\\.[a-z]\\w*`)

/**
 * What is wrong with a page: its language, a word without translation, WCAG 2.2 AA, a width that is
 * more than the window's.
 */
export async function wrongWith(page: Page, language: string): Promise<string[]> {
  const at = new URL(page.url()).pathname
  const wrong: string[] = []
  const spoken = await page.evaluate('document.documentElement.lang')
  if (spoken !== language) wrong.push(`${at} is in ${spoken}`)
  const missing = UNTRANSLATED.exec(await page.evaluate<string>('document.body.innerText'))
  if (missing) wrong.push(`${at} shows ${missing[0]}`)
  const over = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  )
  if (over > 0) wrong.push(`${at} is ${over} px too wide`)
  await page.evaluate(AXE)
  const found = await page.evaluate<string[]>(`axe
    .run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
    .then((result) => result.violations.map((one) =>
      one.id + ' at ' + one.nodes.map((node) => node.target.join(' ')).slice(0, 3)))`)
  return [...wrong, ...found.map((one) => `${at}: ${one}`)]
}
