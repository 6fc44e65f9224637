/**
 * The rules that `docs/segments.md` shows are rules, and every kind and operator is on that page.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { operations } from './operators/index.ts'
import { faultIn, parseRule, specFault } from './parse.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/segments.md'), 'utf8')
const blocks = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map((match) => match[1] ?? '')

it('the page shows several rules, each of which is one', () => {
  expect(blocks.length).toBeGreaterThan(5)
  for (const block of blocks) expect(faultIn(JSON.parse(block)), block).toBeNull()
})

it('the page names every operator', () => {
  for (const op of [...Object.keys(operations), 'notExists']) expect(page).toContain(`\`${op}\``)
})

it('a party that there is none of, none at all, and the sources themselves are refused', () => {
  const trait = { trait: 'city', op: 'exists' }
  const of = (party: unknown) => ({ did: null, party })
  const measure = { measure: 'count', within: null, op: 'greater', value: 1 }
  expect(faultIn({ all: [{ ...trait, party: ['fourth'] }] })?.path).toBe('/all/0/party/0')
  expect(faultIn({ ...trait, party: [] })?.path).toBe('/party')
  expect(faultIn({ ...trait, party: ['first', 'first'] })?.path).toBe('/party')
  expect(faultIn({ ...measure, of: of('third') })?.path).toBe('/of/party')
  expect(faultIn({ ...measure, of: of(['third']) })).toBeNull()
  expect(faultIn({ ...trait, party: ['first'], sources: { only: [] } })).not.toBeNull()
  expect(specFault({ daysSince: 'last', of: of(['third']), within: null })).toMatchObject({
    path: '/of/party',
  })
})

it('a number beyond JSON is refused where it stands', () => {
  const rule = JSON.parse('{"any": [{"trait": "a", "op": "equals", "value": 1e999}]}')
  expect(() => parseRule(rule)).toThrow('/any/0/value')
})
