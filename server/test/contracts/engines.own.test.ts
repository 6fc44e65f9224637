import { join } from 'node:path'
import { describe } from 'vitest'
import { parseConfig } from '../../src/platform/config.ts'
import { runningEngines } from '../../src/platform/engines/start.ts'
import { processesOf } from '../childProgram.ts'
import { enginesContract } from './enginesContract.ts'

describe('the program on engines that it starts itself', () => {
  enginesContract(async () => ({
    env: {},
    addresses: ({ home }) => runningEngines(parseConfig({ DATA_DIR: join(home, 'data') })),
    // They have ended with it.
    areAsExpectedAfterStop: async ({ home }) => processesOf(home) === '',
    close: async () => {},
  }))
})
