/** What must hold of a simulated history, each check from what is stored and from the log alone. */
import { isDeepStrictEqual } from 'node:util'
import type { Event } from '../../src/collect/index.ts'
import { OUTCOMES, type Outcome, type StoredFacts, unpackFacts } from '../../src/flow/index.ts'
import { type Item, itemsOf } from '../../src/flow/items.ts'
import type { Log, ShardName } from '../../src/platform/log/log.ts'
import type { Sql } from '../../src/platform/postgres.ts'
import { standings } from '../../src/privacy/index.ts'
import { factsOf, Registries, readProfiles, saysTraits } from '../../src/profile/index.ts'
import { findIdentifiersById, ownerAt } from '../../src/resolve/index.ts'
import { refreshDefinitions } from '../../src/segment/definitions.ts'
import { evaluateSegments, type Rule } from '../../src/segment/index.ts'
import { naiveMembers, type Told } from '../equivalence/naive.ts'

/** Something that must hold does not. */
export class Violation extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'Violation'
  }
}

export function same(what: string, found: unknown, expected: unknown): void {
  if (isDeepStrictEqual(found, expected)) return
  const text = (value: unknown) => JSON.stringify(value, null, 1)
  throw new Violation(`${what}: found ${text(found)}, expected ${text(expected)}`)
}

type VerdictRow = ShardName & {
  first: number
  count: number
  outcomes: Buffer
  facts: Buffer
  committed_at: Date
}

function readVerdicts(sql: Sql): Promise<VerdictRow[]> {
  return sql.query<VerdictRow>(
    `SELECT lane, shard, first, count, outcomes, facts, committed_at FROM verdict
     ORDER BY lane, shard, first`,
  )
}

async function readAll(log: Log, shard: ShardName): Promise<Item[]> {
  return itemsOf(await log.read(shard, 0, Number.MAX_SAFE_INTEGER), 0)
}

/**
 * I1 and I2: each position has one verdict, each message one effect, and all counts agree.
 * @returns how often each message came to which outcome.
 */
export async function checkCounts(sql: Sql, log: Log): Promise<Record<string, number>> {
  const verdicts = await readVerdicts(sql)
  const tally: Record<string, number> = {}
  const totals = new Map<Outcome, number>()
  const dead: string[] = []
  for (const head of await log.heads()) {
    if (head.lane === 'inner') continue
    const own = verdicts.filter(({ lane, shard }) => lane === head.lane && shard === head.shard)
    let next = 1
    for (const { first, count } of own) {
      same(`first position of a verdict of ${head.lane}:${head.shard}`, first, next)
      next += count
    }
    same(`end of the verdicts of ${head.lane}:${head.shard}`, next - 1, head.position)
    const outcomes = own.flatMap((one) => [...one.outcomes].map((index) => OUTCOMES[index]))
    for (const item of await readAll(log, head)) {
      const outcome = outcomes[item.position - 1] ?? 'applied'
      if (outcome === 'dead_lettered') dead.push(`${head.lane}:${head.shard}:${item.position}`)
      if (item.kind === 'control') continue
      totals.set(outcome, (totals.get(outcome) ?? 0) + 1)
      const key = `${item.kind === 'event' ? item.event.messageId : item.kind} ${outcome}`
      tally[key] = (tally[key] ?? 0) + 1
    }
  }
  for (const [key, count] of Object.entries(tally)) {
    if (key.endsWith(' applied')) same(`times that ${key.split(' ')[0]} was applied`, count, 1)
  }
  await checkStoredCounts(sql, totals, dead)
  return Object.fromEntries(Object.entries(tally).sort(([x], [y]) => (x < y ? -1 : 1)))
}

async function checkStoredCounts(sql: Sql, totals: ReadonlyMap<Outcome, number>, dead: string[]) {
  const [counted] = await sql.query(
    `SELECT coalesce(sum(applied), 0)::int AS applied,
       coalesce(sum(duplicate), 0)::int AS duplicate,
       coalesce(sum(dead_lettered), 0)::int AS dead_lettered FROM intake_minute WHERE source = 1`,
  )
  same('counts of the intake', counted, {
    applied: (totals.get('applied') ?? 0) + (totals.get('not_counted') ?? 0),
    duplicate: totals.get('duplicate') ?? 0,
    dead_lettered: totals.get('dead_lettered') ?? 0,
  })
  const kept = await sql.query<{ key: string }>(
    `SELECT lane || ':' || shard || ':' || position AS key FROM dead_letter`,
  )
  same('dead letters', kept.map((row) => row.key).sort(), dead.sort())
}

type Line = {
  profile: string
  segment: number
  change: string
  cause: string
  at: number
  /** The clock when the change was committed. */
  committedAt: number
}

/** Each transition stands once in the ledger, and once in the outbox when it is to be sent. */
export async function checkEffects(sql: Sql, commits: readonly string[]): Promise<void> {
  const facts = new Map<string, (StoredFacts & { committedAt: number })[]>()
  for (const { lane, shard, first, facts: packed, committed_at } of await readVerdicts(sql)) {
    const committedAt = committed_at.getTime()
    const own = (await unpackFacts(packed)).map((one) => ({ ...one, committedAt }))
    facts.set(`${lane}:${shard}:${first}`, own)
  }
  same('verdicts committed', [...facts.keys()].sort(), [...commits].sort())
  const inOrder = commits.flatMap((key) => facts.get(key) ?? [])
  const ledger = inOrder.flatMap(({ memberships, committedAt }) =>
    memberships.map((one): Line => ({ ...one, committedAt })),
  )
  const moved = new Set(
    inOrder.flatMap(({ moved, devices }) => [
      ...moved.flatMap(({ from, to }) => [from, to]),
      ...devices.flatMap(({ device, logins }) => [device, ...logins.map(({ owner }) => owner)]),
    ]),
  )
  checkLedger(ledger.filter(({ profile }) => !moved.has(profile)))
  await checkOutbox(sql, ledger)
}

/** Who never took in, or gave away, what others did enters and leaves in turns. */
function checkLedger(ledger: readonly Line[]): void {
  const inside = new Set<string>()
  for (const { profile, segment, change } of ledger) {
    const key = `${profile} in ${segment}`
    if (inside.has(key) === (change === 'entered')) {
      throw new Violation(`${key} has ${change} twice`)
    }
    if (change === 'entered') inside.add(key)
    else inside.delete(key)
  }
}

const HOUR_MS = 60 * 60_000

async function checkOutbox(sql: Sql, ledger: readonly Line[]): Promise<void> {
  const segments = await sql.query<{ id: number; public_id: string; state: string }>(
    'SELECT id, public_id, description AS state FROM segment',
  )
  const ids = new Map(segments.map((row) => [row.public_id, row.id]))
  const rows = await sql.query<{
    profile: string
    body: { segment: { id: string }; change: string; cause: string; at: string }
    created_at: Date
  }>('SELECT profile, body, created_at FROM outbox ORDER BY id')
  const textOf = ({ profile, segment, change, cause, at }: Omit<Line, 'committedAt'>) =>
    `${profile} ${change} ${segment} by ${cause} at ${at}`
  const waiting = new Map<string, number>()
  for (const line of ledger) waiting.set(textOf(line), (waiting.get(textOf(line)) ?? 0) + 1)
  for (const { profile, body, created_at } of rows) {
    const segment = ids.get(body.segment.id) ?? 0
    const at = Date.parse(body.at)
    const text = textOf({ ...body, profile, segment, at })
    const left = waiting.get(text) ?? 0
    if (left === 0) throw new Violation(`The outbox has more often than it took place: ${text}`)
    waiting.set(text, left - 1)
    if (created_at.getTime() - at > HOUR_MS) throw new Violation(`Sent though it is old: ${text}`)
  }
  // One that begins with a fill sends nothing until it is done.
  const loud = new Set(segments.filter((row) => row.state === 'live').map((row) => row.id))
  for (const line of ledger) {
    const isFresh = line.committedAt - line.at <= HOUR_MS
    if (!loud.has(line.segment) || !isFresh || (waiting.get(textOf(line)) ?? 0) === 0) continue
    throw new Violation(`The outbox lacks what took place: ${textOf(line)}`)
  }
}

/** I6: the timers are those of the documents, and none is later than the next change. */
export async function checkTimers(sql: Sql, workspace: number, now: number): Promise<void> {
  const timers = await sql.query<{ profile: string; due: Date }>('SELECT profile, due FROM timer')
  const due = new Map(timers.map((row) => [row.profile, row.due.getTime()]))
  const definitions = (await refreshDefinitions(sql, null)).of(workspace)
  const registry = await new Registries().load(sql, workspace)
  const rows = await sql.query<{ id: string }>('SELECT id FROM profile')
  const ids = rows.map((row) => row.id)
  const found = await standings.read(sql, workspace, ids)
  for (const { id, document } of (await readProfiles(sql, ids)).values()) {
    const around = found.get(id) ?? standings.NONE
    same(`timer of ${id}`, due.get(id) ?? null, document.timerDue)
    due.delete(id)
    if (document.kind === 'account') continue
    const facts = factsOf(document, definitions.keepOf)
    const known = { isNew: false, byTime: true, touched: 'everything' } as const
    const subject = { ...known, changedAt: now, now, facts, around, memberOf: document.segments }
    const { transitions, nextChangeAt } = evaluateSegments(subject, definitions, registry)
    same(`changes that nobody noticed of ${id}`, transitions, [])
    if (nextChangeAt === null) continue
    if (document.timerDue === null || document.timerDue > nextChangeAt) {
      throw new Violation(`${id} changes at ${nextChangeAt} and has no timer for it`)
    }
  }
  same('timers of nobody', [...due.keys()], [])
}

/** I5: memberships are what the applied events say when they are all looked at again. */
export async function checkMembers(
  sql: Sql,
  log: Log,
  { workspace, now }: { workspace: number; now: number },
): Promise<void> {
  const told = await readTold(sql, log)
  const segments = await sql.query<{ id: number; rule: Rule }>(
    'SELECT id, rule FROM segment WHERE workspace = $1',
    [workspace],
  )
  for (const { id, rule } of segments) {
    const rows = await sql.query<{ profile: string }>(
      'SELECT profile FROM membership WHERE segment = $1',
      [id],
    )
    const members = rows.map((row) => row.profile).sort()
    const naive = naiveMembers({ rule, includesStaff: true }, { told, now, rules: new Map() })
    same(`members of ${JSON.stringify(rule)}`, members, naive.sort())
  }
}

/** The applied events, each with the profile that it belongs to by identifiers and logins. */
async function readTold(sql: Sql, log: Log): Promise<Told[]> {
  const found: { event: Event; hash: number; anchor: string }[] = []
  for (const row of await readVerdicts(sql)) {
    if (row.lane === 'inner') continue
    const items = await readAll(log, row)
    for (const { anchors } of await unpackFacts(row.facts)) {
      for (const [position, anchor] of anchors) {
        const item = items[position - 1]
        const isApplied = row.outcomes[position - row.first] === OUTCOMES.indexOf('applied')
        if (item?.kind === 'event' && isApplied) found.push({ ...item, anchor })
      }
    }
  }
  found.sort((x, y) => x.hash - y.hash)
  const anchors = await findIdentifiersById(
    sql,
    found.map((one) => one.anchor),
  )
  const owners = found.map(({ event, anchor }) => {
    const logins = anchors.get(anchor)?.logins
    return (logins && ownerAt(logins, event.time)) ?? anchor
  })
  const known = await findIdentifiersById(sql, owners)
  return found.map(({ event }, index) => ({
    who: known.get(owners[index] ?? '')?.profile ?? 'nobody',
    event: event.event,
    time: event.time,
    messageId: event.messageId,
    properties: event.properties,
    traits: saysTraits(event) ? event.traits : null,
    counted: true,
  }))
}
