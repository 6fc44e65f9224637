import { describe, test } from 'vitest'
import { pauseWorker } from './pausedWorker.ts'

/** Long enough for its lease to end (4 s) and its transaction to be ended (5 s). */
const PAUSE_MS = 8_000

describe('I1: a flow process that is paused in the middle of a batch', () => {
  test('is replaced, and every event is applied once', () => pauseWorker(PAUSE_MS), 120_000)
})
