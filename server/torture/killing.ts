import type { House } from './house.ts'
import type { Member } from './member.ts'
import type { Kill } from './plan.ts'

/** What one kill was, and how long it took until it was made good. */
export type Killed = {
  what: 'process' | 'clickhouse' | 'postgres' | 'everything'
  /** The fail point at which the process died; null: at a moment that nobody chose. */
  point: string | null
  says: string
  recoveryMs: number
}

/** A point that is not come by in this time is given up, and the process killed where it is. */
const POINT_MS_MAX = 10_000
const POINT_AT_START_MS_MAX = 20_000
const BACK_MS_MAX = 90_000
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Kills as planned, and waits until what was killed serves again. */
export async function killAsPlanned(
  house: House,
  kill: Kill,
  members: Member[],
): Promise<Killed[]> {
  if (kill.what === 'process') return killProcess(house[kill.member], kill)
  await pause(kill.afterMs)
  const startedAt = performance.now()
  const { postgres, clickhouse } = house.engines
  const engines = [
    ...(kill.what !== 'clickhouse' ? [postgres] : []),
    ...(kill.what !== 'postgres' ? [clickhouse] : []),
  ]
  const pids = engines.map((engine) => engine.pid())
  for (const pid of pids) if (pid !== null) process.kill(pid, 'SIGKILL')
  if (kill.what === 'everything') await Promise.all(members.map((member) => member.kill()))
  for (const [index, engine] of engines.entries()) {
    await until(() => engine.pid() !== null && engine.pid() !== pids[index])
  }
  if (kill.what !== 'postgres') await until(() => answers(house.clickhouse.query('SELECT 1')))
  if (kill.what !== 'clickhouse') await until(() => answers(house.postgres.query('SELECT 1')))
  for (const member of members) await member.untilReady()
  const recoveryMs = performance.now() - startedAt
  return [{ what: kill.what, point: null, says: `${kill.what} killed`, recoveryMs }]
}

async function killProcess(
  member: Member,
  kill: Extract<Kill, { what: 'process' }>,
): Promise<Killed[]> {
  const { point } = kill
  if (point === null) {
    await pause(kill.afterMs)
    return [await dieAndReturn(member, null, () => member.kill())]
  }
  const armed = { point: point.name, hits: kill.hits }
  const killed: Killed[] = []
  if (point.atStart) {
    const startedAt = performance.now()
    await member.kill()
    member.start(armed)
    const says = `${member.name}: killed, to be killed again while it starts`
    if (await member.endsWithin(POINT_AT_START_MS_MAX)) {
      killed.push({ what: 'process', point: null, says, recoveryMs: performance.now() - startedAt })
      return [...killed, await dieAndReturn(member, point.name, async () => {})]
    }
  } else member.arm(armed)
  const isReached = await member.endsWithin(POINT_MS_MAX)
  const reached = isReached ? `${point.name}@${kill.hits}` : null
  return [await dieAndReturn(member, reached, () => member.kill())]
}

async function dieAndReturn(
  member: Member,
  point: string | null,
  die: () => Promise<void>,
): Promise<Killed> {
  await die()
  const startedAt = performance.now()
  await member.untilReady()
  const where = point ?? 'at a random moment'
  const says = `${member.name}: killed ${where}`
  const name = point?.split('@')[0] ?? null
  return { what: 'process', point: name, says, recoveryMs: performance.now() - startedAt }
}

async function answers(asked: Promise<unknown>): Promise<boolean> {
  return asked.then(
    () => true,
    () => false,
  )
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + BACK_MS_MAX
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error('What was killed did not come back.')
    await pause(20)
  }
}
