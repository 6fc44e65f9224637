import { DEMO_SOURCES, type DemoMessage, type DemoSource } from './life.ts'
import type { PopulationOptions } from './population.ts'
import { type OwnedEvent, simulateDays } from './simulate.ts'

const BATCH_EVENTS_MAX = 500
const BATCH_BYTES_MAX = 400_000
const ENVELOPE_BYTES = 200

/** The body of one `POST /v1/batch`, and the source whose write key it goes under. */
export type DemoRequest = { source: DemoSource; batch: DemoMessage[] }

export type DemoOptions = PopulationOptions

/** The size that the two-command start uses: about 60,000 events. */
export const DEMO_DEFAULTS = { seed: 2_026, people: 2_000, days: 60 } as const

/**
 * The demo shop's history up to `now` (epoch ms) as intake requests: one day after the other, at
 * most 500 events and 400 KB each. The same options give the same bytes, message ids included; so
 * keep `now` when a load is to be resumed, and nothing is counted twice.
 */
export function* generateDemo(options: DemoOptions): Generator<DemoRequest> {
  for (const day of simulateDays(options)) {
    const requests = DEMO_SOURCES.flatMap((source) => packed(source, day))
    yield* requests.sort((a, b) => compare(firstTime(a), firstTime(b)))
  }
}

function packed(source: DemoSource, day: readonly OwnedEvent[]): DemoRequest[] {
  const requests: DemoRequest[] = []
  let batch: DemoMessage[] = []
  let bytes = ENVELOPE_BYTES
  for (const { event } of day.filter((one) => one.source === source)) {
    const size = Buffer.byteLength(JSON.stringify(event)) + 1
    if (batch.length === BATCH_EVENTS_MAX || bytes + size > BATCH_BYTES_MAX) {
      requests.push({ source, batch })
      batch = []
      bytes = ENVELOPE_BYTES
    }
    batch.push(event)
    bytes += size
  }
  if (batch.length > 0) requests.push({ source, batch })
  return requests
}

const firstTime = (request: DemoRequest) => request.batch[0]?.timestamp ?? ''
const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b))
