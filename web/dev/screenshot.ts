import { mkdirSync } from 'node:fs'
import { chromium } from 'playwright-core'

/**
 * Pictures of pages for a person to look at:
 * `node dev/screenshot.ts <base url> <folder> fr|en <width> light|dark <path>…`
 */
const [base = '', folder = '', language = 'fr', width = '1440', scheme = 'light', ...paths] =
  process.argv.slice(2)
mkdirSync(folder, { recursive: true })
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-background-networking'],
})
const context = await browser.newContext({
  viewport: { width: Number(width), height: 900 },
  colorScheme: scheme === 'dark' ? 'dark' : 'light',
  locale: language === 'fr' ? 'fr-FR' : 'en-GB',
})
await context.addInitScript(`localStorage.setItem('clientele.language', '${language}')`)
const page = await context.newPage()
page.on('pageerror', (error) => console.error(`page error: ${error.message}`))
page.on('console', (message) => {
  if (message.type() === 'error') console.error(`console: ${message.text()}`)
})
for (const path of paths) {
  await page.goto(base + path)
  await page.waitForTimeout(2_500)
  const name = `${path.replaceAll(/[^a-z0-9]+/gi, '-')}-${language}-${width}-${scheme}.png`
  await page.screenshot({ path: `${folder}/${name}`, fullPage: Number(width) < 700 })
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  console.log(`${name}${overflow > 0 ? ` OVERFLOWS by ${overflow}px` : ''}`)
}
await browser.close()
