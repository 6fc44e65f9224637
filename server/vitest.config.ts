import { defineConfig } from 'vitest/config'
import { LongFirst } from './test/longFirst.ts'

export default defineConfig({
  root: import.meta.dirname,
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/browser/**', '**/node_modules/**'],
    globalSetup: ['test/globalSetup.ts'],
    setupFiles: ['test/leaks.ts'],
    pool: 'forks',
    // No module here has a state of its own, so the program is loaded once a worker and not once a
    // file. Files that replace modules are run with --isolate (`scripts/test.ts`).
    isolate: false,
    sequence: { sequencer: LongFirst },
    // On two cores: a file waits for the engines, and for time to pass, more than it computes.
    maxWorkers: 3,
    // For a machine that does much else meanwhile.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What is waited for may come late on two busy cores.
    expect: { poll: { timeout: 10_000 } },
  },
})
