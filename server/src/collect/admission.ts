import type { Lane } from '../platform/log/log.ts'
import type { Postgres, Sql } from '../platform/postgres.ts'
import { FairShares, secondsBehind } from './fairShare.ts'

export type IntakeLane = Extract<Lane, 'live' | 'bulk'>

/**
 * Says whether the intake may take more for now. It refuses only while a flow is running and
 * behind by more than some seconds: then whoever sends faster than it can work is asked to send
 * again later, and what was taken is applied soon. While no flow runs at all (it is being
 * replaced) everything is taken: the log is a buffer of days.
 */
export type Admission = {
  /** Null: let in. Else after how many seconds to send again. */
  ask(workspace: number, lane: IntakeLane): number | null
  /** Tells how many events of the workspace were let in. */
  spend(workspace: number, lane: IntakeLane, events: number): void
  stop(): Promise<void>
}

/** The backlog beyond which a lane is full, in seconds of work. An import may wait for long. */
const FULL_AFTER_S: Record<IntakeLane, number> = { live: 10, bulk: 300 }
/**
 * The same while several workspaces send: whoever has more than its share waits by itself, before
 * the others have to wait behind what it sent.
 */
const FULL_AFTER_SHARED_S = 2
const LOOK_EVERY_MS = 500
/** The rate is measured over this time, so that one slow batch does not close the door. */
const RATE_OVER_MS = 5_000
/** Short: a flow that need not share its processor with the intake any more soon goes faster. */
const RETRY_S_MAX = 5

/**
 * Part of a higher rate that is believed for another look: it halves in five seconds. A flow that
 * stands still for one, as after a fault, is not a slow one.
 */
const KEPT_A_LOOK = 0.93
/** What a flow that has not worked yet is taken for, events a second: small machines do more. */
const RATE_AT_FIRST = 2_000

type Look = { at: number; position: number; behind: number }

/**
 * `rate`: events a second that the flow applied when it last had work. `letIn`: events that this
 * process has let in since the last look, which that could not see: between two looks a burst
 * could otherwise fill the log with a minute of work.
 */
type LaneState = { looks: Look[]; shares: FairShares; rate: number; letIn: number }

export type AdmissionOptions = {
  postgres: Postgres
  onFault(error: unknown): void
}

/** Opens the door, and looks at the backlog twice a second until it is stopped. */
export function openAdmission({ postgres, onFault }: AdmissionOptions): Admission {
  const lanes: Record<IntakeLane, LaneState> = {
    live: { looks: [], shares: new FairShares(), rate: RATE_AT_FIRST, letIn: 0 },
    bulk: { looks: [], shares: new FairShares(), rate: RATE_AT_FIRST, letIn: 0 },
  }
  let doors = 1
  let isLooking = false
  let looking: Promise<void> = Promise.resolve()
  const look = async () => {
    const before = { live: lanes.live.letIn, bulk: lanes.bulk.letIn }
    try {
      const seen = await readBacklog(postgres)
      doors = Math.max(seen.doors, 1)
      for (const lane of ['live', 'bulk'] as const) {
        note(lanes[lane], seen.isFlowing ? seen[lane] : null)
        lanes[lane].letIn -= before[lane]
      }
    } catch (error) {
      // Nothing is known: the log itself will refuse what it cannot take.
      for (const lane of Object.values(lanes)) lane.looks.length = 0
      onFault(error)
    }
  }
  const timer = setInterval(() => {
    if (isLooking) return
    isLooking = true
    looking = look().finally(() => {
      isLooking = false
    })
  }, LOOK_EVERY_MS)
  return {
    ask: (workspace, lane) => {
      const { looks, shares, rate, letIn } = lanes[lane]
      const last = looks.at(-1)
      const backlog = { behind: last ? last.behind + letIn : 0, rate }
      const share = { rate: backlog.rate / doors, now: performance.now() }
      // Asked for even when there is room, so that it is known who shares it when there is none.
      const admits = shares.admits(workspace, share)
      const isShared = lane === 'live' && shares.active(share.now) > 1
      const fullAfterS = isShared ? FULL_AFTER_SHARED_S : FULL_AFTER_S[lane]
      const excess = secondsBehind(backlog) - fullAfterS
      if (excess <= 0 || admits) return null
      return Math.min(Math.ceil(excess) + 1, RETRY_S_MAX)
    },
    spend: (workspace, lane, events) => {
      lanes[lane].letIn += events
      lanes[lane].shares.spend(workspace, events)
    },
    stop: async () => {
      clearInterval(timer)
      await looking
    },
  }
}

function note(lane: LaneState, seen: Omit<Look, 'at'> | null): void {
  if (seen === null) {
    lane.looks.length = 0
    return
  }
  const at = performance.now()
  lane.looks.push({ at, ...seen })
  while (at - (lane.looks[0]?.at ?? at) > RATE_OVER_MS) lane.looks.shift()
  const rate = rateOf(lane.looks) ?? lane.rate
  lane.rate = Math.max(rate, KEPT_A_LOOK * lane.rate + (1 - KEPT_A_LOOK) * rate)
}

/**
 * Events a second over the time in which there was work; null when there was none. A flow that
 * waits for events is not a slow one: counted in, a burst after a quiet time would be refused.
 */
function rateOf(looks: readonly Look[]): number | null {
  let applied = 0
  let ms = 0
  for (const [index, look] of looks.entries()) {
    const before = looks[index - 1]
    if (!before || before.behind === 0) continue
    applied += look.position - before.position
    ms += look.at - before.at
  }
  return ms > 0 ? (applied * 1_000) / ms : null
}

type Seen = { doors: number; isFlowing: boolean } & Record<IntakeLane, Omit<Look, 'at'>>

async function readBacklog(sql: Sql): Promise<Seen> {
  const rows = await sql.query<{ lane: IntakeLane; position: number; behind: number }>(
    `SELECT lane, sum(c.position)::bigint AS position,
            sum(greatest(0, h.next - 1 - c.position))::bigint AS behind
     FROM log_head h JOIN flow_cursor c USING (lane, shard)
     WHERE lane IN ('live', 'bulk') GROUP BY lane`,
  )
  const [processes] = await sql.query<{ doors: number; flows: number }>(
    `SELECT count(*) FILTER (WHERE 'collect' = ANY(roles)) AS doors,
            count(*) FILTER (WHERE 'flow' = ANY(roles)) AS flows
     FROM process WHERE seen_at > now() - interval '5 seconds'`,
  )
  const of = (lane: IntakeLane) =>
    rows.find((row) => row.lane === lane) ?? { position: 0, behind: 0 }
  return {
    doors: processes?.doors ?? 1,
    isFlowing: (processes?.flows ?? 0) > 0,
    live: of('live'),
    bulk: of('bulk'),
  }
}
