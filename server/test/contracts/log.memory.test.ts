import { describe } from 'vitest'
import { withoutEvents } from '../../src/collect/index.ts'
import { memoryDisk, openMemoryLog } from '../simulation/memoryLog.ts'
import { logContract } from './logContract.ts'

const disk = memoryDisk()

describe('the log of the simulation, in memory, keeps the contract of every log: it', () => {
  logContract({
    open: async () => openMemoryLog({ disk, withoutEvents }),
    archive: (log) => log.trim({ lane: 'live', shard: 0 }, Number.MAX_SAFE_INTEGER),
  })
})
