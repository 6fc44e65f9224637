import fc from 'fast-check'
import { expect, it } from 'vitest'
import { limits } from './limits.ts'
import { batchRanges } from './ranges.ts'
import { mostBytesOfOne } from './weigh.ts'

const seed = Math.floor(Math.random() * 2 ** 31)
console.info(`weigh.test.ts: seed ${seed}`)

/** JSON as no SDK writes it: spaces anywhere, letters as escapes, numbers as short as they go. */
function written(value: unknown, style: { space: string; escapes: boolean }): string {
  const { space } = style
  if (typeof value === 'string') {
    const text = JSON.stringify(value)
    return style.escapes ? text.replaceAll('a', '\\u0061') : text
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) {
    return `[${space}${value.map((one) => written(one, style)).join(`,${space}`)}]`
  }
  const parts = Object.entries(value).map(
    ([key, one]) => `${written(key, style)}:${space}${written(one, style)}`,
  )
  return `{${parts.join(`${space},`)}${space}}`
}

it('never takes an event for smaller than its bytes, however they are written', () => {
  const items = fc.array(fc.oneof(fc.object({ maxDepth: 5 }), fc.jsonValue(), fc.string()))
  const json = items.map((value) => JSON.parse(JSON.stringify(value)) as unknown[])
  const styles = fc.record({
    space: fc.constantFrom('', ' ', '\n\t', ' '.repeat(50)),
    escapes: fc.boolean(),
  })
  fc.assert(
    fc.property(json, styles, (values, style) => {
      const body = Buffer.from(`{"batch":${written(values, style)}}`)
      const sizes = batchRanges(body).map(({ start, end }) => end - start)
      // Without what lies around them, so that one byte counted too many shows.
      const own = sizes.reduce((sum, size) => sum + size, 0)
      const parsed = JSON.parse(body.toString()) as { batch: unknown[] }
      expect(mostBytesOfOne(own, parsed.batch)).toBeGreaterThanOrEqual(Math.max(0, ...sizes))
    }),
    { seed, numRuns: 500 },
  )
})

it('sees that a usual batch holds no large event, and that a body may be nested without end', () => {
  const products = [{ sku: 'p-1', name: 'Nappe en lin', price: 39.9 }]
  const event = { type: 'track', event: 'Order Completed', userId: 'u', properties: { products } }
  const batch = Array.from({ length: 1_000 }, () => event)
  const bytes = Buffer.byteLength(JSON.stringify({ batch }))
  expect(bytes).toBeGreaterThan(2 * limits.eventBytes)
  expect(mostBytesOfOne(bytes, batch)).toBeLessThan(limits.eventBytes)
  const depth = 100_000
  const deep = JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`) as unknown[]
  expect(mostBytesOfOne(2 * depth, deep)).toBeGreaterThan(limits.eventBytes)
})
