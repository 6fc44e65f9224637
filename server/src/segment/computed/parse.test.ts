/** The definitions that `docs/traits.md` shows are definitions, and every kind is on that page. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { faultIn, specFault } from '../parse.ts'
import { computedNames } from './index.ts'

const page = readFileSync(join(import.meta.dirname, '../../../../docs/traits.md'), 'utf8')
const blocks = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(
  (match) => JSON.parse(match[1] ?? '') as object,
)

it('the page shows definitions and rules, each of which is one', () => {
  expect(blocks.length).toBeGreaterThan(5)
  for (const block of blocks) {
    const fault = 'trait' in block ? faultIn(block) : specFault(block)
    expect(fault, JSON.stringify(block)).toBeNull()
  }
})

it('the page shows every kind', () => {
  for (const name of computedNames.split(/, | or /)) {
    expect(
      blocks.some((block) => name in block),
      name,
    ).toBe(true)
  }
})
