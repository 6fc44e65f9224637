import { afterAll } from 'vitest'
import { openDatabases } from './engines.ts'

// Set-up files come first and their hooks run last: what is open now, the file forgot.
afterAll(() => {
  const forgotten = openDatabases.size
  // The next file of this worker has not forgotten them.
  openDatabases.clear()
  if (forgotten === 0) return
  throw new Error(`${forgotten} test databases were not closed. Call close() in afterAll.`)
})
