import { MINUTE_MS } from '../platform/durations.ts'
import { PRODUCTS } from './catalogue.ts'
import type { DayContext, Draft, Life } from './life.ts'
import { chooseProduct, survey, ticket } from './orders.ts'
import { openPresent, type Present, requestsOf, toldNow } from './present.ts'
import { hash32, randomOf } from './random.ts'
import type { DemoOptions, DemoRequest } from './requests.ts'
import { arrivalOf, lookAt, openVisit, pay, putInCart, signIn } from './web.ts'

/** Visits take minutes, so the last of them begin some minutes ago. */
const BEGIN_MINUTES = { first: 55, last: 12 }
const FIRST_ORDER = 500
const BIG_BASKET_CENTS = 26_000

type Story = (context: DayContext, at: number) => Draft[]

/** What happens in the last hour, and to how many: enough of each for the screens to show it. */
const STORIES: readonly { people: number; story: Story }[] = [
  { people: 18, story: leaveCart },
  { people: 8, story: buyMuch },
  { people: 8, story: complain },
  { people: 8, story: lookAround },
]

/**
 * The hour before `now` (epoch ms), for a demo whose history has just been loaded: what people did
 * in it is recent enough to be acted upon, be it night or day. To be sent to the live lane; the
 * same options give the same message ids.
 */
export function demoLastHour(options: DemoOptions, now: number): DemoRequest[] {
  const present = openPresent(options, now, FIRST_ORDER)
  const random = randomOf(options.seed, 'hour')
  const people = knownPeople(present)
  const drafts = STORIES.flatMap(({ people: wanted, story }) =>
    Array.from({ length: Math.min(wanted, people.length) }, () => {
      const [life] = people.splice(random.int(0, people.length - 1), 1)
      if (!life) return []
      const own = randomOf(options.seed, 'hour', life.person.index)
      const begin = now - own.int(BEGIN_MINUTES.last, BEGIN_MINUTES.first) * MINUTE_MS
      return story({ life, day: present.day, random: own }, begin)
    }).flat(),
  )
  const name = namer(options)
  const happened = drafts.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at)
  return requestsOf(happened, (draft) => toldNow(draft, name()))
}

/** Those whom a visit tells us about: customers who let themselves be measured. */
function knownPeople({ lives }: Present): Life[] {
  return lives.filter(
    ({ person, customer }) => customer && person.analytics && !person.sharedComputer,
  )
}

function arrive(context: DayContext, at: number) {
  const visit = openVisit(context, at, arrivalOf(context))
  signIn(visit)
  return visit
}

function leaveCart(context: DayContext, at: number): Draft[] {
  const { life, random } = context
  const visit = arrive(context, at)
  lookAt(visit, chooseProduct(life, random))
  const product = chooseProduct(life, random)
  lookAt(visit, product)
  putInCart(visit, { product, variant: random.pick(product.variants), quantity: 1 })
  return visit.drafts
}

function buyMuch(context: DayContext, at: number): Draft[] {
  const { random } = context
  const visit = arrive(context, at)
  const product = random.pick(PRODUCTS.filter(({ priceCents }) => priceCents >= 8_900))
  lookAt(visit, product)
  const quantity = Math.ceil((BIG_BASKET_CENTS * 1.15) / product.priceCents)
  putInCart(visit, { product, variant: random.pick(product.variants), quantity })
  pay(visit)
  return visit.drafts
}

/** Half of them answer the survey badly; the others write to the help desk about two orders. */
function complain({ life, random }: DayContext, at: number): Draft[] {
  if (random.chance(0.5)) return [survey(life, at, random.int(0, 6))]
  return [1, 2].flatMap((number) => {
    const id = `W${String(life.person.index).padStart(5, '0')}-${FIRST_ORDER - number}`
    const openedAt = at + number * 4 * MINUTE_MS
    const order = { id, at, lines: [], channel: 'web' } as const
    const [opened] = ticket(life, order, { openedAt, random })
    return opened ? [opened] : []
  })
}

function lookAround(context: DayContext, at: number): Draft[] {
  const visit = arrive(context, at)
  for (let views = 0; views < 3; views += 1) {
    lookAt(visit, chooseProduct(context.life, context.random))
  }
  return visit.drafts
}

function namer({ seed, people, days, now }: DemoOptions): () => string {
  const demo = hash32(`${seed}|${people}|${days}|${now}`).toString(16).padStart(8, '0')
  let count = 0
  return () => {
    count += 1
    return `hour-${demo}-${String(count).padStart(5, '0')}`
  }
}
