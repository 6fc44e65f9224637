import { describe, expect, it } from 'vitest'
import { formats } from '../../i18n/format.ts'
import { contentOf } from './content.ts'

const format = formats('fr', 'Europe/Paris')
const articles = (count: number) => `${count} articles`
const of = (raw: unknown, summary = 'résumé', type = 'track') =>
  contentOf({ type, summary, raw }, format, articles)

describe('the content of an event in one line', () => {
  it('says what an order is worth and how many articles it has', () => {
    const raw = { properties: { order_id: 'W1', total: 158, currency: 'EUR', products: [{}, {}] } }
    expect(of(JSON.stringify(raw))).toBe('158,00\u00a0€ · 2 articles')
  })
  it('names an article before its price', () => {
    const raw = { properties: { sku: 'ML1', name: 'Plaid', price: 119, currency: 'EUR' } }
    expect(of(raw)).toBe('Plaid · 119,00\u00a0€')
  })
  it('leaves out an amount without a currency, which could be anything', () => {
    expect(of({ properties: { name: 'Plaid', price: 119 } })).toBe('Plaid')
  })
  it('falls back on the summary for what it cannot read or does not know', () => {
    expect(of('{not json')).toBe('résumé')
    expect(of({ properties: { method: 'password' } })).toBe('résumé')
    expect(of({ properties: { name: 'x' } }, 'email, phone', 'identify')).toBe('email, phone')
    expect(of(null)).toBe('résumé')
  })
})
