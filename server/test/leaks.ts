import { afterAll } from 'vitest'
import { openDatabases } from './engines.ts'

// Set-up files come first and their hooks run last: what is open now, the file forgot.
afterAll(() => {
  if (openDatabases.size === 0) return
  throw new Error(`${openDatabases.size} test databases were not closed. Call close() in afterAll.`)
})
