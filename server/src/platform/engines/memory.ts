import { totalmem } from 'node:os'

/**
 * Bytes that the engines, their queries and the program share: what the machine has or, in a
 * container, what it may take of it.
 */
export function memoryToShare(): number {
  // Without a limit the system says nothing (0), or more than there is.
  return Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem())
}
