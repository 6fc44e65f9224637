import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

/** What nobody should see on a page, whatever it shows. */

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const WORDS = join(import.meta.dirname, '..', '..', 'web', 'src', 'locales', 'en')
/** What the ids of messages begin with. */
const catalogues = new Set(
  readdirSync(WORDS)
    .flatMap((name) => Object.keys(JSON.parse(readFileSync(join(WORDS, name), 'utf8'))))
    .map((id) => id.split('.')[0]),
)
/** A message id that is shown instead of its words. */
const UNTRANSLATED = new RegExp(`\\b(${[...catalogues].join('|')})\\.[a-z]\\w*`)

/** Everything that the page complains about from now on. */
export function listen(page: Page): string[] {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    // Before signing in the page asks whether somebody is signed in: 401 is the answer.
    const expected = message.location().url.endsWith('/api/v1/session')
    if (message.type() === 'error' && !expected) faults.push(message.text())
  })
  return faults
}

/**
 * What is wrong with a page: its language, a word without translation, WCAG 2.2 AA, a width that is
 * more than the window's.
 */
export async function wrongWith(page: Page, language: string): Promise<string[]> {
  await page.locator('[data-skeleton]').first().waitFor({ state: 'detached' })
  const at = new URL(page.url()).pathname + new URL(page.url()).search
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
    .run({ resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
    .then((result) => result.violations.map((one) =>
      one.id + ' at ' + one.nodes.map((node) => node.target.join(' ')).slice(0, 3)))`)
  return [...wrong, ...found.map((one) => `${at}: ${one}`)]
}
