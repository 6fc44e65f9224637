/** The demo as somebody sees it who looks for the first time, and the day after. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type House, openHouse, processesOf } from './childProgram.ts'

const SMALL = ['--demo', '--demo-size', '150']

let house: House
beforeAll(async () => {
  house = await openHouse()
  for (const cutAt of ['Loading the demo shop', 'Loading the demo shop 30 %']) {
    await house.start(SMALL, cutAt)
    const code = await house.interrupt()
    if (code !== 0) throw new Error(`Ctrl-C during the load ended with ${code}:\n${house.said()}`)
  }
  await house.start(SMALL)
}, 240_000)
afterAll(() => house.close(), 60_000)

type Totals = {
  accepted: number
  applied: number
  duplicate: number
  rejected: number
  deadLettered: number
}
const totals = async (): Promise<Totals> => (await house.get('/events/totals')).body

type Delivery = {
  state: string
  attempts: number
  reason: { code: string } | null
  destination: { name: string }
}
const deliveries = async (): Promise<Delivery[]> =>
  (await house.get('/deliveries?limit=200')).body.data

async function acceptedWithin(ms: number): Promise<number> {
  const before = await totals()
  await new Promise((resolve) => setTimeout(resolve, ms))
  return (await totals()).accepted - before.accepted
}

describe('the demo, its first load cut short twice by Ctrl-C', () => {
  test('has what one load brings', async () => {
    expect((await house.get('/segments')).body.data).toHaveLength(11)
    expect((await house.get('/destinations')).body.data).toHaveLength(2)
    // The six of the shop, and the one whose key the environment names.
    expect((await house.get('/sources')).body.data).toHaveLength(7)
    const { accepted, applied, duplicate } = await totals()
    expect(accepted - duplicate).toBe(applied)
    expect(applied).toBeGreaterThan(3_000)
    expect(applied).toBeLessThan(7_000)
  })

  test('shows deliveries of each destination: taken, taken at the second try, refused', async () => {
    const kinds = async () =>
      new Set(
        (await deliveries()).map(({ state, attempts, destination }) =>
          [destination.name.split(' (')[0], state, attempts].join(', '),
        ),
      )
    const expected = [
      'Relance de panier, delivered, 1',
      'Relance de panier, refused, 0',
      'Rappel du service client, delivered, 1',
    ]
    await expect
      .poll(kinds, { timeout: 20_000 })
      .toSatisfy((found: Set<string>) => expected.every((one) => found.has(one)))
    await expect
      .poll(async () => (await deliveries()).map(({ attempts }) => attempts), { timeout: 20_000 })
      .toContain(2)
    const reasons = (await deliveries()).map(({ reason }) => reason?.code)
    expect(reasons).toContain('consent_refused')
  }, 50_000)

  test('has people in segments, each of them live', async () => {
    const { data } = (await house.get('/segments')).body
    expect(new Set(data.map(({ state }: { state: string }) => state))).toEqual(new Set(['live']))
    const empty = data.filter(({ size }: { size: number }) => size === 0)
    expect(empty.length).toBeLessThanOrEqual(1)
  })

  test('goes on living while it runs, a few events a second at most', async () => {
    const accepted = await acceptedWithin(9_000)
    expect(accepted).toBeGreaterThan(0)
    expect(accepted).toBeLessThan(60)
    expect(await totals()).toMatchObject({ rejected: 0, deadLettered: 0 })
  }, 20_000)

  test('goes on after kill -9 and a start, with the history it has', async () => {
    const before = await totals()
    await house.kill('everything')
    await house.start(SMALL)
    const after = await totals()
    expect(after.duplicate).toBe(before.duplicate)
    expect(after.accepted).toBeGreaterThanOrEqual(before.accepted)
    expect(after.accepted - before.accepted).toBeLessThan(200)
    expect(await acceptedWithin(9_000)).toBeGreaterThan(0)
  }, 120_000)

  test.each([
    { description: 'with --demo-still', args: [...SMALL, '--demo-still'] },
    { description: 'without --demo', args: [] },
  ])(
    'stands still $description',
    async ({ args }) => {
      expect(await house.interrupt()).toBe(0)
      expect(processesOf(house.home)).toBe('')
      await house.start(args)
      expect(await acceptedWithin(4_000)).toBe(0)
    },
    120_000,
  )
})
