/**
 * The spine. It reads the log and carries each event through the stages, in this order:
 *
 *   log ► dedup ► resolve ► profile ► segment ► outbox, timers, verdict, position
 *
 * One micro-batch is one PostgreSQL transaction. The order is so because each step needs what the
 * one before it decided: a duplicate must not be evidence; an event's profile is known only after
 * all evidence of the batch; a segment looks at whole profiles; effects follow from transitions.
 * The position moves in the same transaction, so a batch is applied once or not at all; nothing
 * else writes this state. On a conflict the transaction is rolled back and run again: folding is
 * pure.
 */
import { countOutcomes, countTaken, isUncounted } from './collect/index.ts'
import {
  advanceCursor,
  type EventItem,
  evaluateProfile,
  firstSeen,
  foldWorkspace,
  type Item,
  inheritMemberships,
  lockCursor,
  noEffects,
  type Outcome,
  type Position,
  type Verdict,
  writeDeadLetters,
  writeEffects,
  writeVerdict,
} from './flow/index.ts'
import type { BatchReport } from './flow/report.ts'
import type { FlowWorld } from './flow/world.ts'
import type { ShardName } from './platform/log/log.ts'
import type { Sql } from './platform/postgres.ts'
import { releaseProfiles, writeProfiles } from './profile/index.ts'
import { type Identified, identifiersOf } from './resolve/index.ts'
import { type Definitions, keepZones } from './segment/index.ts'

export type BatchContext = {
  shard: ShardName
  from: Position
  /** Items that failed when they were alone in a batch: dead-lettered with the reason. */
  poisoned: ReadonlyMap<number, string>
  /** Told what the batch did and how long each stage took. */
  report?: BatchReport
}

/** Applies items of one shard, in one transaction. Throws when the shard has another owner. */
export async function runBatch(
  world: FlowWorld,
  context: BatchContext,
  items: readonly Item[],
): Promise<void> {
  const { poisoned, report } = context
  // What broke a batch is looked into by nobody any more: it would break this one as well.
  const sound = items.filter((item) => !poisoned.has(item.position))
  await world.prepare(sound)
  await world.postgres.transaction(async (sql) => {
    await lockCursor(sql, context.shard, context.from)
    const definitions = await world.refresh(sql)
    const identified = await identify(sql, world, sound)
    const outcomes = await judge(sql, items, { poisoned, identified })
    report?.passed('dedup')
    const verdict: Verdict = { ...context.shard, items, outcomes, facts: [] }
    for (const workspace of new Set(items.map((item) => item.workspace))) {
      const own = items.filter((item) => item.workspace === workspace)
      const facts = await applyWorkspace(sql, world, {
        workspace,
        own,
        outcomes,
        identified,
        definitions,
        context,
      })
      verdict.facts.push(facts)
    }
    const now = world.clock.now()
    await writeDeadLetters(sql, verdict, { poisoned, now })
    await countOutcomes(sql, context.shard, countsOf(items, outcomes))
    if (world.log.countsWhenApplied) {
      await countTaken(sql, context.shard, items.filter(isOfSource))
    }
    await writeVerdict(sql, verdict, now)
    const last = items.at(-1)
    if (last) await advanceCursor(sql, context.shard, last.position)
    report?.count(outcomes.values())
    report?.passed('write')
  })
  report?.passed('commit')
}

type IdentifiedEvents = ReadonlyMap<EventItem['event'], Identified>

/** What each event says about who it is: a function of the event and the workspace's namespaces. */
async function identify(
  sql: Sql,
  world: FlowWorld,
  items: readonly Item[],
): Promise<IdentifiedEvents> {
  const identified = new Map<EventItem['event'], Identified>()
  for (const item of items) {
    if (item.kind !== 'event') continue
    const { namespaces } = await world.identityOf(sql, item.workspace)
    identified.set(item.event, identifiersOf(item.event, namespaces))
  }
  return identified
}

/**
 * Decides what becomes of each item before anything is folded. An event of which every identifier
 * names nobody is kept as a dead letter and not remembered, so that a replay is no duplicate.
 */
async function judge(
  sql: Sql,
  items: readonly Item[],
  { poisoned, identified }: { poisoned: ReadonlyMap<number, string>; identified: IdentifiedEvents },
): Promise<Map<Item, Outcome>> {
  const namesNobody = ({ event }: EventItem) => {
    const said = identified.get(event)
    return !isUncounted(event) && said?.persons.length === 0 && said.devices.length === 0
  }
  const isSound = (item: Item): item is EventItem =>
    item.kind === 'event' && !poisoned.has(item.position) && !namesNobody(item)
  const fresh = await firstSeen(sql, items.filter(isSound))
  const outcomes = new Map<Item, Outcome>()
  for (const item of items) {
    if (item.kind === 'erased') outcomes.set(item, 'erased')
    else if (item.kind === 'unreadable' || poisoned.has(item.position)) {
      outcomes.set(item, 'dead_lettered')
    } else if (item.kind === 'control') outcomes.set(item, 'applied')
    else if (!isSound(item)) outcomes.set(item, 'dead_lettered')
    else if (!fresh.has(item)) outcomes.set(item, 'duplicate')
    else outcomes.set(item, isUncounted(item.event) ? 'not_counted' : 'applied')
  }
  return outcomes
}

/** resolve ► profile ► segment ► outbox for the items of one workspace. */
async function applyWorkspace(
  sql: Sql,
  world: FlowWorld,
  batch: {
    workspace: number
    own: readonly Item[]
    outcomes: ReadonlyMap<Item, Outcome>
    identified: IdentifiedEvents
    definitions: Definitions
    context: BatchContext
  },
): Promise<Verdict['facts'][number]> {
  const { workspace, own, outcomes } = batch
  const applied = own.filter((item) => outcomes.get(item) === 'applied')
  const now = world.clock.now()
  const { shard, report } = batch.context
  const tools = await world.toolsFor(sql, { workspace, shard, definitions: batch.definitions, now })
  const events = applied.filter((item) => item.kind === 'event')
  const known = tools.definitions.scope.calendar
  await keepZones(sql, workspace, { events: events.map(({ event }) => event), known })
  const folded = await foldWorkspace(
    sql,
    {
      events,
      identified: batch.identified,
      controls: applied.filter((item) => item.kind === 'control'),
    },
    { ...tools, report },
  )
  report?.passed('profile')
  const effects = noEffects()
  const { definitions } = tools
  inheritMemberships(folded.set, definitions, effects)
  const around = await tools.around(folded.set.changed().map(({ id }) => id))
  const effectContext = { ...world, definitions, around, registry: folded.registry, now }
  for (const profile of folded.set.changed()) {
    const concern = folded.concerns.get(profile.id)
    const touched = folded.set.reshaped.has(profile.id) || !concern ? 'everything' : concern
    const happened = {
      touched,
      cause: concern ? 'event' : 'merge',
      at: concern?.at ?? now,
      trace: concern?.trace,
    } as const
    evaluateProfile(profile, happened, effectContext, effects)
  }
  report?.memberships.push(effects.memberships)
  report?.passed('segment')
  await writeProfiles(sql, workspace, folded.set.changed())
  await releaseProfiles(sql, [...folded.reserved])
  await writeEffects(sql, { workspace, now }, effects)
  report?.passed('write')
  return { workspace, folded, effects }
}

/** Source 0 is the program itself: its entries came by no intake. */
const isOfSource = ({ source }: Item): boolean => source !== 0

/** What the intake's counters are told, so that received = accepted + rejected + dead-lettered. */
function countsOf(items: readonly Item[], outcomes: ReadonlyMap<Item, Outcome>) {
  return items.flatMap((item) => {
    if (item.kind === 'control') return []
    const outcome = outcomes.get(item)
    // An id that we had to make is no fault of the sender's: it is not worth a look.
    const isFlagged = (flags: readonly string[]) => flags.some((one) => one !== 'message_id_made')
    const flagged = item.kind === 'event' && isFlagged(item.event.flags) ? 1 : 0
    return [
      {
        workspace: item.workspace,
        source: item.source,
        at: item.receivedAt,
        applied: outcome === 'applied' || outcome === 'not_counted' ? 1 : 0,
        duplicate: outcome === 'duplicate' ? 1 : 0,
        deadLettered: outcome === 'dead_lettered' ? 1 : 0,
        flagged,
      },
    ]
  })
}
