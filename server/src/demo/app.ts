import { HOUR_MS } from '../platform/durations.ts'
import { basketCents, euros, lineProperties } from './catalogue.ts'
import { consentOf, cookieOf, type DayContext, type Draft } from './life.ts'
import { addToCart, aftermath, bookOrder, chooseLine } from './orders.ts'
import { WEB_HOURS, webFactor } from './web.ts'

const OPENED_PER_WEB_VISIT = 1.3

/** A day in the shop's mobile application: only customers have it, and they stay signed in. */
export function appDay(context: DayContext): Draft[] {
  const { life, day, random } = context
  const device = life.person.appDevice
  if (!device || !life.customer || !life.account) return []
  const rate = life.person.persona.webVisits * OPENED_PER_WEB_VISIT * webFactor(day.weekday)
  if (!random.chance(rate)) return []
  const { anonymousId } = cookieOf(context, { ...device, forgetful: false })
  let at = day.start + random.weighted(WEB_HOURS) * HOUR_MS + random.int(0, HOUR_MS - 1)
  const drafts: Draft[] = []
  const say = (message: Omit<Draft['message'], 'context'>) => {
    const signed = life.appSignedIn ? { userId: life.person.userId } : {}
    const sent = { ...message, anonymousId, ...signed, context: appContext(context) }
    drafts.push({ at, source: 'app', owner: life.person.index, message: sent })
    at += random.int(2_000, 45_000)
  }
  const track = (event: string, properties: Record<string, unknown>) =>
    say({ type: 'track', event, properties })
  track('Application Opened', { from_background: random.chance(0.4), version: '5.3.0' })
  if (!life.appSignedIn) {
    life.appSignedIn = true
    say({
      type: 'identify',
      traits: { email: life.person.email, push_enabled: random.chance(0.6) },
    })
  }
  say({ type: 'screen', name: 'Accueil', properties: {} })
  for (let views = random.int(1, 3); views > 0; views -= 1) {
    const line = chooseLine(life, random)
    track('Product Viewed', { ...lineProperties(line), currency: 'EUR' })
    if (random.chance(0.15)) {
      addToCart(life, line)
      track('Product Added', { ...lineProperties(line), currency: 'EUR' })
    }
  }
  if (random.chance(0.2)) say({ type: 'screen', name: 'Ma carte', properties: {} })
  if (life.cart.length > 0 && random.chance(0.3)) {
    const products = life.cart.map(lineProperties)
    track('Checkout Started', { value: euros(basketCents(life.cart)), currency: 'EUR', products })
    const number = `${String(life.person.index).padStart(5, '0')}-${life.orders + 1}`
    const order = { id: `A${number}`, at, lines: life.cart, channel: 'app' as const }
    track('Order Completed', bookOrder(life, order, random))
    drafts.push(...aftermath(life, order, random))
    life.cart = []
  }
  return drafts
}

function appContext({ life }: DayContext): Record<string, unknown> {
  const device = life.person.appDevice
  const apple = device?.userAgent.includes('iPhone') ?? false
  return {
    app: { name: 'Maison Lorival', version: '5.3.0', build: '530', namespace: 'example.lorival' },
    device: { type: apple ? 'ios' : 'android', model: apple ? 'iPhone15,4' : 'Pixel 8' },
    os: apple ? { name: 'iOS', version: '18.5' } : { name: 'Android', version: '15' },
    locale: 'fr-FR',
    timezone: 'Europe/Paris',
    library: { name: apple ? 'analytics-swift' : 'analytics-kotlin', version: '1.9.0' },
    consent: consentOf(life),
  }
}
