import { calendarOf, type Rule } from '../../src/segment/index.ts'
import { parseRule } from '../../src/segment/parse.ts'
import { membersByHistory } from '../../src/segment/preview.ts'
import { call, type Historic, openHistoric } from '../crowdOfHistory.ts'
import { ADMIN_KEY } from '../house.ts'
import type { Lab } from '../lab.ts'
import { preload } from '../preload.ts'
import { cpuBetween, readCpu } from '../processes.ts'
import type { Measured, Row } from '../row.ts'
import { send } from '../sending.ts'
import { pause, untilApplied, untilInHistory } from '../settling.ts'
import { percentilesOf, round } from '../statistics.ts'
import { watchProbes } from './freshness.ts'

const COMPLETE_S = 60
const LAG_MS = 2_000
/** The sizes of the target. */
const PEOPLE = 1_000_000
const EVENTS = 10_000_000
/** Events a second beside it, and probes among them whose way is timed. */
const LOAD_PER_S = 300
const PROBES_PER_S = 10
/** How long the load runs at least; it goes on for no longer than the fill may. */
const LOAD_MS_PER_PERSON = 0.15
const LOOK_MS = 100
const DAYS = 90

/** P10: a new segment over everybody's past, while events go on. */
export const fillRow: Row = {
  id: 'P10',
  group: 'segments',
  what: 'Backfill of a new segment, 1 M people, 10 M events',
  target: 'members complete in ≤ 60 s, meanwhile acknowledged → membership p99 ≤ 2 s',
  measure: measureFill,
}

/** Who ordered twice in three months: some 15 of 100 people, of whom each leaves on a day. */
const RULE: Rule = {
  did: 'Order Completed',
  where: [{ property: 'total', op: 'greaterOrEqual', value: 30 }],
  times: { op: 'atLeast', count: 2 },
  within: { days: DAYS },
}

async function measureFill(lab: Lab): Promise<Measured> {
  const historic = await openHistoric(lab)
  const { house } = historic
  // History counts as far as the log has come; without an entry there would be none to look at.
  await preload(house, 100)
  await untilApplied(house)
  await untilInHistory(house)
  const { historyPeople: people, historyEvents: events } = lab.size
  lab.say(`a new segment beside ${LOAD_PER_S} events a second`)
  const stopped = underLoad(lab, historic)
  const before = readCpu(house.roots())
  const from = performance.now()
  const { id } = await makeSegment(historic)
  const progress = await untilLive(historic, id)
  const seconds = (performance.now() - from) / 1_000
  const cpu = cpuBetween(before, readCpu(house.roots()))
  const lag = await stopped
  await untilApplied(house)
  await untilInHistory(house)
  const members = await requireEqual(historic, id)
  const ceilingS = await bareFill(historic)
  const isReached = seconds <= COMPLETE_S && lag.p99_ms <= LAG_MS
  const isWhole = people >= PEOPLE && events >= EVENTS
  return {
    ...{ p50_ms: lag.p50_ms, p99_ms: lag.p99_ms },
    ratio: round(ceilingS / seconds, 3),
    cpu_us: round(cpu.total / people, 1),
    reached: lab.size.mode === 'full' && (isWhole || !isReached) ? isReached : null,
    summary:
      `${people} people, ${events} events: members complete in ${round(seconds, 1)} s ` +
      `(bare ${round(ceilingS, 2)} s), live lag p99 ${lag.p99_ms} ms`,
    ...{ people, events, members, seconds: round(seconds, 2), ceiling_s: round(ceilingS, 2) },
    steps_of_progress: progress,
    load_per_s: LOAD_PER_S,
  }
}

function makeSegment(historic: Historic): Promise<{ id: string }> {
  const body = { name: { fr: 'Fidèles', en: 'Faithful' }, rule: RULE }
  return call(historic, { method: 'POST', path: '/segments', body }, ADMIN_KEY)
}

/** Waits until it is live; returns how many different values its progress had on the way. */
async function untilLive(historic: Historic, id: string): Promise<number> {
  const seen = new Set<number>()
  for (;;) {
    const [row] = await historic.house.postgres.query<{ state: string; progress: number }>(
      'SELECT state, progress FROM segment WHERE public_id = $1',
      [id],
    )
    seen.add(row?.progress ?? 0)
    if (row?.state === 'live') return seen.size
    await pause(LOOK_MS)
  }
}

/** Live events and probes as long as the fill may take; the waiting times of the probes. */
async function underLoad(lab: Lab, { house, program, watched }: Historic) {
  const durationMs = Math.max(lab.size.fillMs, lab.size.historyPeople * LOAD_MS_PER_PERSON)
  const expected = Math.floor((durationMs / 1_000) * PROBES_PER_S)
  const target = { url: program.url, key: house.writeKey, workload: house.workload, durationMs }
  const seen = watchProbes(house, { segment: watched.probes, expected })
  const [load, probes] = await Promise.all([
    send({
      ...{ ...target, kind: 'events', first: house.next, batch: 10, perSecond: LOAD_PER_S },
      ...{ countMax: Number.MAX_SAFE_INTEGER, connections: 16, comesAgain: true },
    }),
    send({
      ...{ ...target, kind: 'probes', first: 0, batch: 1, perSecond: PROBES_PER_S },
      ...{ connections: 16, countMax: expected, comesAgain: true },
    }),
  ])
  house.sent.push({ first: house.next, count: load.acknowledged, workload: house.workload })
  house.next += load.sent
  const times = await seen
  return percentilesOf(
    probes.probes.map((probe, index) =>
      Math.max(0, (times.get(index) ?? Number.NaN) - probe.acknowledged),
    ),
  )
}

/** Before time counts: its members are those whom ClickHouse finds in the same events. */
async function requireEqual({ house }: Historic, id: string): Promise<number> {
  const rows = await house.postgres.query<{ profile: string }>(
    `SELECT m.profile FROM membership AS m JOIN segment AS s ON s.id = m.segment
     WHERE s.public_id = $1 ORDER BY m.profile`,
    [id],
  )
  const expected = await membersByHistory(house.clickhouse, parseRule(RULE), {
    workspace: house.workspace.id,
    now: Date.now(),
    calendar: calendarOf('UTC'),
  })
  const members = new Set(rows.map((row) => row.profile))
  const missing = expected.filter((one) => !members.has(one)).length
  if (missing === 0 && members.size === expected.length) return members.size
  throw new Error(
    `Of ${expected.length} members ${missing} are missing, and there are ${members.size}.`,
  )
}

/** What cannot be left out: the members counted once in ClickHouse and written as rows. */
async function bareFill({ house }: Historic): Promise<number> {
  const { clickhouse, postgres, workspace } = house
  await postgres.query('CREATE TABLE bench_member (LIKE membership INCLUDING ALL)')
  const from = performance.now()
  const rows = await clickhouse.query<{ anchor: string }>(
    `SELECT anchor FROM event WHERE workspace = {workspace:UInt32} AND event = 'Order Completed'
       AND number['total'] >= 30 AND time > now() - INTERVAL ${DAYS} DAY
     GROUP BY anchor HAVING count() >= 2`,
    { workspace: workspace.id },
    { lane: 'heavy' },
  )
  await postgres.query(
    `INSERT INTO bench_member (workspace, segment, profile, entered_at)
     SELECT $1, 0, profile, now() FROM unnest($2::uuid[]) AS profile`,
    [workspace.id, rows.map((row) => row.anchor)],
  )
  const seconds = (performance.now() - from) / 1_000
  await postgres.query('DROP TABLE bench_member')
  return seconds
}
