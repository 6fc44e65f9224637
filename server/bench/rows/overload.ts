import { requireCorrect } from '../correctness.ts'
import { openCrowd, runs } from '../crowd.ts'
import type { House, Program } from '../house.ts'
import type { Lab } from '../lab.ts'
import type { SendResult } from '../order.ts'
import { type MemoryWatch, watchMemory } from '../processes.ts'
import { type Measured, megabytes, type Row } from '../row.ts'
import { send } from '../sending.ts'
import { untilApplied, untilInHistory } from '../settling.ts'
import { round, slopeOf } from '../statistics.ts'
import { measureAllIn } from './flow.ts'

const TIMES = 3
const CALM_SHARE = 0.5
const BACK_S = 30
/** A second counts as normal again when its p99 is not above this many times that before. */
const NORMAL_TIMES = 2
/** What a p99 below this is not told apart from, in milliseconds. */
const NORMAL_MS_LEAST = 50
/** Growth of the program's memory over the second half, as a part of it, that counts as flat. */
const FLAT_SHARE = 0.1

/** P13: three times more than it can take. */
export const overloadRow: Row = {
  id: 'P13',
  group: 'intake',
  what: 'Three times overload for 10 minutes',
  target: '429 + Retry-After, all acknowledged kept, memory flat, normal p99 within 30 s after',
  measure: measureOverload,
}

async function measureOverload(lab: Lab): Promise<Measured> {
  const allIn = await measureAllIn(lab)
  const crowd = await openCrowd(lab)
  const { house } = crowd
  const program = await runs(crowd, ['collect', 'flow', 'deliver'])
  await untilInHistory(house)
  const place = { house, program }
  const calm = Math.round(allIn.rate * CALM_SHARE)
  const { overloadMs, steadyMs } = lab.size
  lab.say(`normal load of ${calm} events a second`)
  const before = await load(place, { perSecond: calm, durationMs: steadyMs / 2 })
  const perSecond = allIn.rate * TIMES
  lab.say(`${perSecond} events a second for ${overloadMs / 1_000} s`)
  const memory = watchMemory(house.roots)
  const during = await load(place, { perSecond, durationMs: overloadMs })
  const flat = flatness(memory)
  lab.say('normal load again')
  const after = await load(place, { perSecond: calm, durationMs: lab.size.afterMs })
  await untilApplied(house)
  await untilInHistory(house)
  // All acknowledged work is there once, and did what it should; throws if not.
  await requireCorrect(house, crowd.watched.buyers)
  const normalAfterS = normalAfter(after, before)
  const toldAll = during.refused > 0 && during.refused === during.refused_with_time
  const isFull = lab.size.mode === 'full'
  const isReached = toldAll && flat.isFlat && normalAfterS !== null && normalAfterS <= BACK_S
  const back = normalAfterS === null ? 'not normal again' : `normal again after ${normalAfterS} s`
  return {
    rate: Math.round(during.acknowledged / during.seconds),
    ...during.latency,
    memory_mb: flat.peak_mb,
    reached: isFull ? isReached : null,
    summary: `${during.refused} requests asked to come later; ${back}`,
    offered_per_s: perSecond,
    seconds: round(overloadMs / 1_000, 0),
    refused: during.refused,
    refused_with_time: during.refused_with_time,
    acknowledged_kept: true,
    memory: flat,
    normal_after_s: normalAfterS,
    before: before.latency,
    after: after.latency,
  }
}

type Place = { house: House; program: Program }
type Loading = { perSecond: number; durationMs: number }

/** Events at fixed times; what is refused does not come again, as from a sender that drops it. */
async function load({ house, program }: Place, loading: Loading): Promise<SendResult> {
  const { workload } = house
  const first = house.next
  const result = await send({
    url: program.url,
    ...{ key: house.writeKey, workload, kind: 'events', first, batch: 100 },
    ...loading,
    ...{ countMax: Number.MAX_SAFE_INTEGER, connections: 64, comesAgain: false },
  })
  house.next += result.sent
  for (const index of result.taken) house.sent.push({ first: index, count: 100, workload })
  return result
}

/** The straight line through the second half of the program's memory. */
function flatness(watch: MemoryWatch) {
  const { samples, peak } = watch.stop()
  const half = samples.slice(samples.length >> 1)
  const points = half.map(({ seconds, memory }) => ({ x: seconds, y: memory.program }))
  const slope = slopeOf(points)
  const seconds = (half.at(-1)?.seconds ?? 0) - (half[0]?.seconds ?? 0)
  const base = half[0]?.memory.program ?? 0
  return {
    peak_mb: megabytes(peak.total),
    program_begin_mb: megabytes(base),
    program_mb_per_minute: round((slope * 60) / 2 ** 20, 1),
    isFlat: slope * seconds <= base * FLAT_SHARE,
  }
}

/** Seconds after which p99 is, and stays for the rest, what it was before; null if it never is. */
function normalAfter(after: SendResult, before: SendResult): number | null {
  const most = Math.max(before.latency.p99_ms * NORMAL_TIMES, NORMAL_MS_LEAST)
  const last = after.windows.findLastIndex((one) => one.p99_ms > most || one.refused > 0)
  return last + 1 < after.windows.length ? last + 1 : null
}
