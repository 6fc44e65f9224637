import type { DayContext, Draft, Life } from './life.ts'
import { survey, ticket } from './orders.ts'
import { openPresent, presentDay, requestsOf, toldNow } from './present.ts'
import { randomOf } from './random.ts'
import type { DemoOptions, DemoRequest } from './requests.ts'
import { arrivalOf, webVisit } from './web.ts'

const SECOND_MS = 1_000
/** From the beginning of one visit to that of the next. */
const GAP_MS = { shortest: 3 * SECOND_MS, longest: 8 * SECOND_MS }
/** What follows in days, as a refund would, is not waited for. */
const AHEAD_MAX_MS = 30 * 60 * SECOND_MS
/** Somebody who watches should see an order come about: these visitors read and type faster. */
const PACE = 4
const COMPLAINT_SHARE = 0.05
const ORDER_NUMBERS = 1_000_000

export type Trickle = {
  /** What happened since the last call and up to `now` (epoch ms). */
  until(now: number): DemoRequest[]
}

/**
 * The shop's visitors from `startedAt` (epoch ms) on: one every few seconds, each event at its own
 * time. The same start gives the same visits, another one other visits and other message ids.
 */
export function openTrickle(options: DemoOptions, startedAt: number): Trickle {
  const start = Math.floor(startedAt / SECOND_MS)
  const { lives } = openPresent(options, startedAt, start % ORDER_NUMBERS)
  const visitors = lives.map((life) => [life, life.person.persona.webVisits] as const)
  let coming: Draft[] = []
  let visits = 0
  let messages = 0
  let nextVisitAt = startedAt
  const visit = (at: number) => {
    const random = randomOf(options.seed, 'trickle', startedAt, visits)
    visits += 1
    const context = { life: random.weighted(visitors), day: presentDay(options, at), random }
    const drafts = [...webVisit(context, at, arrivalOf(context)), ...complaint(context, at)]
    const near = drafts.filter((draft) => draft.at <= at + AHEAD_MAX_MS)
    coming.push(...near.map((draft) => ({ ...draft, at: at + (draft.at - at) / PACE })))
    return at + random.int(GAP_MS.shortest, GAP_MS.longest)
  }
  const messageOf = (draft: Draft) => {
    messages += 1
    return toldNow(draft, `live-${startedAt.toString(36)}-${messages}`)
  }
  return {
    until: (now) => {
      // A machine that slept does not make up for the visits it missed.
      if (now - nextVisitAt > AHEAD_MAX_MS) nextVisitAt = now
      while (nextVisitAt <= now) nextVisitAt = visit(nextVisitAt)
      const due = coming.filter((draft) => draft.at <= now).sort((a, b) => a.at - b.at)
      coming = coming.filter((draft) => draft.at > now)
      return requestsOf(due, messageOf)
    },
  }
}

/** Now and then a customer is unhappy, about an order of some days ago. */
function complaint({ life, random }: DayContext, at: number): Draft[] {
  if (!life.customer || !random.chance(COMPLAINT_SHARE)) return []
  if (random.chance(0.5)) return [survey(life, at, random.int(0, 6))]
  const [opened] = ticket(life, lastOrder(life, at), { openedAt: at, random })
  return opened ? [opened] : []
}

function lastOrder({ person, orders }: Life, at: number) {
  const id = `W${String(person.index).padStart(5, '0')}-${orders}`
  return { id, at, lines: [], channel: 'web' as const }
}
