import { describe, expect, it } from 'vitest'
import type { TraitInfo } from '../api.ts'
import { hitIn } from './hits.ts'
import { found, type Section, themeOf } from './sections.ts'

const trait = (key: string, type: string): TraitInfo => ({
  key,
  displayName: null,
  types: [type],
  completeness: 1,
  distinct: 1,
  samples: [],
})

describe('the field tree', () => {
  it('puts traits under the theme of their key, else of their values', () => {
    const keys = [
      'email',
      'firstName',
      'address.postalCode',
      'loyaltyTier',
      'renewal',
      'pets',
      'ltv',
    ]
    const fields = {
      traits: [trait('renewal', 'date'), { ...trait('ltv', 'number'), computed: true as const }],
      events: [],
      objects: [],
      segments: [],
      lists: [],
      purposes: [],
    }
    expect(keys.map((key) => themeOf(key, fields))).toEqual([
      'identity',
      'identity',
      'place',
      'loyalty',
      'dates',
      'other',
      'indicators',
    ])
  })

  it('finds a name without its accents and says where the hit is', () => {
    const text = 'Réputée « Élégance »'
    const hit = hitIn(text, 'elega')
    expect(hit && text.slice(hit.from, hit.to)).toBe('Éléga')
    expect(hitIn('Œuvre', 'zzz')).toBeNull()
    expect(hitIn('Ville', '  ')).toBeNull()
  })

  it('keeps the hits only, by name or by key, and drops what has none', () => {
    const sections: Section[] = [
      { key: 'a', label: 'A', fields: [{ key: 'trait:city', label: 'Ville', note: '' }] },
      { key: 'b', label: 'B', fields: [{ key: 'event:Order', label: 'Commande', note: '' }] },
    ]
    expect(found(sections, 'cit').map((each) => each.key)).toEqual(['a'])
    expect(found(sections, 'comm').map((each) => each.key)).toEqual(['b'])
    expect(found(sections, 'event')).toEqual([])
  })
})
