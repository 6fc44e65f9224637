import {
  beginLife,
  type CookieJar,
  DEMO_SOURCES,
  type DemoMessage,
  type DemoSource,
  type Draft,
  type Life,
} from './life.ts'
import { type ShopDay, shopDays } from './parisTime.ts'
import { makePopulation } from './population.ts'
import { randomOf } from './random.ts'
import type { DemoOptions, DemoRequest } from './requests.ts'

/** The people of a demo as they are now that its history is told. */
export type Present = { options: DemoOptions; day: ShopDay; lives: Life[] }

/**
 * Takes the demo's people up where its history leaves them, near enough: who was to become a
 * customer is one, and orders go on from `firstOrder`, so that no order number comes twice. Each
 * device has one cookie for good. `now`: epoch ms.
 */
export function openPresent(options: DemoOptions, now: number, firstOrder: number): Present {
  const day = presentDay(options, now)
  const jar: CookieJar = new Map()
  const lives = makePopulation(options).map((born) => {
    const person = { ...born, customerFrom: -1 }
    for (const { key } of person.devices) {
      const anonymousId = randomOf(options.seed, 'present', key).uuid()
      jar.set(key, { anonymousId, lastDay: day.index, userId: null })
    }
    const life = beginLife(person, jar, randomOf(options.seed, 'life', person.index))
    return { ...life, orders: firstOrder, typoLeft: false }
  })
  return { options, day, lives }
}

/** Today, as the last day of the demo: also when it was loaded long ago. */
export function presentDay(options: DemoOptions, now: number): ShopDay {
  const [today] = shopDays(now, 1)
  if (!today) throw new RangeError('A demo has at least one day.')
  return { ...today, index: options.days - 1 }
}

/**
 * A draft as it is sent. History holds what each person answered about marketing, and who took it
 * back since; these drafts do not know, so they repeat only that measuring is allowed.
 */
export function toldNow(draft: Draft, messageId: string): DemoMessage {
  const { consent, ...context } = draft.message.context
  const { categoryPreferences } = (consent ?? {}) as { categoryPreferences?: object }
  const analytics = (categoryPreferences as { analytics?: boolean } | undefined)?.analytics
  const answer = analytics === undefined ? {} : { consent: { categoryPreferences: { analytics } } }
  const timestamp = new Date(draft.at).toISOString()
  return { messageId, timestamp, ...draft.message, context: { ...context, ...answer } }
}

/** One request a source, each in the order of the drafts. */
export function requestsOf(
  drafts: readonly Draft[],
  messageOf: (draft: Draft) => DemoMessage,
): DemoRequest[] {
  const batches = new Map<DemoSource, DemoMessage[]>()
  for (const draft of drafts) {
    batches.set(draft.source, [...(batches.get(draft.source) ?? []), messageOf(draft)])
  }
  return DEMO_SOURCES.flatMap((source) => {
    const batch = batches.get(source)
    return batch ? [{ source, batch }] : []
  })
}
