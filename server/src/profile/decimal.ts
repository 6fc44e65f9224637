/** A number with 6 decimal digits, as an integer of millionths: sums do not depend on order. */
export type Decimal = bigint

const DIGITS = 6
const MILLION = 10n ** BigInt(DIGITS)
/** Decimal(38, 6) holds 32 digits before the point. */
const INTEGER_DIGITS_MAX = 32

/** Rounds half-even to 6 digits; `null` for what is not a number or is too large to keep. */
export function decimalOf(value: number): Decimal | null {
  if (Number.isSafeInteger(value)) return BigInt(value) * MILLION
  if (!Number.isFinite(value)) return null
  const [mantissa = '0', exponentText = '0'] = Math.abs(value).toExponential().split('e')
  const [whole = '0', fraction = ''] = mantissa.split('.')
  const exponent = Number(exponentText)
  if (exponent >= INTEGER_DIGITS_MAX) return null
  const digits = BigInt(whole + fraction)
  // value = digits × 10^(exponent − fraction.length); in millionths six powers more.
  const shift = exponent - fraction.length + DIGITS
  const magnitude = shift >= 0 ? digits * 10n ** BigInt(shift) : divideHalfEven(digits, -shift)
  return value < 0 ? -magnitude : magnitude
}

function divideHalfEven(digits: bigint, powers: number): bigint {
  const divisor = 10n ** BigInt(powers)
  const quotient = digits / divisor
  const twice = (digits % divisor) * 2n
  if (twice > divisor || (twice === divisor && quotient % 2n === 1n)) return quotient + 1n
  return quotient
}

/** Writes a decimal for SQL and JSON: `-12.500000`. */
export function decimalText(value: Decimal): string {
  const magnitude = (value < 0n ? -value : value).toString().padStart(DIGITS + 1, '0')
  const point = magnitude.length - DIGITS
  return `${value < 0n ? '-' : ''}${magnitude.slice(0, point)}.${magnitude.slice(point)}`
}

/** The nearest double, for display. */
export function decimalNumber(value: Decimal): number {
  return Number(decimalText(value))
}

/** Reads what `decimalText` wrote, or ClickHouse, which leaves zeros at the end out. */
export function decimalFrom(text: string): Decimal {
  const [whole = '0', fraction = ''] = text.split('.')
  return BigInt(`${whole}${fraction.padEnd(DIGITS, '0')}`)
}
