/** What publishing a new rule does: who moves, whom it is told, and the way back. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { manualClock } from '../src/platform/clock.ts'
import { openSegmentWorld, type SegmentState, type SegmentWorld } from './segmentWorld.ts'

const clock = manualClock(Date.parse('2026-11-22T12:00:00Z'))
let world: SegmentWorld

beforeAll(async () => {
  world = await openSegmentWorld(clock)
  await world.send(
    [10, 20, 30, 40].map((score) => {
      return { type: 'identify', userId: `p${score}`, traits: { score, city: 'Lyon' } }
    }),
  )
  await world.settled()
}, 60_000)
afterAll(() => world.close())

const above = (value: number) => ({ trait: 'score', op: 'greater', value })
const below = (value: number) => ({ trait: 'score', op: 'less', value })
const inLyon = { trait: 'city', op: 'equals', value: 'lyon' }

const change = async (id: string, body: object) => {
  await world.call('PATCH', `/segments/${id}`, body)
  await world.whenLive(id)
  await world.settled()
}
const made = async (rule: object, more: object = {}) => {
  const { id } = await world.call<SegmentState>('POST', '/segments', { name: 'X', rule, ...more })
  await world.whenLive(id)
  await world.settled()
  return id
}
const movesOf = async (id: string) =>
  (await world.effects())
    .filter(({ segment }) => segment === id)
    .map((one) => `${one.change} by ${one.cause}`)
    .sort()

describe('a published change', () => {
  it('is quiet unless it is asked to fire', async () => {
    const id = await made(above(15))
    await change(id, { rule: above(25) })
    await change(id, { rule: above(5), effects: 'none' })
    expect(await movesOf(id)).toEqual([])
  })

  it('that fires tells once of each who moves, and of nobody who stays', async () => {
    const id = await made(above(25))
    await change(id, { rule: below(35), effects: 'fire' })
    // 30 stays, 40 leaves, 10 and 20 enter.
    const moves = ['entered by backfill', 'entered by backfill', 'left by backfill']
    expect(await movesOf(id)).toEqual(moves)
    await world.stop()
    await world.start()
    await world.settled()
    expect(await movesOf(id)).toEqual(moves)
    // What came after it is as quiet as ever.
    await change(id, { rule: below(15) })
    expect(await movesOf(id)).toEqual(moves)
  })

  it('of a new segment may tell of all whom it finds', async () => {
    const id = await made(above(25), { effects: 'fire' })
    expect(await movesOf(id)).toEqual(['entered by backfill', 'entered by backfill'])
  })

  it('is shown beforehand with the destinations that it would tell', async () => {
    const id = await made(above(25))
    const destination = (name: string, on: string[]) =>
      world.call('POST', '/destinations', {
        ...{ name, kind: 'webhook', config: { url: 'https://example.com/hook' } },
        triggers: [{ segment: id, on }],
      })
    await destination('Both', ['entered', 'left'])
    await destination('Exits', ['left'])
    const diff = await world.call('POST', `/segments/${id}/diff`, { rule: below(35) })
    expect(diff).toMatchObject({
      ...{ enters: 2, leaves: 1, stays: 1 },
      destinations: [
        { name: 'Both', enabled: true, entered: 2, left: 1 },
        { name: 'Exits', enabled: true, entered: 0, left: 1 },
      ],
    })
  })
})

describe('versions', () => {
  it('are compared line by line and on the people of now', async () => {
    const id = await made({ all: [inLyon, above(15)] })
    await change(id, { rule: { all: [above(35), { value: 'lyon', op: 'equals', trait: 'city' }] } })
    const path = `/segments/${id}/versions/compare?from=1&to=2`
    expect(await world.call('GET', path)).toMatchObject({
      ...{ from: { version: 1 }, to: { version: 2 }, isRegrouped: false },
      removed: [{ path: '/all/1', sentence: { en: expect.stringContaining('15') } }],
      added: [{ path: '/all/0', sentence: { en: expect.stringContaining('35') } }],
      kept: [{ path: '/all/1' }],
      ...{ enters: 0, leaves: 2, stays: 1 },
    })
    const missing = await world.request('GET', `/segments/${id}/versions/compare?from=1&to=9`)
    expect(missing.status).toBe(404)
  })

  it('come back as a new version, the diff being known before', async () => {
    const id = await made(above(15))
    await change(id, { rule: above(35) })
    const diff = await world.call('POST', `/segments/${id}/diff`, { version: 1 })
    expect(diff).toMatchObject({ enters: 2, leaves: 0, stays: 1 })
    await world.call('POST', `/segments/${id}/restore`, { version: 1, effects: 'fire' })
    expect(await world.whenLive(id)).toMatchObject({ version: 3, size: 3 })
    expect(await movesOf(id)).toEqual(['entered by backfill', 'entered by backfill'])
    const unclear = await world.request('POST', `/segments/${id}/diff`, {})
    expect(unclear.status).toBe(400)
  })
})
