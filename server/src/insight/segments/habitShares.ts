import type { AskHistory } from '../history.ts'
import { SESSION_GAP_MS } from '../sessions.ts'
import { SUPPORT_MIN } from './significance.ts'
import { arePeople, PEOPLE, type PortraitQuestion, valuesOf } from './traitShares.ts'

/** What somebody's events say of them. */
export const HABITS = [
  'event',
  'source',
  'slot',
  'weekday',
  'category',
  'brand',
  'product',
  'path',
] as const
export type Habit = (typeof HABITS)[number]

export type HabitShare = {
  habit: Habit
  /**
   * A name of an event, the number of a source, the first hour of a slot, an ISO weekday, …;
   * of a path a JSON array of two names.
   */
  value: string
  n: number
  baseN: number
  /** Who did anything; of products, categories and brands: who took an interest in any. */
  of: number
  baseOf: number
}

/** Hours of one part of the day. */
export const SLOT_HOURS = 3
const FEW_MAX = 400
/** Events of a person whose order is looked at: the latest ones. */
const STEPS_MAX = 500

/**
 * Where the e-commerce events of Segment's specification say what was viewed or bought. Texts are
 * those of the event itself, items those of its list of products.
 */
const PRODUCT_PATHS: Record<'category' | 'brand' | 'product', { text: string; item: string }> = {
  category: { text: 'category', item: 'products[].category' },
  brand: { text: 'brand', item: 'products[].brand' },
  product: { text: 'name', item: 'products[].name' },
}
/** Only of these is `name` the name of a product. */
const PRODUCT_EVENT = "startsWith(event, 'Product ')"

/**
 * How many people of the segment and of the base have each habit, and how many did anything at all.
 * One reading of the events since then: what a person did becomes a set of habits, and these are
 * counted. The slot and the weekday of a person are those of most of their events.
 */
export async function readHabitShares(
  ask: AskHistory,
  question: PortraitQuestion,
): Promise<{ shares: HabitShare[]; active: number; baseActive: number }> {
  const rows = await ask<{ habit: Habit | 'any'; value: string; n: number; baseN: number }>(
    `SELECT habit, value, countIf(member) AS n, count() AS baseN
     FROM (
       SELECT member, arrayJoin(arrayConcat(
         [('any', '')],
         arrayMap(one -> ('event', one), events),
         arrayMap(one -> ('source', toString(one)), sources),
         [('slot', toString(favourite(slots) * ${SLOT_HOURS}))],
         [('weekday', toString(favourite(weekdays)))],
         arrayMap(one -> ('category', one), categories),
         arrayMap(one -> ('brand', one), brands),
         arrayMap(one -> ('product', one), products),
         arrayMap(one -> ('path', one), paths),
         if(empty(categories), [], [('any', 'category')]),
         if(empty(brands), [], [('any', 'brand')]),
         if(empty(products), [], [('any', 'product')]))) AS pair,
         pair.1 AS habit, pair.2 AS value
       FROM (${personsSql(question)})
     )
     GROUP BY habit, value HAVING n >= {support:UInt32} OR habit IN ('any', 'slot', 'weekday')
     ORDER BY n DESC, habit, value LIMIT {few:UInt32} BY habit`.replaceAll(
      /favourite\((\w+)\)/g,
      'mapKeys($1)[indexOf(mapValues($1), arrayMax(mapValues($1)))]',
    ),
    { ...valuesOf(question), support: SUPPORT_MIN, few: FEW_MAX },
    'heavy',
  )
  const any = new Map(rows.flatMap((row) => (row.habit === 'any' ? [[row.value, row]] : [])))
  const everybody = any.get('')
  const shares = rows.flatMap(({ habit, value, n, baseN }): HabitShare[] => {
    if (habit === 'any') return []
    const all = any.get(habit) ?? everybody
    return all ? [{ habit, value, n, baseN, of: all.n, baseOf: all.baseN }] : []
  })
  return { shares, active: everybody?.n ?? 0, baseActive: everybody?.baseN ?? 0 }
}

const namesOf = (kind: keyof typeof PRODUCT_PATHS, onlyIf: string): string => {
  const { text, item } = PRODUCT_PATHS[kind]
  return `arrayFilter(one -> one <> '', groupUniqArrayArray(arrayConcat(
    if(${onlyIf}, [text['${text}']], []), arrayMap(one -> one.2, item['${item}']))))`
}

/**
 * What somebody did right after something else, in one visit. `steps` are the newest first, their
 * times negative.
 */
const PATHS = `arrayDistinct(arrayMap(
      pair -> toJSONString([pair.2.2, pair.1.2]),
      arrayFilter(
        pair -> pair.1.2 != pair.2.2 AND pair.2.1 - pair.1.1 <= ${SESSION_GAP_MS},
        arrayZip(arrayPopBack(steps), arrayPopFront(steps)))))`

const personsSql = (question: PortraitQuestion): string => `
  SELECT profile,
    profile IN (
      SELECT profile FROM profile_current FINAL
      WHERE workspace = {workspace:UInt32} AND has(segments, {segment:UInt32})) AS member,
    groupUniqArray(toString(event)) AS events,
    groupUniqArray(source) AS sources,
    sumMap(map(intDiv(toHour(time, {timeZone:String}), ${SLOT_HOURS}), 1)) AS slots,
    sumMap(map(toDayOfWeek(time, 0, {timeZone:String}), 1)) AS weekdays,
    ${namesOf('category', PRODUCT_EVENT)} AS categories,
    ${namesOf('brand', PRODUCT_EVENT)} AS brands,
    ${namesOf('product', PRODUCT_EVENT)} AS products,
    groupArraySorted(${STEPS_MAX})((-toUnixTimestamp64Milli(time), toString(event))) AS steps,
    ${PATHS} AS paths
  FROM event_of_profile
  WHERE workspace = {workspace:UInt32} AND counted
    AND time >= fromUnixTimestamp64Milli({since:Int64})
    AND profile IN (SELECT p.profile FROM ${PEOPLE} WHERE ${arePeople(question)})
  GROUP BY profile`

/** How names of products, categories and brands are written: texts are compared without accents. */
export async function readSpellings(
  ask: AskHistory,
  { workspace, since }: PortraitQuestion,
  values: readonly string[],
): Promise<string[]> {
  if (values.length === 0) return []
  const paths = Object.values(PRODUCT_PATHS)
  const items = paths.map(({ item }) => `arrayMap(one -> one.2, item['${item}'])`)
  const texts = paths.map(({ text }) => `text['${text}']`)
  const rows = await ask<{ body: string }>(
    `SELECT any(body) AS body FROM event
     ARRAY JOIN arrayDistinct(arrayConcat([${texts.join(', ')}], ${items.join(', ')})) AS name
     WHERE workspace = {workspace:UInt32} AND time >= fromUnixTimestamp64Milli({since:Int64})
       AND name IN {values:Array(String)}
     GROUP BY name`,
    { workspace, since, values },
    'heavy',
  )
  return rows.map(({ body }) => body)
}
