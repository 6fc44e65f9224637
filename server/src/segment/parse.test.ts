/**
 * The rules that `docs/segments.md` shows are rules, and every kind and operator is on that page.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { operations } from './operators/index.ts'
import { faultIn, parseRule } from './parse.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/segments.md'), 'utf8')
const blocks = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map((match) => match[1] ?? '')

it('the page shows several rules, each of which is one', () => {
  expect(blocks.length).toBeGreaterThan(5)
  for (const block of blocks) expect(faultIn(JSON.parse(block)), block).toBeNull()
})

it('the page names every operator', () => {
  for (const op of [...Object.keys(operations), 'notExists']) expect(page).toContain(`\`${op}\``)
})

it('a number beyond JSON is refused where it stands', () => {
  const rule = JSON.parse('{"any": [{"trait": "a", "op": "equals", "value": 1e999}]}')
  expect(() => parseRule(rule)).toThrow('/any/0/value')
})
