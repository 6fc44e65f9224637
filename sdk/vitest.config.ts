import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    name: 'sdk',
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // A real browser starts slowly on a loaded two-core machine.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    fileParallelism: false,
    // What is waited for may come late on two busy cores.
    expect: { poll: { timeout: 10_000 } },
  },
})
