import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decimalNumber, decimalOf, decimalText } from './decimal.ts'

describe('a decimal', () => {
  it.each([
    [0, '0.000000'],
    [-0, '0.000000'],
    [12.5, '12.500000'],
    [-12.5, '-12.500000'],
    [1e-7, '0.000000'],
    [-0.0000004, '0.000000'],
    [1e21, '1000000000000000000000.000000'],
    [0.1 + 0.2, '0.300000'],
    // Half of the last digit goes to the even neighbour.
    [0.0000005, '0.000000'],
    [0.0000015, '0.000002'],
    [0.0000025, '0.000002'],
    [-0.0000035, '-0.000004'],
    [0.00000050001, '0.000001'],
  ])('of %d is %s', (value, text) => {
    expect(decimalText(decimalOf(value) ?? 1n)).toBe(text)
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1e32, -1e300])('of %d is none', (value) => {
    expect(decimalOf(value)).toBeNull()
  })

  it('holds every number of six digits exactly', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(10 ** 14), max: 10 ** 14 }), (millionths) => {
        const value = millionths / 1_000_000
        expect(decimalOf(value)).toBe(BigInt(millionths))
        expect(decimalNumber(BigInt(millionths))).toBe(value + 0)
      }),
    )
  })

  it('keeps the order of numbers and is never off by more than half of the last digit', () => {
    const number = fc.double({ min: -1e15, max: 1e15, noNaN: true })
    fc.assert(
      fc.property(number, number, (x, y) => {
        const [dx, dy] = [decimalOf(x) ?? 0n, decimalOf(y) ?? 0n]
        if (x < y) expect(dx <= dy).toBe(true)
        expect(Math.abs(decimalNumber(dx) - x)).toBeLessThanOrEqual(
          0.0000005 + Math.abs(x) * Number.EPSILON,
        )
      }),
    )
  })

  it('sums the same in any order, unlike doubles', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true })), (values) => {
        const sum = (list: number[]) =>
          list.reduce((total, one) => total + (decimalOf(one) ?? 0n), 0n)
        expect(sum([...values].reverse())).toBe(sum(values))
      }),
    )
  })
})
