import { openCrowd, runs } from '../crowd.ts'
import { ADMIN_KEY } from '../house.ts'
import type { Lab } from '../lab.ts'
import { cpuBetween, readCpu } from '../processes.ts'
import type { Measured, Row } from '../row.ts'
import { send } from '../sending.ts'
import { untilApplied } from '../settling.ts'
import { round } from '../statistics.ts'
import { buildPages } from '../webPages.ts'
import { measureAllIn } from './flow.ts'

const REQUESTS_PER_S = 1_000
const LOAD_SHARE = 0.5
const P99_MS = 10

/** P9: profiles are read while events come in. */
export const apiRow: Row = {
  id: 'P9',
  group: 'api',
  what: 'Profile API, 1,000 requests/s while taking in at 50 %',
  target: 'p99 ≤ 10 ms',
  measure: measureApi,
}

async function measureApi(lab: Lab): Promise<Measured> {
  const allIn = await measureAllIn(lab)
  const crowd = await openCrowd(lab)
  const { house } = crowd
  await buildPages(lab)
  const program = await runs(crowd, ['collect', 'flow', 'deliver'])
  const api = await house.start(['api'])
  try {
    const perSecond = Math.round(allIn.rate * LOAD_SHARE)
    const { workload } = house
    const durationMs = lab.size.steadyMs
    const asked = { url: api.url, key: ADMIN_KEY, workload, kind: 'profiles', batch: 1 } as const
    const asking = { connections: 64, countMax: Number.MAX_SAFE_INTEGER, comesAgain: false }
    const ask = { ...asked, ...asking, first: 1_000_000, perSecond: REQUESTS_PER_S }
    lab.say('warming up the profile API')
    await send({ ...ask, durationMs: durationMs / 2 })
    lab.say(`${REQUESTS_PER_S} requests a second beside ${perSecond} events a second`)
    const before = readCpu({ ...house.roots(), program: [api.pid] })
    const [profiles, load] = await Promise.all([
      send({ ...ask, durationMs }),
      send({
        ...{ url: program.url, key: house.writeKey, workload, kind: 'events', batch: 10 },
        ...{ first: house.next, perSecond, durationMs, connections: 64 },
        ...{ countMax: Number.MAX_SAFE_INTEGER, comesAgain: true },
      }),
    ])
    const cpu = cpuBetween(before, readCpu({ ...house.roots(), program: [api.pid] }))
    house.sent.push({ first: house.next, count: load.acknowledged, workload })
    house.next += load.sent
    await untilApplied(house)
    return {
      rate: Math.round(profiles.acknowledged / profiles.seconds),
      ...profiles.latency,
      reached: profiles.latency.p99_ms <= P99_MS,
      asked_per_s: REQUESTS_PER_S,
      load_per_s: Math.round(load.acknowledged / load.seconds),
      load_latency: load.latency,
      // Of the process that answers, PostgreSQL's part not told apart from that of the load.
      api_cpu_us: round(cpu.program / profiles.acknowledged, 1),
    }
  } finally {
    await api.stop()
  }
}
