import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

type Violation = { id: string; nodes: { target: string[]; failureSummary: string }[] }

/** What of WCAG 2.2 AA a page does not keep, each as one readable line. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const found = await page.evaluate(async (values) => {
    const run = (window as unknown as { axe: { run: (options: unknown) => Promise<unknown> } }).axe
    return run.run({ resultTypes: ['violations'], runOnly: { type: 'tag', values } })
  }, TAGS)
  return (found as { violations: Violation[] }).violations.flatMap((violation) =>
    violation.nodes
      .slice(0, 4)
      .map((node) => `${violation.id} at ${node.target.join(' ')}: ${node.failureSummary}`),
  )
}

/** How many px a page is wider than its window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
}

/** Waits until a page has its title and no skeleton is left. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor()
  await page.waitForFunction(() => !document.querySelector('[data-skeleton]'), undefined, {
    timeout: 5_000,
  })
}
