import pino from 'pino'
import { rebuild } from '../../src/flow/rebuild.ts'
import { apartUrl } from '../../src/flow/rebuiltTables.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { newIdFrom } from '../../src/platform/ids.ts'
import { openPostgres } from '../../src/platform/postgres.ts'
import { requireCorrect } from '../correctness.ts'
import { closeGate } from '../gate.ts'
import type { House } from '../house.ts'
import type { Lab } from '../lab.ts'
import { preload } from '../preload.ts'
import { cpuBetween, readCpu } from '../processes.ts'
import type { Measured, Row } from '../row.ts'
import { installSegments, mixOf } from '../segmentMix.ts'
import { untilApplied, untilInHistory } from '../settling.ts'
import { round } from '../statistics.ts'

const TARGET_TIMES = 3
const SEGMENTS = 100
/** Events a person. */
const EACH = 10

/** P11: the state once more, from the log alone. */
export const rebuildRow: Row = {
  id: 'P11',
  group: 'flow',
  what: 'State rebuilt from the log',
  target: '≥ 3× the live rate, same state hash',
  measure: measureRebuild,
}

export type Grown = {
  house: House
  events: number
  /** Events a second of flow and sink side by side, and CPU microseconds of one. */
  rate: number
  cpuUs: number
}

/** A house whose whole state came from its log, for those who ask about that. */
export function growHouse(lab: Lab): Promise<Grown> {
  return lab.once('grown', async () => {
    const events = lab.size.rebuildEvents
    const house = await lab.house('grown', Math.max(events / EACH, 100))
    const watched = await installSegments(house, mixOf(SEGMENTS))
    const program = await house.start(['flow'])
    const gate = await closeGate(house, 'flow')
    lab.say(`${events} events that make a state of their own`)
    await preload(house, events)
    const before = readCpu(house.roots())
    const startedAt = performance.now()
    await gate.open()
    await untilApplied(house)
    const seconds = (performance.now() - startedAt) / 1_000
    await untilInHistory(house)
    const cpu = cpuBetween(before, readCpu(house.roots()))
    await program.stop()
    await requireCorrect(house, watched.buyers)
    return { house, events, rate: events / seconds, cpuUs: cpu.total / events }
  })
}

async function measureRebuild(lab: Lab): Promise<Measured> {
  const { house, rate: live } = await growHouse(lab)
  lab.say('folding the log again')
  const apart = openPostgres({ url: apartUrl(house.postgresUrl), connectionsMax: 8 })
  const newId = newIdFrom(systemClock)
  const logger = pino({ level: 'warn' }, pino.destination(2))
  const { postgres, log } = house
  const cpu = process.cpuUsage()
  const enginesBefore = readCpu(house.roots())
  const startedAt = performance.now()
  // Between the first and the last sign of progress nothing is done but folding.
  const signs: number[] = []
  try {
    const report = await rebuild(
      { postgres, apart, log, clock: systemClock, newId, logger },
      {
        checks: true,
        onProgress: () => {
          signs.push(performance.now())
        },
        signal: new AbortController().signal,
      },
    )
    const seconds = (performance.now() - startedAt) / 1_000
    const used = process.cpuUsage(cpu)
    const engines = cpuBetween(enginesBefore, readCpu(house.roots()))
    const isSame = report.before === report.after
    const rate = report.positions / seconds
    const times = round(rate / live, 2)
    const foldS = ((signs.at(-1) ?? 0) - (signs[0] ?? 0)) / 1_000
    const folded = (report.positions * (signs.length - 1)) / Math.max(signs.length, 1)
    return {
      rate: Math.round(rate),
      reached: lab.size.mode === 'full' ? isSame && times >= TARGET_TIMES : null,
      cpu_us: round((used.user + used.system + engines.postgres) / report.positions, 1),
      summary: `${times}× the live rate, ${isSame ? 'same' : 'ANOTHER'} state hash`,
      times_live: times,
      live_rate: Math.round(live),
      same_hash: isSame,
      positions: report.positions,
      // Of the folding alone; `rate` also reads and compares both states.
      fold_rate: signs.length > 1 ? Math.round(folded / foldS) : null,
    }
  } finally {
    await apart.close()
  }
}
