import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEFECTS, type DefectName } from './defects.ts'
import { playSeeds, SEGMENTS } from './run.ts'
import { openStore, type Store } from './store.ts'

/** The nightly mode plays ten thousand: `npm run simulate -- --seeds 10000`. */
const SEEDS = 500
/** Seeds within which each planted defect must be found. */
const DEFECT_SEEDS = 80
/** Long, for machines that do much else meanwhile. */
const ENOUGH_MS = 900_000

let store: Store

beforeAll(async () => {
  store = await openStore(SEGMENTS)
}, 120_000)
afterAll(() => store.close())

describe('I1, I2, I3, I5, I6: whatever happens to its processes, the flow', () => {
  it('comes to the state of a plain fold', { timeout: ENOUGH_MS }, async () => {
    const seeds = { first: 1, count: SEEDS }
    expect(await playSeeds(store, seeds, { defect: null, failuresMax: 1 })).toEqual([])
  })
})

describe('the simulation can fail: it finds', () => {
  for (const name of Object.keys(DEFECTS) as DefectName[]) {
    it(`the planted defect ${name}`, { timeout: ENOUGH_MS }, async () => {
      const seeds = { first: 1, count: DEFECT_SEEDS }
      const options = { defect: DEFECTS[name], failuresMax: 1, shrinks: 0 }
      expect(await playSeeds(store, seeds, options)).toHaveLength(1)
    })
  }
})
