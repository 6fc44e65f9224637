/**
 * The events of the benchmark, each a function of its number alone: the same run on another machine
 * sends the same bytes, and what must come out can be computed beside it.
 */

export type Popularity =
  /** Zipf with exponent 1: the person of rank r is as frequent as 1 / r. */
  | 'zipf'
  /** The worst case: each event is another person's until everybody had one. */
  | 'another'
  /** The same among those who are in the middle of a visit: no event is the first of one. */
  | 'visiting'

export type Workload = {
  /** Part of every name and message id, so that two runs never meet. */
  run: string
  /** Epoch ms: the begin of a quarter of an hour that has passed; all events lie within it. */
  base: number
  people: number
  popularity: Popularity
}

const PRIME = 7_919
const QUARTER_MS = 15 * 60 * 1_000
/** A little less than the quarter of an hour that counts as one login of a device. */
const SPAN_MS = QUARTER_MS - 1_000

/** The quarter of an hour that ended last. */
export function lastQuarter(now: number): number {
  return Math.floor(now / QUARTER_MS) * QUARTER_MS - QUARTER_MS
}

/** 32 well-mixed bits of a number (the finaliser of MurmurHash3). */
export function mixed(value: number): number {
  let bits = value | 0
  bits = Math.imul(bits ^ (bits >>> 16), 0x85eb_ca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2_ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}

/**
 * Whose the event with this number is. Ranks are drawn log-uniformly, ⌊(people + 1)^u⌋ − 1 for a
 * uniform u, which is Zipf's law with exponent 1; then they are spread, so that popular people are
 * not neighbours in any key.
 */
export function personOf(
  index: number,
  { people, popularity }: Pick<Workload, 'people' | 'popularity'>,
): number {
  if (popularity === 'another') return (index * PRIME) % people
  if (popularity === 'visiting') {
    let person = (index * PRIME) % people
    while (isReturning(person)) person = (person + 1) % people
    return person
  }
  const rank = Math.floor((people + 1) ** (mixed(index) / 2 ** 32)) - 1
  return (rank * PRIME) % people
}

/**
 * Of 100 people so many come back after a pause, which writes their device's next login; the others
 * are in the middle of a visit, as most are where 10,000 events a second come from a million.
 */
const RETURNING_OF_100 = 15

export const isReturning = (person: number) => mixed(person) % 100 < RETURNING_OF_100

/** What a shop's visitors do, and how many of 100 events are it. */
export const EVENT_MIX: readonly [string, number][] = [
  ['Product Viewed', 40],
  ['Product List Viewed', 14],
  ['Order Completed', 10],
  ['Product Added', 8],
  ['Cart Viewed', 6],
  ['Email Opened', 5],
  ['Search Performed', 4],
  ['Product Removed', 2],
  ['Checkout Started', 2],
  ['Wishlist Updated', 2],
  ['Coupon Applied', 1],
  ['Review Written', 1],
]
const IDENTIFY_OF_100 = 5

const NAMES = EVENT_MIX.flatMap(([name, share]) => Array.from({ length: share }, () => name))
export const EVENT_NAMES: readonly string[] = EVENT_MIX.map(([name]) => name)
export const CATEGORIES = 200
export const CITIES = 1_000

const slotOf = (index: number) => (index * 37) % 100

/** True for the events that put their person into the segment of buyers. */
export function isOrder(index: number): boolean {
  return NAMES[slotOf(index)] === 'Order Completed'
}

export const userName = (person: number, run: string) => `user-${run}-${pad(person)}`
export const deviceName = (person: number, run: string) => `device-${run}-${pad(person)}`
export const emailOf = (person: number, run: string) => `user-${run}-${pad(person)}@example.com`

const pad = (number: number) => String(number).padStart(8, '0')

/** Traits of a person, as an object in JSON. */
export function traitsText(person: number, run: string): string {
  return (
    `{"email":"${emailOf(person, run)}","firstName":"Camille","lastName":"Martin",` +
    `"city":"city-${person % CITIES}","plan":"${PLANS[person % PLANS.length]}",` +
    `"visits":${person % 50},"newsletter":${person % 3 === 0},"country":"FR"}`
  )
}

export const PLANS: readonly string[] = ['free', 'silver', 'gold']

/** What the events of one moment have in common, so that a million of them are made quickly. */
const CONTEXT =
  '"context":{"library":{"name":"bench","version":"1.0.0"},' +
  '"userAgent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",' +
  '"locale":"fr-FR","page":{"url":"https://shop.example.com/p/'

/** Type of the event with this number, as in the path of a single request. */
export function typeOf(index: number): 'track' | 'identify' {
  return slotOf(index) >= 100 - IDENTIFY_OF_100 ? 'identify' : 'track'
}

let second = 0
let secondText = ''

/** An instant as an ISO text; the text of its second is kept, since neighbours share it. */
function isoOf(epochMs: number): string {
  const whole = Math.floor(epochMs / 1_000)
  if (whole !== second) {
    second = whole
    secondText = new Date(whole * 1_000).toISOString().slice(0, 20)
  }
  return `${secondText}${String(epochMs - whole * 1_000).padStart(3, '0')}Z`
}

/** The event with this number as JSON, as an SDK would send it; 500 to 600 bytes. */
export function eventText(index: number, workload: Workload): string {
  const { run, base } = workload
  const person = personOf(index, workload)
  const product = index % 500
  const head =
    `{"messageId":"${run}-${index}","anonymousId":"${deviceName(person, run)}",` +
    `"userId":"${userName(person, run)}","timestamp":"${isoOf(base + (index % SPAN_MS))}",` +
    `${CONTEXT}${product}","path":"/p/${product}"}},`
  if (typeOf(index) === 'identify') {
    return `${head}"type":"identify","traits":${traitsText(person, run)}}`
  }
  const name = NAMES[slotOf(index)] ?? 'Product Viewed'
  const order = isOrder(index) ? `"order_id":"o-${index}","total":${(index % 300) + 0.5},` : ''
  return (
    `${head}"type":"track","event":"${name}","properties":{${order}"product_id":"p-${product}",` +
    `"category":"category-${mixed(index) % CATEGORIES}","price":39.9,"currency":"EUR"}}`
  )
}

/** The body of a request with `batch` events; one is sent by itself. */
export function bodyText(first: number, batch: number, workload: Workload): string {
  if (batch === 1) return eventText(first, workload)
  const events = Array.from({ length: batch }, (_, offset) => eventText(first + offset, workload))
  return `{"batch":[${events.join(',')}]}`
}

/** How many people the events of these numbers make buyers. */
export function buyersAmong(
  ranges: readonly { first: number; count: number; workload: Workload }[],
): number {
  const buyers = new Set<number>()
  for (const { first, count, workload } of ranges) {
    for (let index = first; index < first + count; index += 1) {
      if (isOrder(index)) buyers.add(personOf(index, workload))
    }
  }
  return buyers.size
}

/** The event that puts one new person into the probe segment. */
export function probeText(index: number, { run, base }: Workload): string {
  return (
    `{"type":"track","event":"Bench Probe","messageId":"${run}-probe-${index}",` +
    `"userId":"${probeName(index, run)}","timestamp":"${isoOf(base + (index % SPAN_MS))}"}`
  )
}

export const probeName = (index: number, run: string) => `probe-${run}-${index}`

/** An event of a known person at an instant of its own, whose window ends a minute later. */
export function exitText(index: number, person: number, at: number, run: string): string {
  return (
    `{"type":"track","event":"Bench Exit","messageId":"${run}-exit-${at}-${index}",` +
    `"userId":"${userName(person, run)}","timestamp":"${isoOf(at)}"}`
  )
}
