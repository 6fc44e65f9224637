import { defineConfig } from 'vitest/config'

export default defineConfig({
  root: import.meta.dirname,
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/browser/**', '**/node_modules/**'],
    globalSetup: ['test/globalSetup.ts'],
    setupFiles: ['test/leaks.ts'],
    pool: 'forks',
    // Each file talks to the same two engines; more workers than this only make them wait.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // What is waited for may come late on two busy cores.
    expect: { poll: { timeout: 10_000 } },
  },
})
