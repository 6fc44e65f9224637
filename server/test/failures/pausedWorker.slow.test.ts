import { describe, test } from 'vitest'
import { pauseWorker } from './pausedWorker.ts'

describe('I1: a flow process that is paused in the middle of a batch', () => {
  test('for a minute is replaced, and every event is applied once', async () => {
    await pauseWorker(60_000)
  }, 240_000)
})
