import type { JsonValue } from '../collect/index.ts'
import { type Decimal, decimalOf } from './decimal.ts'
import { folded, instantOf } from './text.ts'

/**
 * A value typed once, when it is folded; both evaluators, the live one and ClickHouse's, compare
 * these and never parse or fold case themselves.
 */
export type Typed =
  | { type: 'text'; raw: string; folded: string; instant: number | null }
  | { type: 'number'; raw: number; decimal: Decimal }
  | { type: 'boolean'; raw: boolean }
  /** `items` are the folded texts of its scalar members. */
  | { type: 'list'; raw: JsonValue[]; items: string[] }

/** Paths one event may bring at the most; what comes later in the object is left out. */
const PATHS_MAX = 200
/** Levels of objects that become part of a path; what lies deeper is left out. */
const PATH_DEPTH_MAX = 6
/** Characters of a path: a longer one is nobody's trait, and no index could hold it. */
const PATH_CHARACTERS_MAX = 500

/** Types one value. `null` stands for "no value": a trait that is taken back. */
export function typed(value: JsonValue): Typed | null {
  if (typeof value === 'string') {
    return { type: 'text', raw: value, folded: folded(value), instant: instantOf(value) }
  }
  if (typeof value === 'number') {
    const decimal = decimalOf(value)
    return decimal === null ? null : { type: 'number', raw: value, decimal }
  }
  if (typeof value === 'boolean') return { type: 'boolean', raw: value }
  if (Array.isArray(value)) return { type: 'list', raw: value, items: value.flatMap(itemText) }
  return null
}

function itemText(item: JsonValue): string[] {
  if (typeof item === 'string') return [folded(item)]
  if (typeof item === 'number' || typeof item === 'boolean') return [String(item)]
  return []
}

/** Flattens an object into dotted paths (`address.city`), lists kept whole. */
export function flatten(object: { [key: string]: JsonValue }): Map<string, JsonValue> {
  const paths = new Map<string, JsonValue>()
  const walk = (value: { [key: string]: JsonValue }, prefix: string, depth: number) => {
    for (const [key, item] of Object.entries(value)) {
      if (paths.size >= PATHS_MAX) return
      const path = prefix === '' ? key : `${prefix}.${key}`
      if (item !== null && typeof item === 'object' && !Array.isArray(item)) {
        if (depth < PATH_DEPTH_MAX) walk(item, path, depth + 1)
      } else if (path.length <= PATH_CHARACTERS_MAX) {
        paths.set(path, item)
      }
    }
  }
  walk(object, '', 1)
  return paths
}
