import { openCrowd, runs } from '../crowd.ts'
import type { House } from '../house.ts'
import type { Lab } from '../lab.ts'
import type { SendResult } from '../order.ts'
import { append } from '../preload.ts'
import type { Measured, Row } from '../row.ts'
import { EXIT_WINDOW_MS } from '../segmentMix.ts'
import { send } from '../sending.ts'
import { pause, until, untilApplied, untilInHistory } from '../settling.ts'
import { round } from '../statistics.ts'
import { exitText, userName } from '../workload.ts'
import { measureAllIn } from './flow.ts'

const LATE_MS = 5_000
const DRAINED_S = 30
const INTAKE_TIMES = 2
/** The load beside the exits, as a part of what the whole way can take. */
const LOAD_SHARE = 0.3
const BATCH = 100
/** Time until the window of the events ends: so many times what applying them should take. */
const ENTER_TIMES = 2.5
const LOOK_MS = 50

/** P5: windows that end without an event, one after the other and all at once. */
export const exitsRow: Row = {
  id: 'P5',
  group: 'segments',
  what: 'Window exits without an event, and 100,000 of them at once',
  target: 'p99 ≤ 5 s late; drained in ≤ 30 s, intake p99 ≤ 2×',
  measure: measureExits,
}

async function measureExits(lab: Lab): Promise<Measured> {
  const allIn = await measureAllIn(lab)
  const crowd = await openCrowd(lab)
  const { house } = crowd
  await runs(crowd, ['collect', 'flow', 'deliver'])
  await untilApplied(house)
  const count = lab.size.exits
  lab.say(`${count / 10} exits, one after the other`)
  const { exits: segment } = crowd.watched
  const entering = { segment, rate: allIn.rate, least: lab.size.enterMs }
  const few = { ...entering, count: count / 10, spreadMs: lab.size.steadyMs }
  const steadyEnd = await enter(house, few)
  const perSecond = Math.round(allIn.rate * LOAD_SHARE)
  const calm = await sendSteadily(lab, { perSecond, durationMs: lab.size.steadyMs })
  await pause(Math.max(0, steadyEnd - Date.now()))
  await untilGone(house, segment)
  lab.say(`${count} exits at once`)
  const since = Date.now()
  const due = await enter(house, { ...entering, count, spreadMs: 0 })
  await pause(Math.max(0, due - Date.now()))
  const loaded = sendSteadily(lab, { perSecond, durationMs: lab.size.steadyMs })
  await untilGone(house, segment)
  const drainedS = (Date.now() - due) / 1_000
  const busy = await loaded
  await untilApplied(house)
  await untilInHistory(house)
  const steady = await latenessOf(house, segment, { from: 0, to: since })
  const burst = await latenessOf(house, segment, { from: since, to: Date.now() })
  if (burst.usual !== due) {
    throw new Error('Not everybody had to leave at the same instant, so nothing was measured.')
  }
  const intakeTimes = round(busy.latency.p99_ms / Math.max(calm.latency.p99_ms, 0.01), 2)
  const isFull = lab.size.mode === 'full'
  const isReached =
    steady.late.p99_ms <= LATE_MS && drainedS <= DRAINED_S && intakeTimes <= INTAKE_TIMES
  return {
    ...steady.late,
    rate: Math.round(count / drainedS),
    reached: isFull ? isReached : null,
    summary: `${count} at once drained in ${round(drainedS, 1)} s, intake p99 ${intakeTimes}×`,
    exits: few.count,
    burst: { exits: count, drained_s: round(drainedS, 2), ...burst.late },
    intake_p99_times: intakeTimes,
    intake_before: calm.latency,
    intake_during: busy.latency,
    load_per_s: perSecond,
  }
}

/** `rate`: events a second that can be applied; `least`: ms until the first has to leave. */
type Entering = { segment: number; count: number; spreadMs: number; rate: number; least: number }

/** Lets people enter for a minute; returns the epoch ms at which the last of them must leave. */
async function enter(house: House, entering: Entering): Promise<number> {
  const { segment, count, spreadMs, rate, least } = entering
  const wait = Math.max(least, (ENTER_TIMES * count * 1_000) / rate)
  // Whole milliseconds: another time is none, and the event would count from its arrival.
  const due = Date.now() + Math.ceil(wait)
  const { run, people } = house.workload
  for (let first = 0; first < count; first += BATCH) {
    const size = Math.min(BATCH, count - first)
    const events = Array.from({ length: size }, (_, offset) => {
      const index = first + offset
      const leavesAt = due + Math.floor((index * spreadMs) / count)
      return exitText(index, index % people, leavesAt - EXIT_WINDOW_MS, run)
    })
    const body = `{"batch":[${events.join(',')}]}`
    await append(house, { body, count: size, anchor: userName(first % people, run) })
  }
  await untilApplied(house)
  const members = await membersOf(house, segment)
  if (Date.now() > due || members !== Math.min(count, people)) {
    throw new Error(
      `Of ${count} people ${members} had entered before the first had to leave: ` +
        'the flow is too slow for this measurement on this machine.',
    )
  }
  return due + spreadMs
}

async function membersOf(house: House, segment: number): Promise<number> {
  const [row] = await house.postgres.query<{ n: number }>(
    'SELECT count(*) AS n FROM membership WHERE segment = $1',
    [segment],
  )
  return row?.n ?? 0
}

async function untilGone({ postgres }: House, segment: number): Promise<void> {
  await until('everybody out', async () => {
    const left = await postgres.query('SELECT 1 FROM membership WHERE segment = $1 LIMIT 1', [
      segment,
    ])
    if (left.length > 0) await pause(LOOK_MS)
    return left.length === 0
  })
}

/** `late`: ms, at the four quantiles; `usual`: the instant at which half of them were due. */
type Lateness = { late: [number, number, number, number]; n: number; usual: number }

/** How much later than due the exits were committed, from the ledger that the flow keeps. */
async function latenessOf(
  house: House,
  segment: number,
  { from, to }: { from: number; to: number },
) {
  const [row] = await house.clickhouse.query<Lateness>(
    `SELECT quantilesExact(0.5, 0.99, 0.999, 1)(dateDiff('millisecond', at, recorded_at)) AS late,
            count() AS n, quantileExact(0.5)(toUnixTimestamp64Milli(at)) AS usual
     FROM membership_change
     WHERE segment = {segment:UInt32} AND change = 'left'
       AND toUnixTimestamp64Milli(recorded_at) BETWEEN {from:Int64} AND {to:Int64}`,
    { segment, from, to },
  )
  if (!row || Number(row.n) === 0) throw new Error('The ledger knows of no exit.')
  const [p50_ms = 0, p99_ms = 0, p999_ms = 0, max_ms = 0] = row.late.map(Number)
  return { late: { p50_ms, p99_ms, p999_ms, max_ms }, usual: Number(row.usual) }
}

/** The intake under an even load of events that concern everybody else. */
async function sendSteadily(
  lab: Lab,
  { perSecond, durationMs }: { perSecond: number; durationMs: number },
): Promise<SendResult> {
  const crowd = await openCrowd(lab)
  const { house } = crowd
  const program = await runs(crowd, ['collect', 'flow', 'deliver'])
  const { workload } = house
  const result = await send({
    url: program.url,
    ...{ key: house.writeKey, workload, kind: 'events', first: house.next, batch: 10, perSecond },
    ...{ durationMs, countMax: Number.MAX_SAFE_INTEGER, connections: 64, comesAgain: true },
  })
  house.sent.push({ first: house.next, count: result.acknowledged, workload })
  house.next += result.sent
  return result
}
