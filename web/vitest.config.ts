import { defineConfig } from 'vitest/config'

/** Logic in src/, pages in test/ (those need chromium and are named *.browser.test.ts). */
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'test/**/*.test.ts'],
    globalSetup: ['test/pages-dir.ts'],
    // A page waits more than it computes.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // What is waited for may come late on two busy cores.
    expect: { poll: { timeout: 10_000 } },
  },
})
