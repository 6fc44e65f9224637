import type { Formats } from '../../i18n/format.ts'
import type { LiveMessage } from './api.ts'

type Known = Record<string, unknown>

const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '')

/** The properties of an event, from its raw text; none when it cannot be read. */
function propertiesOf(raw: unknown): Known {
  const parsed = typeof raw === 'string' ? parse(raw) : raw
  const properties = (parsed as { properties?: unknown } | null)?.properties
  return typeof properties === 'object' && properties !== null ? (properties as Known) : {}
}

function parse(raw: string): unknown {
  try {
    return JSON.parse(raw)
  } catch {
    return null
  }
}

/** What an order, a cart or an article is worth, in its own currency; nothing when unsaid. */
function amountOf(properties: Known, format: Formats): string {
  const amount = [properties.total, properties.revenue, properties.value, properties.price].find(
    (each) => typeof each === 'number',
  )
  const currency = text(properties.currency)
  // Without a currency an amount is a bare number, and a wrong code would not be drawn at all.
  return typeof amount === 'number' && /^[A-Z]{3}$/.test(currency)
    ? format.money(amount, currency)
    : ''
}

/** The words that say most about an event, in the order in which people look for them. */
const TELLING = ['name', 'query', 'subject', 'title', 'campaign_name', 'category', 'list_id']

/**
 * One line about an event for people: an amount, how many articles, a name. Falls back on the
 * summary of the server. Pure. `articles` words a count.
 */
export function contentOf(
  message: Pick<LiveMessage, 'type' | 'summary' | 'raw'>,
  format: Formats,
  articles: (count: number) => string,
): string {
  if (message.type !== 'track') return message.summary
  const properties = propertiesOf(message.raw)
  const products = Array.isArray(properties.products) ? properties.products.length : 0
  const key = TELLING.find((each) => text(properties[each]) !== '')
  const parts = [
    products > 0 ? '' : key ? text(properties[key]) : '',
    amountOf(properties, format),
    products > 0 ? articles(products) : '',
  ].filter(Boolean)
  return parts.length > 0 ? parts.join(' · ') : message.summary
}
