import { totalmem } from 'node:os'
import { afterEach, expect, test, vi } from 'vitest'
import { laneLimits, serverSettings } from './chdbLimits.ts'
import { memoryToShare } from './memory.ts'
import { sharedBuffers } from './postgres.ts'

const GIGABYTE = 2 ** 30
const limitTo = (bytes: number) => vi.spyOn(process, 'constrainedMemory').mockReturnValue(bytes)
afterEach(() => vi.restoreAllMocks())

test('without a limit, or with one beyond it, there is what the machine has', () => {
  for (const none of [0, 2 ** 64, 2 * totalmem()]) {
    limitTo(none)
    expect(memoryToShare()).toBe(totalmem())
  }
})

test('in a container both engines take their shares of what it may take', () => {
  limitTo(GIGABYTE)
  expect(serverSettings().max_server_memory_usage).toBe(GIGABYTE / 2)
  const ofLanes = Object.values(laneLimits()).map((lane) => lane.settings.max_memory_usage)
  expect(ofLanes.map((bytes) => GIGABYTE / Number(bytes))).toEqual([8, 4, 8, 8])
  expect(sharedBuffers()).toBe('256MB')
  limitTo(totalmem() / 2)
  expect(serverSettings().max_server_memory_usage).toBe(Math.floor(totalmem() / 4))
})
