import type { JsonObject, JsonValue } from '../collect/index.ts'
import type { LocalText } from './names.ts'

/** What an event row's `body` holds. */
export type EventBody = { properties: JsonObject; traits: JsonObject; context: JsonObject }

export function eventBody(json: string): EventBody {
  const body = JSON.parse(json) as Partial<EventBody>
  return {
    properties: body.properties ?? {},
    traits: body.traits ?? {},
    context: body.context ?? {},
  }
}

const TEXT_MAX = 80
const PARTS_MAX = 3
/** Properties that say most about an event, in the order in which they are shown. */
const TELLING = [
  'name',
  'product_name',
  'title',
  'query',
  'path',
  'subject',
  'email_subject',
  'campaign_name',
  'category',
  'shop',
  'tier',
  'score',
  'plan',
  'reason',
]

/** One line about an event from its properties, in both languages; null when they tell nothing. */
export function summaryOf(body: Pick<EventBody, 'properties' | 'traits'>): LocalText | null {
  const { properties, traits } = body
  const parts: LocalText[] = []
  const say = (fr: string, en = fr) => {
    if (parts.length < PARTS_MAX) parts.push({ fr, en })
  }
  const amount = properties.total ?? properties.revenue ?? properties.value ?? properties.price
  for (const key of TELLING) {
    const value = properties[key]
    if (typeof value === 'string' && value !== '') say(value.slice(0, TEXT_MAX))
    else if (typeof value === 'number') say(String(value))
  }
  if (typeof amount === 'number') say(...money(amount, properties.currency))
  const items = countOf(properties)
  if (items > 0)
    say(`${items} article${items > 1 ? 's' : ''}`, `${items} item${items > 1 ? 's' : ''}`)
  const named = Object.keys(traits)
  if (parts.length === 0 && named.length > 0) say(named.slice(0, 6).join(', '))
  if (parts.length === 0) return null
  return {
    fr: parts.map(({ fr }) => fr).join(' · '),
    en: parts.map(({ en }) => en).join(' · '),
  }
}

function countOf({ products, item_count, quantity }: JsonObject): number {
  if (Array.isArray(products)) return products.length
  if (typeof item_count === 'number') return item_count
  return typeof quantity === 'number' && quantity > 1 ? quantity : 0
}

function money(amount: number, currency: JsonValue | undefined): [string, string] {
  const isCurrency = typeof currency === 'string' && /^[A-Z]{3}$/.test(currency)
  const style = isCurrency ? { style: 'currency' as const, currency } : {}
  return [
    new Intl.NumberFormat('fr-FR', style).format(amount),
    new Intl.NumberFormat('en-GB', style).format(amount),
  ]
}

/** What the event came from, for people: the model, the kind of browser; null when unknown. */
export function deviceName(context: JsonObject): string | null {
  const { device, userAgent, os } = context
  if (isObject(device) && typeof device.model === 'string') return device.model
  if (isObject(os) && typeof os.name === 'string') return os.name
  if (typeof userAgent !== 'string') return null
  const known = BROWSERS.find(([pattern]) => pattern.test(userAgent))
  return known?.[1] ?? null
}

const BROWSERS: readonly [RegExp, string][] = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Macintosh/, 'Mac'],
  [/Windows/, 'Windows'],
  [/Linux/, 'Linux'],
]

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
