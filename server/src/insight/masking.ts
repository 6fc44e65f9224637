import { maskTrait } from '../workspace/index.ts'

/**
 * The masked form of a value at a dotted path (`address.street`): as if it still stood in the
 * object it was flattened from, where each key says what its value is.
 */
export function maskPath(path: string, value: unknown): unknown {
  const [first = '', ...rest] = path.split('.')
  const nested = rest.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value)
  const masked = maskTrait(first, nested)
  return rest.reduce<unknown>((outer, key) => (outer as Record<string, unknown>)[key], masked)
}

const PROBE = 'probe'

/**
 * Whether somebody without `profiles:reveal` sees values at this path masked, whatever they are.
 */
export const isPersonalPath = (path: string): boolean => maskPath(path, PROBE) !== PROBE
