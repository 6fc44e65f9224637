import type { JsonValue } from '../collect/index.ts'
import { type Decimal, decimalOf } from './decimal.ts'
import { folded, instantOf, versionKey } from './text.ts'

/**
 * A value typed once, when it is folded; both evaluators, the live one and ClickHouse's, compare
 * these and never parse or fold case themselves.
 */
export type Typed =
  /** `version`: what it is sorted by when it is a version like 4.12.0; see `versionKey`. */
  | { type: 'text'; raw: string; folded: string; instant: number | null; version: string | null }
  | { type: 'number'; raw: number; decimal: Decimal }
  | { type: 'boolean'; raw: boolean }
  /** `items` are the folded texts of its scalar members. */
  | { type: 'list'; raw: JsonValue[]; items: string[] }
  /** What the objects of a list say under one key: the value of a path with `[]`. */
  | { type: 'items'; values: ItemValue[] }

/** A value of one item of a list; an instant in it is a text. */
export type ItemValue =
  | { type: 'text'; raw: string; folded: string; instant: null; version: null }
  | { type: 'number'; raw: number; decimal: Decimal }
  | { type: 'boolean'; raw: boolean }

/** Paths one event may bring at the most; what comes later in the object is left out. */
const PATHS_MAX = 200
/** Levels of objects that become part of a path; what lies deeper is left out. */
const PATH_DEPTH_MAX = 6
/** Items of a list that are looked into. */
const ITEMS_MAX = 100
/** Characters of a path: a longer one is nobody's trait, and no index could hold it. */
const PATH_CHARACTERS_MAX = 500

/** What stands in a path for "of each item of the list". */
const EACH = '[]'

/** True for a path like `products[].category`, which has a value for each item of a list. */
export const isItemPath = (path: string): boolean => path.includes(EACH)

/** Types the value of a path as `flatten` gives it. `null`: there is none. */
export function typedAt(path: string, value: JsonValue): Typed | null {
  if (!isItemPath(path)) return typed(value)
  const values = Array.isArray(value) ? value.flatMap((item) => typedItem(item) ?? []) : []
  return values.length === 0 ? null : { type: 'items', values }
}

/** The path of the list that an item path looks into; of any other path itself. */
export function listPath(path: string): string {
  const end = path.indexOf(EACH)
  return end === -1 ? path : path.slice(0, end)
}

/** Types what a path says of a trait; of an item path `value` is the whole list. */
export function typedTrait(path: string, value: JsonValue): Typed | null {
  if (!isItemPath(path)) return typed(value)
  return typedAt(path, flatten({ [listPath(path)]: value }).get(path) ?? null)
}

function typedItem(value: JsonValue): ItemValue | null {
  if (typeof value === 'string') {
    return { type: 'text', raw: value, folded: folded(value), instant: null, version: null }
  }
  const item = typed(value)
  return item?.type === 'number' || item?.type === 'boolean' ? item : null
}

/** Types one value. `null` stands for "no value": a trait that is taken back. */
export function typed(value: JsonValue): Typed | null {
  if (typeof value === 'string') {
    const text = { raw: value, folded: folded(value) }
    return { type: 'text', ...text, instant: instantOf(value), version: versionKey(value) }
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

type JsonObject = { [key: string]: JsonValue }

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Flattens an object into dotted paths (`address.city`). A list is kept whole; of a list of objects
 * there is besides, under a path like `products[].category`, the list of what its items say.
 */
export function flatten(object: JsonObject): Map<string, JsonValue> {
  const paths = new Map<string, JsonValue>()
  const walk = (value: JsonObject, prefix: string, depth: number) => {
    for (const [key, item] of Object.entries(value)) {
      if (paths.size >= PATHS_MAX) return
      const path = prefix === '' ? key : `${prefix}.${key}`
      if (isObject(item)) {
        if (depth < PATH_DEPTH_MAX) walk(item, path, depth + 1)
      } else if (path.length <= PATH_CHARACTERS_MAX) {
        paths.set(path, item)
        if (Array.isArray(item)) addItems(paths, path, item)
      }
    }
  }
  walk(object, '', 1)
  return paths
}

function addItems(paths: Map<string, JsonValue>, list: string, items: readonly JsonValue[]): void {
  for (const item of items.slice(0, ITEMS_MAX)) {
    if (!isObject(item)) continue
    for (const [key, value] of Object.entries(item)) {
      const path = `${list}${EACH}.${key}`
      if (value === null || typeof value === 'object') continue
      const held = paths.get(path)
      if (Array.isArray(held)) held.push(value)
      else if (paths.size < PATHS_MAX && path.length <= PATH_CHARACTERS_MAX) {
        paths.set(path, [value])
      }
    }
  }
}
