/**
 * Deterministic simulation of the flow: one plan is one history. Processes of the flow work on a
 * store and a log in memory; every statement is a step that the plan's schedule allows, and at any
 * of them a process may die, lose its connection or its shard. In the end the state must be that
 * of a plain fold of the same entries.
 */
import { hash } from 'node:crypto'
import pino from 'pino'
import { withoutEvents } from '../../src/collect/index.ts'
import { applyItems } from '../../src/flow/apply.ts'
import { type Lease, takeShards } from '../../src/flow/cursor.ts'
import { runFilling } from '../../src/flow/filling.ts'
import { shardText } from '../../src/flow/items.ts'
import { rebuild } from '../../src/flow/rebuild.ts'
import { describeState } from '../../src/flow/stateHash.ts'
import { runTimers } from '../../src/flow/timers.ts'
import { FlowWorld } from '../../src/flow/world.ts'
import { type ManualClock, manualClock } from '../../src/platform/clock.ts'
import { type NewId, uuidV7 } from '../../src/platform/ids.ts'
import type { Log } from '../../src/platform/log/log.ts'
import type { Postgres } from '../../src/platform/postgres.ts'
import { DAY, MINUTE, NOW, requestOf, type Told } from '../history.ts'
import { checkCounts, checkEffects, checkMembers, checkTimers, same, Violation } from './checks.ts'
import type { Defect } from './defects.ts'
import { Conflict, ConnectionLost, type Gate, type Statement, watched } from './gate.ts'
import { memoryDisk, openMemoryLog } from './memoryLog.ts'
import type { Plan, Step } from './plan.ts'
import { FlowProcess, readItems } from './process.ts'
import type { Store } from './store.ts'

const logger = pino({ level: 'silent' })
const PROCESSES = 2
/** The flow's clock begins a little before the newest events of a history. */
const START = NOW - DAY / 8 + 20 * MINUTE

/** Plays one history. @throws Violation when something does not hold. */
export async function simulate(store: Store, plan: Plan, defect: Defect | null): Promise<void> {
  await store.reset()
  const scene = openScene(store, plan, defect)
  const processes = await startProcesses(scene)
  for (const step of plan.steps) await play(scene, processes, step)
  for (const process of processes) process.stop()
  const gates = processes.flatMap((process) => process.gates)
  for (const gate of [...gates].sort((x, y) => Number(y.inTransaction) - Number(x.inTransaction))) {
    while (!gate.isEnded()) await gate.step()
  }
  for (const { fault } of processes) if (fault) throw fault
  await append(scene, scene.waiting.length)
  scene.clock.set(scene.latest)
  // All of them have stopped: whoever goes on begins a new life.
  await defect?.rebirth?.(store.postgres)
  await drain(scene, WHOLE)
  await check(scene)
}

type Scene = {
  store: Store
  plan: Plan
  defect: Defect | null
  /** The store as the flow has it: with gates, faults, and what it commits written down. */
  postgres: Postgres
  log: Log
  clock: ManualClock
  /** The latest that the clock ever said. */
  latest: number
  newId: NewId
  waiting: Told[]
  /** The epoch in force, by shard. */
  epochs: Map<string, number>
  /** Keys of the verdicts in the order of their commits. */
  commits: string[]
}

function openScene(store: Store, plan: Plan, defect: Defect | null): Scene {
  let made = 0
  const rest = Buffer.alloc(10)
  const newId = () => {
    rest.writeUInt32BE(++made, 6)
    return uuidV7(START, rest)
  }
  const epochs = new Map<string, number>()
  const commits: string[] = []
  return {
    ...{ store, plan, defect, newId, epochs, commits },
    waiting: [...plan.history],
    log: openMemoryLog({ disk: memoryDisk(), withoutEvents }),
    clock: manualClock(START),
    latest: START,
    postgres: watched({
      store: store.postgres,
      inspect: breaker(poisonOf(plan, store.workspace)),
      onCommit: (statements) => noteCommit({ epochs, commits }, statements),
      sabotage: defect,
    }),
  }
}

/** Keys of the messages whose data break the fold. */
function poisonOf({ history, poison }: Plan, workspace: number): Set<string> {
  const told = poison === null ? undefined : history[poison % history.length]
  const events = told && 'events' in told ? (told.events as { messageId: string }[]) : []
  return new Set(events.map(({ messageId }) => keyOf(workspace, messageId)))
}

/** The key under which the flow remembers a message of source 1. */
const keyOf = (workspace: number, messageId: string) =>
  hash('sha1', `${workspace}|1|${messageId}`).slice(0, 32)

/** Finds the data of some messages wrong, always at the same statement, as PostgreSQL would. */
function breaker(poisonous: ReadonlySet<string>): (text: string, values?: unknown[]) => void {
  return (text, values) => {
    if (poisonous.size === 0 || !text.startsWith('INSERT INTO dedup')) return
    const keys = values?.[1] as Buffer[]
    if (!keys.some((key) => poisonous.has(key.toString('hex')))) return
    throw Object.assign(new Error('invalid byte sequence'), { code: '22021' })
  }
}

function noteCommit(
  { epochs, commits }: Pick<Scene, 'epochs' | 'commits'>,
  statements: readonly Statement[],
): void {
  for (const { text, values } of statements) {
    if (text.includes('INSERT INTO verdict')) commits.push(`${values[0]}:${values[1]}:${values[2]}`)
    if (!/FROM flow_cursor\s.*FOR UPDATE/s.test(text)) continue
    const [lane, shard, epoch] = values
    if (epochs.get(`${lane}:${shard}`) === epoch) continue
    throw new Violation(`A worker that had lost shard ${lane}:${shard} has written all the same.`)
  }
}

async function startProcesses(scene: Scene): Promise<FlowProcess[]> {
  const { store, log, clock, newId, postgres, defect, plan } = scene
  const choose = randomFrom(plan.choices)
  const processes: FlowProcess[] = []
  for (let index = 0; index < PROCESSES; index += 1) {
    const id = `00000000-0000-4000-8000-00000000000${index + 1}`
    await store.postgres.query(
      `INSERT INTO process (id, roles, started_at, seen_at)
       VALUES ($1, '{flow}', now(), 'infinity')`,
      [id],
    )
    const onTaken = (lease: Lease) => void scene.epochs.set(shardText(lease), lease.epoch)
    const onReborn = async () => defect?.rebirth?.(store.postgres)
    const options = { id, postgres, log, clock, newId, choose, onTaken, onReborn }
    const process = new FlowProcess(options)
    await process.start()
    processes.push(process)
  }
  return processes
}

/** Numbers below a bound, the same for the same seed. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

async function play(scene: Scene, processes: readonly FlowProcess[], step: Step): Promise<void> {
  const process = processes[step.strand >> 1]
  const gate = process?.gates[step.strand & 1]
  if (!process || !gate) return
  const busy = processes
    .flatMap((one) => one.gates)
    .find((one) => one.inTransaction && (one !== gate || step.clock !== 0))
  // The store has one connection: who holds it has to be done first.
  while (busy?.inTransaction) await busy.step()
  await append(scene, step.append)
  scene.clock.advance(step.clock)
  scene.latest = Math.max(scene.latest, scene.clock.now())
  for (let passed = 0; passed < step.gates; passed += 1) await gate.step()
  await meet(scene, { process, gate, fate: step.fate })
  for (const one of processes) if (one.fault) throw one.fault
}

async function meet(
  { store }: Scene,
  { process, gate, fate }: { process: FlowProcess; gate: Gate; fate: Step['fate'] },
): Promise<void> {
  const show = (seen: string) =>
    store.postgres.query('UPDATE process SET seen_at = $2::timestamptz WHERE id = $1', [
      process.id,
      seen,
    ])
  if (fate === 'crash') await process.crash()
  else if (fate === 'cut') await gate.step(new ConnectionLost())
  else if (fate === 'conflict') await gate.step(new Conflict('40001'))
  else if (fate === 'deadlock') await gate.step(new Conflict('40P01'))
  else if (fate === 'lost reply') gate.losesReply = true
  else if (fate === 'unseen' && !gate.inTransaction) await show('-infinity')
  else if (fate === 'seen' && !gate.inTransaction) await show('infinity')
}

/** Appends the next entries of the history. */
async function append(scene: Scene, count: number): Promise<void> {
  const { log, store, waiting, plan } = scene
  for (const told of waiting.splice(0, count)) await log.append(requestOf(told, store.workspace))
  if (count > 0 && waiting.length === 0 && plan.damaged) await log.append(damaged(store.workspace))
}

function damaged(workspace: number): Parameters<Log['append']>[0] {
  const header = { workspace, kind: 'request', source: 1, receivedAt: NOW, count: 2 } as const
  return { lane: 'live', shardKey: 'c', entry: { header, body: Buffer.from('{"batch":[') } }
}

/** One process, alone and undisturbed, applies all there is: entries, due timers, fills. */
async function drain(scene: Scene, limit: number): Promise<void> {
  const { log, clock, newId, postgres, epochs } = scene
  const world = new FlowWorld({ postgres, log, clock, newId }, { sends: true })
  const leases = await takeShards(postgres)
  for (const lease of leases) epochs.set(shardText(lease), lease.epoch)
  for (const lease of leases.filter(({ lane }) => lane !== 'inner')) {
    for (;;) {
      const items = await readItems(log, lease, limit)
      if (items.length === 0) break
      await applyItems({ world, logger }, lease, { items, poisoned: new Map() })
    }
  }
  for (const inner of leases.filter(({ lane }) => lane === 'inner')) {
    while (await runTimers(world, inner, limit));
    while (await runFilling(world, inner, limit));
  }
}

const WHOLE = 1_000
/** Longer than any window of the segments. */
const LATER_MS = 41 * DAY

/** What must hold when everything has come to rest. */
async function check(scene: Scene): Promise<void> {
  const { store, plan, log, clock, commits } = scene
  const { postgres, workspace } = store
  const state = await describeState(postgres, clock.now())
  const outcomes = await checkCounts(postgres, log)
  await checkEffects(postgres, commits)
  await checkTimers(postgres, workspace, clock.now())
  await checkMembers(postgres, log, { workspace, now: clock.now() })
  if (plan.rebuilds) await checkRebuild(scene)
  // Nothing comes in any more, and windows end: only timers can tell.
  clock.advance(LATER_MS)
  await drain(scene, WHOLE)
  await checkMembers(postgres, log, { workspace, now: clock.now() })
  clock.advance(-LATER_MS)
  await store.reset()
  await drain({ ...scene, postgres: unsabotaged(scene) }, WHOLE)
  same('outcomes', outcomes, await checkCounts(postgres, log))
  const folded = await describeState(postgres, clock.now())
  same('state', Object.fromEntries(state), Object.fromEntries(folded))
}

/** The store as a plain fold has it: nothing but the data can go wrong. */
function unsabotaged({ store, plan }: Scene): Postgres {
  const inspect = breaker(poisonOf(plan, store.workspace))
  return watched({ store: store.postgres, inspect, onCommit: () => {}, sabotage: null })
}

async function checkRebuild({ store, log, clock, newId, epochs }: Scene): Promise<void> {
  const { postgres, apart } = store
  const signal = new AbortController().signal
  const place = { postgres, apart, log, clock, newId, logger }
  const { differences } = await rebuild(place, { checks: false, onProgress: () => {}, signal })
  epochs.clear()
  same('differences after a rebuild', differences, [])
}
