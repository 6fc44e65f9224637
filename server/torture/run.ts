import { ALL_STEPS, differencesOf, WITH_CONSENT } from './compare.ts'
import { backUp, restoreElsewhere } from './copying.ts'
import type { Defect } from './defects.ts'
import { DURING_MIGRATION } from './failPoints.ts'
import { type House, openHouse } from './house.ts'
import { type Killed, killAsPlanned } from './killing.ts'
import { openLoad, WINDOW_LEFT_MS_MAX } from './load.ts'
import { observe, type SegmentIds } from './observe.ts'
import { expectationOf } from './oracle.ts'
import { planOf } from './plan.ts'
import { type Random, randomFrom } from './random.ts'
import { openReceiver, type Receiver } from './receiver.ts'
import { figuresOf, type TortureReport } from './report.ts'
import { SEGMENT_NAMES, SEGMENTS } from './said.ts'
import { type Sender, startSender } from './sender.ts'
import { settled } from './settling.ts'

export type TortureOptions = {
  kills: number
  seed: number
  defect: Defect | null
  /** Leaves the directory of the run where it is. */
  keeps: boolean
  /** Hears of each kill. */
  say(line: string): void
}

const CONNECTIONS = 6
const PAUSE_MS_MAX = 120
const PEOPLE_MIN = 60
const MIGRATION_MS_MAX = 300
const ACKNOWLEDGED_A_LIFE = 100
const LIFE_MS_MAX = 5_000
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** A whole run on engines of its own; throws only when the harness itself cannot go on. */
export async function torture(options: TortureOptions): Promise<TortureReport> {
  const house = await openHouse(options.defect, { keeps: options.keeps })
  const receiver = await openReceiver()
  options.say(`The run has its files in ${house.home}`)
  try {
    const report = await run(house, receiver, options)
    // A planted defect is expected to be found; anything else has to be explained by the logs.
    if (report.differences.length > 0 && options.defect === null) house.keepFiles()
    return report
  } finally {
    await house.close()
    await receiver.close()
  }
}

async function run(
  house: House,
  receiver: Receiver,
  options: TortureOptions,
): Promise<TortureReport> {
  const { kills, seed } = options
  const random = randomFrom(seed)
  const killed = new KilledList(options)
  if (kills > 0) killed.add(await killInMigration(house, random))
  await house.front.untilReady()
  const segments = await openSegments(house)
  await openDestinations(house, receiver, segments)
  const people = PEOPLE_MIN + Math.round(kills / 2)
  const load = openLoad({ random, run: `s${seed}`, people, now: Date.now })
  const sender = startSender({
    ...{ url: house.front.url, writeKey: house.writeKey, next: load.next, random },
    ...{ connections: CONNECTIONS, pauseMsMax: PAUSE_MS_MAX },
  })
  await killThemAll(house, { ...options, random: randomFrom(seed + 1), killed, sender })
  // A planted defect is looked for in the house itself.
  const copies = options.defect === null
  const notCopied = copies ? await backUp(house) : null
  await sender.finish()
  const differences = await judged(house, { sender, segments, receiver })
  if (copies) options.say('Restoring elsewhere the backup that was taken under load')
  const notRestored = copies ? (notCopied ?? (await restoreElsewhere(house))) : null
  if (notRestored) differences.push(notRestored)
  const figures = figuresOf({ killed: killed.list, sent: sender.sent, made: load.made(), receiver })
  return { seed, defect: options.defect, figures, history: killed.lines, differences }
}

class KilledList {
  readonly list: Killed[] = []
  readonly lines: string[] = []
  readonly #say: (line: string) => void

  constructor({ say }: { say(line: string): void }) {
    this.#say = say
  }

  add(killed: Killed): void {
    this.list.push(killed)
    const seconds = (killed.recoveryMs / 1_000).toFixed(1)
    const line = `${this.list.length}. ${killed.says}; serving again after ${seconds} s`
    this.lines.push(line)
    this.#say(line)
  }
}

/** Only the first start finds something to migrate. */
async function killInMigration({ front }: House, random: Random): Promise<Killed> {
  const hits = random.between(1, MIGRATION_MS_MAX)
  front.start({ point: DURING_MIGRATION, hits })
  const isOver = await front.endsWithin(60_000)
  if (!isOver) await front.kill()
  const startedAt = performance.now()
  await front.untilReady()
  const recoveryMs = performance.now() - startedAt
  const says = `front: killed ${hits} ms into the first migration`
  return { what: 'process', point: DURING_MIGRATION, says, recoveryMs }
}

type Killing = { random: Random; killed: KilledList; sender: Sender }

async function killThemAll(
  house: House,
  { kills, defect, random, killed, sender }: TortureOptions & Killing,
): Promise<void> {
  const plan = planOf(kills - 1, { random, defect })
  for (const [index, kill] of plan.kills.entries()) {
    if (killed.list.length >= kills) return
    const members = index >= plan.secondFrom ? [house.front, house.second] : [house.front]
    for (const member of members) await member.untilReady()
    await someAcknowledged(sender)
    for (const one of await killAsPlanned(house, kill, members)) killed.add(one)
  }
}

/** Each life takes in something before it ends, also where a start takes long. */
async function someAcknowledged({ sent }: Sender): Promise<void> {
  const enough = sent.acknowledged.length + ACKNOWLEDGED_A_LIFE
  const deadline = performance.now() + LIFE_MS_MAX
  while (sent.acknowledged.length < enough && performance.now() < deadline) await pause(20)
}

async function openSegments(house: House): Promise<SegmentIds> {
  const byPublicId: SegmentIds['byPublicId'] = new Map()
  for (const name of SEGMENT_NAMES) {
    const body = { name, rule: SEGMENTS[name] }
    const { id } = (await house.api('POST', '/segments', body)) as { id: string }
    byPublicId.set(id, name)
    const state = async () =>
      ((await house.api('GET', `/segments/${id}`)) as { state: string }).state
    while ((await state()) !== 'live') await pause(50)
  }
  const rows = await house.postgres.query<{ id: number; public_id: string }>(
    'SELECT id, public_id FROM segment',
  )
  const byId: SegmentIds['byId'] = new Map()
  for (const { id, public_id } of rows) {
    const name = byPublicId.get(public_id)
    if (name) byId.set(id, name)
  }
  return { byPublicId, byId }
}

async function openDestinations(
  house: House,
  receiver: Receiver,
  { byPublicId }: SegmentIds,
): Promise<void> {
  const all = [...byPublicId]
  const joined = all.filter(([, name]) => name === 'joined')
  const make = (name: string, more: object, segments: typeof all) =>
    house.api('POST', '/destinations', {
      ...{ name, kind: 'webhook', config: { url: receiver.url(name) }, enabled: true },
      triggers: segments.map(([segment]) => ({ segment, on: ['entered', 'left'] })),
      ...more,
    })
  await make(ALL_STEPS, {}, all)
  await make(WITH_CONSENT, { purpose: 'marketing' }, joined)
}

type Judged = { sender: Sender; segments: SegmentIds; receiver: Receiver }

/** Lets everything come to rest and compares it with the oracle. */
async function judged(house: House, { sender, segments, receiver }: Judged): Promise<string[]> {
  await house.front.untilReady()
  // The last windows end; then nothing changes any more by time alone.
  await pause(WINDOW_LEFT_MS_MAX + 1_000)
  const stuck = await settled(house)
  const expected = expectationOf(sender.sent.acknowledged, Date.now())
  const wanted = expected.profiles.flatMap(({ identifiers }) => identifiers[0] ?? [])
  const found = await observe({ house, segments, arrived: receiver.arrived }, wanted)
  const bounds = { ...sender.sent, acknowledged: sender.sent.acknowledged.length }
  const faults = [...house.front.faults, ...house.second.faults]
  return [...faults, ...differencesOf(expected, { ...found, stuck }, bounds)]
}
