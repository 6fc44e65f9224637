/** What is told of a segment beside the base, in a world whose shares are known beforehand. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSegmentWorld, type SegmentWorld } from '../../../test/segmentWorld.ts'
import { manualClock } from '../../platform/clock.ts'
import type { Portrait } from './portrait.ts'
import { namedIn } from './portraitRoutes.ts'
import { chanceOf, weigh } from './significance.ts'

const clock = manualClock(Date.parse('2026-11-20T12:00:00Z'))
let world: SegmentWorld
let portrait: Portrait

const MEMBERS = 60
const PEOPLE = 300

/** The first 60 are members; 45 of them live in Lyon, 24 of the 240 others. A coin says nothing. */
function person(index: number) {
  const isMember = index < MEMBERS
  const inLyon = isMember ? index < 45 : index % 10 === 0
  return {
    type: 'identify',
    userId: `u${index}`,
    timestamp: '2026-11-16T09:00:00Z',
    traits: {
      club: isMember,
      email: `u${index % 20}@example.com`.replace('@', `+${index}@`),
      firstName: isMember ? 'Marie' : 'Paul',
      'address.city': inLyon ? 'Lyon' : 'Brest',
      coin: index % 2 === 0,
      interests: isMember ? ['Jardin', 'Déco'] : ['Déco'],
      points: isMember ? 900 + (index % 7) : index % 300,
    },
  }
}

/** 40 members look at crockery, on a Tuesday at 20:00 in Paris; 30 others at lamps, at 10:00. */
function visit(index: number, { hour, category }: { hour: string; category: string }) {
  return {
    type: 'track',
    event: 'Product Viewed',
    userId: `u${index}`,
    timestamp: `2026-11-17T${hour}:10:00Z`,
    properties: { category, name: `${category} n° 1`, product_id: 'p1' },
  }
}

beforeAll(async () => {
  world = await openSegmentWorld(clock)
  const people = Array.from({ length: PEOPLE }, (_, index) => person(index))
  const evening = Array.from({ length: 40 }, (_, index) =>
    [1, 2].map(() => visit(index, { hour: '19', category: 'Vaisselle' })),
  ).flat()
  const morning = Array.from({ length: 30 }, (_, index) =>
    [1, 2].map(() => visit(MEMBERS + index, { hour: '09', category: 'Luminaires' })),
  ).flat()
  const bought = Array.from({ length: 30 }, (_, n) => [
    purchase(n, '19:15:00'),
    purchase(MEMBERS + n, '10:15:00'),
  ])
  const events = [...people, ...evening, ...morning, ...bought.flat()]
  await world.send(events.map((event, index) => ({ ...event, messageId: `m${index}` })))
  await world.settled()
  const rule = { trait: 'club', op: 'isTrue' }
  const { id } = await world.whenLive((await world.create('Club', rule)).id)
  await world.settled()
  portrait = await world.call<Portrait>('GET', `/segments/${id}/portrait`)
}, 60_000)
afterAll(() => world.close())

/** 30 members buy within minutes of looking; 30 others look, and buy an hour later. */
function purchase(index: number, time: string) {
  const name = { event: 'Order Completed', userId: `u${index}` }
  return { type: 'track', ...name, timestamp: `2026-11-17T${time}Z`, properties: {} }
}

const found = (kind: string, value: string) =>
  portrait.findings.find((one) => one.kind === kind && one.value.fr === value)

describe('the portrait of a segment', () => {
  it('counts values of traits of members and of all, among those who have a value', () => {
    expect([portrait.size, portrait.base]).toEqual([MEMBERS, PEOPLE])
    expect(found('trait', 'Lyon')).toMatchObject({
      ...{ key: 'address.city', n: 45, of: 60, baseN: 69, baseOf: 300, inRule: false },
      ...{ share: 0.75, baseShare: 0.23, filter: 'lyon' },
    })
    expect(found('trait', 'Jardin')).toMatchObject({ n: 60, baseN: 60 })
  })

  it('says it in a sentence, in both languages', () => {
    expect(found('trait', 'Lyon')?.sentence).toEqual({
      fr: '75 % ont pour address.city : Lyon, contre 23 % de la base'.replaceAll(' %', '\u00a0%'),
      en: '75% have address.city: Lyon, against 23% of the base',
    })
  })

  it('finds ranges of numbers', () => {
    const range = portrait.findings.find(({ key }) => key === 'points')
    expect(range).toMatchObject({ n: 60, of: 60, baseN: 60, baseOf: 300, filter: null })
    expect(range?.value.en).toMatch(/^\d+ or more$/)
  })

  it('says what the rule itself asks for, so that nobody takes it for a discovery', () => {
    expect(found('trait', 'oui')).toMatchObject({ key: 'club', inRule: true, n: 60, baseN: 60 })
  })

  it('shows no noise, and nothing that names somebody', () => {
    const keys = portrait.findings.map(({ key }) => key)
    for (const key of ['coin', 'email', 'firstName']) expect(keys).not.toContain(key)
    expect(found('trait', 'Déco')).toBeUndefined()
  })

  it('finds events, interests, hours and days in the time zone of the workspace', () => {
    expect(found('event', 'Product Viewed')).toMatchObject({
      n: 40,
      of: 60,
      baseN: 70,
      baseOf: 300,
    })
    // Of those who looked at any product.
    expect(found('category', 'Vaisselle')).toMatchObject({ n: 40, of: 40, baseN: 40, baseOf: 70 })
    expect(found('slot', 'de 18 h à 21 h')).toMatchObject({ n: 40, of: 60, baseN: 40, baseOf: 300 })
    expect(found('weekday', 'mardi')).toMatchObject({ n: 40, baseN: 70 })
    expect(portrait.slots).toEqual([
      { value: 9, n: 20, baseN: 260 },
      { value: 18, n: 40, baseN: 40 },
    ])
  })
})

describe('a path', () => {
  it('is one event right after another, in one visit', () => {
    expect(found('path', 'Product Viewed → Order Completed')).toMatchObject({
      ...{ key: '["Product Viewed","Order Completed"]', n: 30, of: 60, baseN: 30, baseOf: 300 },
      sentence: {
        en: '50% did “Product Viewed”, then “Order Completed”, against 10% of the base',
      },
    })
  })
})

describe('what may be chance', () => {
  const counts = { n: 30, of: 100, baseN: 200, baseOf: 1_000 }

  it('is left out: too few people, too little more, or no proof', () => {
    expect(weigh(counts, 1)).toMatchObject({ share: 0.3, baseShare: 0.2, lift: 1.5 })
    expect(weigh({ ...counts, n: 9 }, 1)).toBeNull()
    expect(weigh({ ...counts, n: 23 }, 1)).toBeNull()
    expect(weigh({ n: 15, of: 50, baseN: 210, baseOf: 1_000 }, 1)).toBeNull()
  })

  it('needs stronger proof the more is looked at together', () => {
    expect(weigh(counts, 1)).not.toBeNull()
    expect(weigh(counts, 100)).toBeNull()
  })

  it('is never told below what it is: the bound lies above the tails of the normal curve', () => {
    expect(chanceOf(0.5)).toBe(1)
    for (const [z, exact] of [
      [1.96, 0.049996],
      [3, 0.0026998],
      [5, 5.733e-7],
    ] as const) {
      expect(chanceOf(z)).toBeGreaterThanOrEqual(exact)
      expect(chanceOf(z)).toBeLessThan(exact * 1.25)
    }
  })

  it('finds nothing in everybody', () => {
    expect(weigh({ n: 50, of: 100, baseN: 50, baseOf: 100 }, 1)).toBeNull()
  })
})

describe('what a rule names', () => {
  it('is found at any depth', () => {
    const rule = { all: [{ trait: 'a', op: 'isTrue' }, { not: { sequence: [{ did: 'X' }] } }] }
    expect([...namedIn(rule)]).toEqual(['trait:a', 'event:X'])
  })
})
