import { DAY_MS, HOUR_MS } from '../platform/durations.ts'
import { appDay } from './app.ts'
import { crmDay } from './crm.ts'
import {
  beginLife,
  type CookieJar,
  type DayContext,
  type DemoMessage,
  type DemoSource,
  type Draft,
  type Life,
} from './life.ts'
import { newsletterDay, subscription } from './newsletter.ts'
import { type ShopDay, shopDays } from './parisTime.ts'
import { makePopulation, type Person, type PopulationOptions } from './population.ts'
import { hash32, randomOf } from './random.ts'
import { tillDay } from './till.ts'
import { robotDay, webDay } from './web.ts'

/** An event in its place, with the true person behind it. */
export type OwnedEvent = { source: DemoSource; owner: number | null; event: DemoMessage }

/**
 * Lives the days one after the other and yields each day's events in time order. Memory holds the
 * people and the few days ahead that refunds and tickets reach into, never the whole history.
 */
export function* simulateDays(options: PopulationOptions): Generator<OwnedEvent[]> {
  const people = makePopulation(options)
  const lives = beginLives(options, people)
  const ahead = new Map<number, Draft[]>()
  const name = messageNamer(options)
  const days = shopDays(options.now, options.days)
  for (const day of days) {
    for (const draft of liveDay({ options, lives, day })) {
      const index = days.findLastIndex((one) => one.start <= draft.at)
      bucketOf(ahead, index).push(draft)
    }
    const due = bucketOf(ahead, day.index).filter((draft) => draft.at <= options.now)
    ahead.delete(day.index)
    yield due.sort((a, b) => a.at - b.at).map((draft) => placed(draft, name))
  }
}

function liveDay(scene: {
  options: PopulationOptions
  lives: readonly Life[]
  day: ShopDay
}): Draft[] {
  const { options, lives, day } = scene
  const chance = (room: string, who: number) => randomOf(options.seed, room, who, day.index)
  const drafts: Draft[] = []
  for (const life of lives) {
    const who = life.person.index
    const context = (room: string): DayContext => ({ life, day, random: chance(room, who) })
    // The export tells of yesterday, so it comes before the day's own visits.
    drafts.push(...crmDay(context('crm')))
    const wasSubscribed = life.newsletter
    drafts.push(...newsletterDay(context('newsletter')))
    drafts.push(...webDay(context('web')), ...tillDay(context('till')), ...appDay(context('app')))
    if (!wasSubscribed && life.newsletter) {
      drafts.push(...subscription(context('list'), day.start + DAY_MS - HOUR_MS / 2 + who))
    }
  }
  drafts.push(...robotDay({ day, random: chance('robot', 0) }))
  return drafts
}

function beginLives(options: PopulationOptions, people: readonly Person[]): Life[] {
  const jar: CookieJar = new Map()
  return people.map((person) =>
    beginLife(person, jar, randomOf(options.seed, 'life', person.index)),
  )
}

/** Message ids count up within one demo; another seed, size or end gives other ids. */
function messageNamer(options: PopulationOptions): () => string {
  const { seed, people, days, now } = options
  const demo = hash32(`${seed}|${people}|${days}|${now}`).toString(16).padStart(8, '0')
  let count = 0
  return () => {
    count += 1
    return `demo-${demo}-${String(count).padStart(7, '0')}`
  }
}

function placed(draft: Draft, name: () => string): OwnedEvent {
  const timestamp = new Date(draft.at).toISOString()
  const event: DemoMessage = { messageId: name(), timestamp, ...draft.message }
  return { source: draft.source, owner: draft.owner, event }
}

function bucketOf(buckets: Map<number, Draft[]>, index: number): Draft[] {
  const bucket = buckets.get(index) ?? []
  buckets.set(index, bucket)
  return bucket
}
