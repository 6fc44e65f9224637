import type { FastifyRequest } from 'fastify'
import { historyAway } from './problems.ts'

/** Gives a question up when its asker has gone: nobody waits for a rule that has changed since. */
export async function whileWaitedFor<T>(
  { raw: { socket } }: FastifyRequest,
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const gone = new AbortController()
  const giveUp = () => gone.abort()
  socket.once('close', giveUp)
  try {
    return await ask(gone.signal)
  } catch (cause) {
    throw historyAway(cause)
  } finally {
    // The connection is used for more questions than this one.
    socket.off('close', giveUp)
  }
}
