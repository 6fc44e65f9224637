/**
 * Order lines through the whole house, with `kill -9` in the middle: nothing lost, nothing twice.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type House, openHouse, replay } from './childProgram.ts'
import {
  askFigures,
  type Figures,
  hasWholeFile,
  WHOLE_FILE,
  writeRetailPart,
} from './retailFile.ts'

const LINES = 20_000
/** The whole file takes minutes; it is for those who ask for it. */
const wantsWhole = process.env.TEST_WHOLE_RETAIL === '1'

type Totals = { accepted: number; applied: number; duplicate: number; waiting: number }

async function totalsOf(house: House): Promise<Totals> {
  const { status, body } = await house.get('/events/totals')
  expect(status).toBe(200)
  return body
}

/** Waits for `count` events, and makes sure that this is before the end. */
async function untilAccepted(house: House, count: number, end: number): Promise<void> {
  let accepted = 0
  const read = async () => {
    accepted = (await totalsOf(house)).accepted
    return accepted
  }
  await expect.poll(read, { timeout: 120_000, interval: 50 }).toBeGreaterThanOrEqual(count)
  expect(accepted).toBeLessThan(end)
}

/** Waits until everything that was accepted was handled, and the history has it. */
async function untilHistoryHas(house: House, lines: number, timeout = 90_000): Promise<Totals> {
  await expect.poll(async () => (await totalsOf(house)).waiting, { timeout }).toBe(0)
  const query = 'event=Order%20Line&measure=count'
  const count = async () => (await house.get(`/insights/measure?${query}`)).body.value
  await expect.poll(count, { timeout }).toBeGreaterThanOrEqual(lines)
  return totalsOf(house)
}

describe('I1: order lines, and kill -9 in the middle', () => {
  let house: House
  let part: { file: string; figures: Figures }

  beforeAll(async () => {
    house = await openHouse()
    part = await writeRetailPart(house.home, LINES)
    await house.start()
  }, 240_000)
  afterAll(() => house.close(), 60_000)

  test('killed twice on the way, the whole and the program alone, it has each line once', async () => {
    // Two senders of the same lines: what one repeats, the other may have got through.
    const sending = Promise.all([replay(house, part.file), replay(house, part.file)])
    await untilAccepted(house, LINES / 3, 2 * LINES)
    await house.kill('everything')
    await house.start()
    await untilAccepted(house, LINES, 2 * LINES)
    // Its engines stay behind as orphans, with locks that nobody holds any more.
    await house.kill('program only')
    await house.start()
    for (const sent of await sending) {
      expect(sent.said).toContain(`${LINES} events accepted`)
      expect(sent.code).toBe(0)
    }
    const totals = await untilHistoryHas(house, LINES)
    expect(totals.applied).toBe(LINES)
    expect(totals.duplicate).toBeGreaterThanOrEqual(LINES)
    expect(await askFigures(house)).toEqual(part.figures)
  }, 240_000)

  test('sent a second time, every line is a duplicate and no figure changes', async () => {
    const before = await totalsOf(house)
    expect((await replay(house, part.file)).code).toBe(0)
    const after = await untilHistoryHas(house, LINES)
    expect(after.duplicate - before.duplicate).toBe(LINES)
    expect(after.applied - before.applied).toBe(0)
    expect(await askFigures(house)).toEqual(part.figures)
  }, 120_000)
})

const reason = !hasWholeFile
  ? ' (skipped: the file is not on this machine)'
  : wantsWhole
    ? ''
    : ' (skipped: takes minutes; set TEST_WHOLE_RETAIL=1)'

describe('the whole of Online Retail', () => {
  test.skipIf(reason !== '')(
    `comes to its published figures${reason}`,
    async () => {
      const house = await openHouse()
      try {
        await house.start()
        const sending = replay(house, WHOLE_FILE)
        await untilAccepted(house, 150_000, 541_909)
        await house.kill('everything')
        await house.start()
        expect((await sending).code).toBe(0)
        await untilHistoryHas(house, 541_909, 600_000)
        expect(await askFigures(house)).toEqual({
          lines: 541_909,
          revenue: '9747747.93',
          clean: { customers: 4_338, orders: 18_532, revenue: '8911407.90' },
          france: { customers: 87, orders: 389, revenue: '209024.05' },
        })
      } finally {
        await house.close()
      }
    },
    1_800_000,
  )
})
