import type { Events, FromParty, Measure, Party } from '../../src/segment/rule.ts'
import { isIn } from './naiveCalendar.ts'
import { comparesAt, isTooLarge, plain } from './naiveComparison.ts'
import { isAtMoment } from './naiveMoment.ts'

/** What events tell, for the naive readings. */

export type Told = {
  /** Who: one identifier, which is a profile of its own. */
  who: string
  event: string
  /** Epoch ms. */
  time: number
  messageId: string
  properties: Record<string, unknown>
  /** Only of an identify. */
  traits: Record<string, unknown> | null
  /** Objects that it names, in this order. */
  objects?: readonly ToldObject[]
  /** Of whose source; of the first party where it is not said. */
  party?: Party
  /** Bots and staff are kept and never counted. */
  counted: boolean
  /** By which the program orders events of the same time. */
  hash?: number
  /** What was said of purposes: [purpose, channel, yes]. */
  consents?: readonly (readonly [string, string, boolean])[]
}

export type ToldObject = {
  type: string
  id: string
  removed: boolean
  /** By path. */
  attributes: Record<string, unknown>
}

const isScalar = (value: unknown) =>
  value !== null && value !== undefined && typeof value !== 'object' && !isTooLarge(value)

export function itemsOf(list: unknown, key: string): unknown[] | undefined {
  if (!Array.isArray(list)) return undefined
  const values = list.map((item) => (item as Record<string, unknown> | null)?.[key])
  const kept = values.filter(isScalar)
  return kept.length === 0 ? undefined : kept
}

function read(event: Told, path: string): unknown {
  const said = event.traits ?? event.properties
  const [name = '', key] = path.split('[].')
  return key === undefined ? said[name] : itemsOf(said[name], key)
}

export const isOf = ({ party: asked }: FromParty, { party = 'first' }: Told): boolean =>
  asked === undefined || asked.includes(party)

/**
 * The value last told of a trait; of a path with `[]` those of its list's items. Where a party is
 * asked for, what others told last is none.
 */
export function latest(path: string, events: readonly Told[], asked: FromParty = {}): unknown {
  const [name = '', key] = path.split('[].')
  const said = events.filter((one) => one.traits && name in one.traits)
  said.sort((x, y) => x.time - y.time)
  const teller = said.at(-1)
  const value = teller && isOf(asked, teller) ? teller.traits?.[name] : undefined
  return key === undefined ? value : itemsOf(value, key)
}

/** What the program tells of lists: nobody's doing. */
export const LISTED = '$List Changed'

export function matching(asked: Events, events: readonly Told[]): Told[] {
  const { did: name, where = [], when } = asked
  return events.filter(
    (one) =>
      isOf(asked, one) &&
      (name === null ? one.event !== LISTED : one.event === name) &&
      (when === undefined || isAtMoment(when, one.time)) &&
      where.every((filter) =>
        comparesAt(filter.property, read(one, filter.property), filter, one.time),
      ),
  )
}

/** Millionths; of what is no number, nothing. */
export function micros(value: unknown): bigint[] {
  if (typeof value !== 'number' || isTooLarge(value)) return []
  if (Math.abs(value) >= 1e15) return [BigInt(value) * 1_000_000n]
  return [BigInt(value.toFixed(6).replace('.', ''))]
}

export type Value = bigint | string | boolean

/** What an event tells under a path, item by item. */
export const valuesOf = (event: Told, path: string): Value[] => valuesIn(read(event, path), path)

export function valuesIn(value: unknown, path: string): Value[] {
  const values = path.includes('[]') ? ((value as unknown[]) ?? []) : [value]
  return values.flatMap((one): Value[] => {
    if (typeof one === 'string') return [plain(one)]
    return typeof one === 'boolean' ? [one] : micros(one)
  })
}

/** What a measure makes of values, the earliest first. */
export function aggregate(measure: string, values: readonly Value[]): Value | null {
  const numbers = values.filter((one) => typeof one === 'bigint')
  const total = numbers.reduce((sum, one) => sum + one, 0n)
  const sorted = [...numbers].sort((x, y) => (x < y ? -1 : x > y ? 1 : 0))
  const results: Record<string, () => Value | undefined> = {
    sum: () => total,
    average: () => (numbers.length === 0 ? undefined : total / BigInt(numbers.length)),
    min: () => sorted[0],
    max: () => sorted.at(-1),
    distinct: () => BigInt(new Set(values).size) * 1_000_000n,
    first: () => values[0],
    last: () => values.at(-1),
  }
  return results[measure]?.() ?? null
}

export function measured(measure: Measure, events: readonly Told[], now: number): Value | null {
  const take = (of: Events, property: string | undefined): Value | null => {
    const found = matching(of, events)
      .filter(({ time }) => isIn(measure.within, time, now))
      .sort((x, y) => x.time - y.time || (x.hash ?? 0) - (y.hash ?? 0))
    if (measure.measure === 'count') return BigInt(found.length) * 1_000_000n
    return aggregate(
      measure.measure,
      found.flatMap((one) => valuesOf(one, property ?? '')),
    )
  }
  const own = take(measure.of, measure.property)
  if (!measure.less) return own
  const off = take(measure.less.of, measure.less.property ?? measure.property)
  return typeof own === 'bigint' && typeof off === 'bigint' ? own - off : own
}
