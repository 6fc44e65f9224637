import type { Deps } from '../platform/deps.ts'
import { describeError } from '../platform/httpErrors.ts'
import { attempt } from './attempt.ts'
import { claim, readDueDestinations } from './claim.ts'
import { type DeliverObserver, openSending, type ReadProfile, type Sending } from './context.ts'
import type { DestinationRow } from './destination.ts'
import { fanOut } from './fanOut.ts'
import type { Outgoing } from './outgoing.ts'
import { BREAKER_FAILURES } from './schedule.ts'

/** Requests under way to one destination: a slow one fills its own places and no other's. */
const CONCURRENCY_MAX = 16
/** With this many left under way the next ones are fetched: together, not one by one. */
const REFILL_BELOW = 8
/** How long to sleep when there was nothing to do. */
const IDLE_MS = 250
/** How long to wait when an engine does not answer. */
const FAULT_WAIT_MS = 1_000

export type Deliver = {
  /** Says that something may be waiting; without it, it is found within a quarter of a second. */
  wake(): void
  /** Resolves when the outbox is empty and nothing that is due waits or is under way. */
  drained(): Promise<void>
  /** Takes nothing more, and waits for what is under way (15 seconds at most). */
  stop(): Promise<void>
}

export type DeliverOptions = {
  readProfile: ReadProfile
  /** The way out; replaced in tests. */
  outgoing?: Outgoing
  observe?: DeliverObserver
  idleMs?: number
}

/**
 * Starts delivering: outbox → deliveries → destinations. Any number of instances may run; a
 * delivery that was under way in one that died is sent again after 30 seconds, with the same id.
 */
export function startDeliver(deps: Deps, options: DeliverOptions): Deliver {
  const sending = openSending(deps, options)
  const sleeper = openSleeper(options.idleMs ?? IDLE_MS)
  const underWay = new Map<string, Set<Promise<void>>>()
  let stopping = false
  let inRound = false

  const launch = (destination: DestinationRow, work: Promise<void>) => {
    const own = underWay.get(destination.id) ?? new Set()
    underWay.set(destination.id, own)
    // What fails here is an engine's fault, not the receiver's: the lease brings the delivery back.
    const done = work
      .catch((error: Error) => {
        options.observe?.fault()
        deps.log.error(
          { error: describeError(error), destination: destination.id },
          'A delivery was interrupted.',
        )
      })
      .finally(() => {
        own.delete(done)
        if (own.size === 0) underWay.delete(destination.id)
        if (own.size < REFILL_BELOW) sleeper.wake()
      })
    own.add(done)
  }

  const round = async () => {
    const taken = await fanOut(deps)
    const started = await startDue(sending, {
      free: ({ id, failures }) => places(failures) - (underWay.get(id)?.size ?? 0),
      launch,
    })
    return taken + started > 0
  }

  const loop = async () => {
    while (!stopping) {
      inRound = true
      const busy = await round().catch(async (error: Error) => {
        options.observe?.fault()
        deps.log.error(
          { error: describeError(error) },
          'Deliveries wait: an engine does not answer.',
        )
        await sleeper.sleep(FAULT_WAIT_MS)
        return true
      })
      inRound = false
      if (!busy && !stopping) await sleeper.sleep()
    }
  }

  const running = loop()
  const settle = () => Promise.all([...underWay.values()].flatMap((own) => [...own]))
  return {
    wake: sleeper.wake,
    drained: async () => {
      const quiet = () => !inRound && underWay.size === 0
      while (!(quiet() && !(await hasDue(deps)) && quiet())) await sleeper.tick()
    },
    stop: async () => {
      stopping = true
      sleeper.wake()
      await running
      await settle()
      if (!options.outgoing) await sending.outgoing.close()
    },
  }
}

/** A destination that failed again and again gets one request, to see whether it is back. */
function places(failures: number): number {
  return failures >= BREAKER_FAILURES ? 1 : CONCURRENCY_MAX
}

type Starting = {
  free(destination: DestinationRow): number
  launch(destination: DestinationRow, work: Promise<void>): void
}

async function startDue(sending: Sending, { free, launch }: Starting): Promise<number> {
  const { postgres, clock } = sending.deps
  let started = 0
  for (const destination of await readDueDestinations(postgres, clock.now())) {
    const limit = free(destination)
    if (limit <= 0) continue
    const claimed = await claim(postgres, destination, { limit, now: clock.now() })
    for (const delivery of claimed) launch(destination, attempt(sending, destination, delivery))
    started += claimed.length
  }
  return started
}

async function hasDue({ postgres, clock }: Deps): Promise<boolean> {
  const [row] = await postgres.query<{ due: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM outbox WHERE kind = 'segment') OR EXISTS (
       SELECT 1 FROM delivery d JOIN destination t ON t.id = d.destination
       WHERE d.state IN ('waiting', 'retrying') AND d.next_attempt_at <= $1
         AND t.enabled AND t.deleted_at IS NULL
         AND (t.paused_until IS NULL OR t.paused_until <= $1)
         AND NOT EXISTS (
           SELECT 1 FROM delivery earlier
           WHERE earlier.destination = d.destination AND earlier.profile = d.profile
             AND earlier.sequence < d.sequence AND earlier.state IN ('waiting', 'retrying'))
     ) AS due`,
    [new Date(clock.now())],
  )
  return row?.due ?? false
}

/** Sleeps that a wake-up ends; a wake-up that comes while nobody sleeps ends the next one. */
function openSleeper(idleMs: number) {
  let end: (() => void) | null = null
  let woken = false
  return {
    wake: () => {
      woken = true
      end?.()
    },
    sleep: (ms = idleMs) =>
      new Promise<void>((resolve) => {
        const finish = () => {
          clearTimeout(timer)
          end = null
          woken = false
          resolve()
        }
        const timer = setTimeout(finish, ms)
        end = finish
        if (woken) finish()
      }),
    tick: () => new Promise<void>((resolve) => setTimeout(resolve, Math.min(idleMs, 50))),
  }
}
