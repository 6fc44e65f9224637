/**
 * The events of the benchmark, each a function of its number alone: the same run on another machine
 * sends the same bytes, and what must come out can be computed beside it.
 */

/** People who come back all the time: state is read and written, not only made. */
export const PEOPLE = 20_000
const PRIME = 7_919

export type Workload = { run: string; startedAt: number }

/** Whose the event with this number is. */
export function personOf(index: number): number {
  return (index * PRIME) % PEOPLE
}

/** True for the events that put their person into the segment of buyers. */
export function isOrder(index: number): boolean {
  return index % 10 === 3
}

/** The event with this number, as an SDK would send it; about 600 bytes. */
export function eventAt(index: number, { run, startedAt }: Workload): object {
  const person = personOf(index)
  const common = {
    messageId: `${run}-${index}`,
    anonymousId: `device-${run}-${person}`,
    userId: `user-${run}-${person}`,
    timestamp: new Date(startedAt + index).toISOString(),
    context: contextOf(index),
  }
  if (index % 20 === 7) return { ...common, type: 'identify', traits: traitsOf(person, run) }
  if (isOrder(index)) {
    const properties = { order_id: `o-${index}`, total: (index % 300) + 0.5, currency: 'EUR' }
    return { ...common, type: 'track', event: 'Order Completed', properties }
  }
  const product = { product_id: `p-${index % 500}`, category: 'Linen', price: 39.9 }
  return { ...common, type: 'track', event: 'Product Viewed', properties: product }
}

function traitsOf(person: number, run: string): object {
  return {
    email: `user-${run}-${person}@example.com`,
    firstName: 'Camille',
    city: ['Lyon', 'Lille', 'Nantes', 'Paris'][person % 4],
    visits: person % 50,
  }
}

function contextOf(index: number): object {
  return {
    library: { name: 'bench', version: '1.0.0' },
    page: { url: `https://shop.example.com/p/${index % 500}`, path: `/p/${index % 500}` },
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36',
    locale: 'fr-FR',
  }
}

/** How many people the first `count` events make buyers. */
export function buyersAmong(count: number): number {
  const buyers = new Set<number>()
  for (let index = 0; index < count; index += 1) if (isOrder(index)) buyers.add(personOf(index))
  return buyers.size
}

/** The event that puts one new person into the probe segment. */
export function probeAt(index: number, { run, startedAt }: Workload): object {
  return {
    type: 'track',
    event: 'Bench Probe',
    messageId: `${run}-probe-${index}`,
    userId: probeName(index, run),
    timestamp: new Date(startedAt).toISOString(),
  }
}

export function probeName(index: number, run: string): string {
  return `probe-${run}-${index}`
}
