import { reserved } from '../collect/index.ts'
import type { Actor } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { badRequest, conflict, notFound, Problem } from '../platform/errors.ts'
import { type Lane, type Log, LogOverloaded } from '../platform/log/log.ts'
import type { Sql } from '../platform/postgres.ts'
import {
  findIdentifiers,
  findIdentifiersById,
  type Identifier,
  type IdentityDecision,
  identifierText,
  loadRegion,
  parseIdentifier,
  type Registered,
  replayRegion,
} from '../resolve/index.ts'
import { audit } from '../workspace/index.ts'
import type { Dossier } from './document.ts'
import { decisionsOf, evidenceOf } from './evidence.ts'
import type { LinkBody, UnmergeBody } from './schema.ts'

export type Verdict = IdentityDecision['verdict']
/** Two identifiers and what is to hold of them. */
export type PairDecision = { a: Registered; b: Registered; verdict: Verdict }
export type Position = { lane: Lane; shard: number; position: number }

/**
 * The pairs to take apart so that the named links, or all links of an identifier, work no more.
 * @throws Problem 400 for a device (it follows logins), 404 for what is not of this profile.
 */
export async function pairsToRetract(
  sql: Sql,
  dossier: Dossier,
  question: { workspace: number; target: UnmergeBody },
): Promise<PairDecision[]> {
  const { workspace, target } = question
  const own = dossier.identifiers.filter((one) => one.profile === dossier.id)
  const evidence = await evidenceOf(
    sql,
    workspace,
    own.map((one) => one.id),
  )
  const accepted = evidence.filter(({ state }) => state === 'accepted')
  const byId = new Map(own.map((one) => [one.id, one]))
  const wanted = 'links' in target ? new Set(target.links) : null
  const leaver = 'identifier' in target ? ownIdentifier(dossier, own, target.identifier) : null
  const items = accepted.filter(
    ({ id, a, b }) => wanted?.has(id) || (leaver && (a === leaver.id || b === leaver.id)),
  )
  const pairs = new Map<string, PairDecision>()
  for (const { a, b } of items) {
    const [x, y] = [byId.get(a), byId.get(b)]
    if (x && y) pairs.set(`${a}|${b}`, { a: x, b: y, verdict: 'retract' })
  }
  if (pairs.size > 0) return [...pairs.values()]
  throw notFound('None of these links holds this profile together. Read its identity again.')
}

function ownIdentifier(dossier: Dossier, own: readonly Registered[], text: string): Registered {
  const wanted = parseIdentifier(text)
  const found = wanted && dossier.identifiers.find((one) => sameIdentifier(one, wanted))
  if (!found) throw notFound('This profile has no such identifier. Read its identity again.')
  if (dossier.namespaces(found.namespace).scope === 'device' || !own.includes(found)) {
    throw badRequest(
      'device_follows_logins',
      'A device belongs to whoever signs in on it, so it cannot be taken out by hand.',
    )
  }
  return found
}

const sameIdentifier = (x: Identifier, y: Identifier): boolean =>
  identifierText(x) === identifierText(y)

/** The identifiers of a profile by the profile they would have if the decisions held. */
export async function replayed(
  sql: Sql,
  dossier: Dossier,
  pairs: readonly PairDecision[],
): Promise<{ identifier: Registered; profile: string }[]> {
  const own = dossier.identifiers.filter((one) => one.profile === dossier.id)
  const region = await loadRegion(
    sql,
    own.map((one) => one.id),
    [],
  )
  const isDecided = new Set(pairs.map(({ a, b }) => pairKey(a.id, b.id)))
  const decisions = [
    ...region.decisions.filter(({ a, b }) => !isDecided.has(pairKey(a, b))),
    ...pairs.map(({ a, b, verdict }) => ({ a: a.id, b: b.id, verdict })),
  ]
  const { moved } = replayRegion({ ...region, decisions }, [], dossier.namespaces)
  const to = new Map(moved.map((move) => [move.identifier, move.to]))
  return own.map((identifier) => ({
    identifier,
    profile: to.get(identifier.id) ?? identifier.profile,
  }))
}

const pairKey = (a: string, b: string): string => (a < b ? `${a}|${b}` : `${b}|${a}`)

/**
 * What would leave: all but the part that stays. The part that stays is the largest without the
 * identifier that is to leave; of equal ones the oldest.
 */
export function leavers(
  after: readonly { identifier: Registered; profile: string }[],
  leaver: Identifier | null,
): Registered[] {
  const parts = [...Map.groupBy(after, ({ profile }) => profile).values()]
  const isLeaving = (part: typeof after) =>
    leaver !== null && part.some(({ identifier }) => sameIdentifier(identifier, leaver))
  const ranked = parts.sort(
    (x, y) =>
      Number(isLeaving(x)) - Number(isLeaving(y)) ||
      y.length - x.length ||
      ((x[0]?.profile ?? '') < (y[0]?.profile ?? '') ? -1 : 1),
  )
  return ranked.slice(1).flatMap((part) => part.map(({ identifier }) => identifier))
}

/** How much would leave with these identifiers: their events, and the traits only they brought. */
export function leavingWith(
  dossier: Dossier,
  identifiers: readonly Registered[],
): { events: number; traits: string[] } {
  const ids = new Set(identifiers.map((one) => one.id))
  const leaving = dossier.document.fragments.filter(({ owner }) => ids.has(owner))
  const staying = dossier.document.fragments.filter(({ owner }) => !ids.has(owner))
  const held = new Set(staying.flatMap(({ traits }) => [...traits.keys()]))
  const gone = leaving.flatMap(({ traits }) => [...traits.keys()]).filter((id) => !held.has(id))
  const names = [...new Set(gone)].map((id) => dossier.registry.nameOf('trait', id))
  const events = leaving.reduce((sum, fragment) => sum + countOf(fragment.events), 0)
  return { events, traits: names.filter((name) => !reserved.isReserved(name)).sort() }
}

const countOf = (events: ReadonlyMap<number, { count: number }>): number =>
  [...events.values()].reduce((sum, { count }) => sum + count, 0)

/**
 * The pairs that a decision on an identifier is about. `link` and `cannot-link` concern the
 * profile's strongest person identifier; `retract` takes back what was decided about the other one:
 * a pair that was taken apart may hold again, one that was joined or kept apart is undone.
 */
export async function pairsToDecide(
  sql: Sql,
  dossier: Dossier,
  question: { workspace: number; body: LinkBody },
): Promise<PairDecision[]> {
  const { workspace, body } = question
  const other = await registeredOr404(sql, workspace, body.identifier)
  if (dossier.namespaces(other.namespace).scope === 'device') {
    throw badRequest(
      'device_follows_logins',
      'A device belongs to whoever signs in on it, so no decision can be made about it.',
    )
  }
  if (body.decision === 'retract') return pairsToTakeBack(sql, workspace, other)
  const strongest = strongestPerson(dossier, other)
  if (!strongest) {
    throw conflict(
      'nothing_to_link',
      'This profile has no other identifier of a person to decide on.',
    )
  }
  const verdict = body.decision === 'link' ? 'link' : 'cannot_link'
  return [{ a: strongest, b: other, verdict }]
}

async function registeredOr404(sql: Sql, workspace: number, text: string): Promise<Registered> {
  const wanted = parseIdentifier(text)
  const [found] = wanted ? (await findIdentifiers(sql, workspace, [wanted])).values() : []
  if (found) return found
  throw notFound('No event has brought this identifier yet. Check how it is written.')
}

function strongestPerson(dossier: Dossier, other: Registered): Registered | undefined {
  const { namespaces } = dossier
  return dossier.identifiers
    .filter((one) => one.profile === dossier.id && one.id !== other.id)
    .filter(({ namespace }) => namespaces(namespace).scope === namespaces(other.namespace).scope)
    .sort((x, y) => {
      const order = namespaces(x.namespace).priority - namespaces(y.namespace).priority
      return order || (identifierText(x) < identifierText(y) ? -1 : 1)
    })[0]
}

async function pairsToTakeBack(
  sql: Sql,
  workspace: number,
  other: Registered,
): Promise<PairDecision[]> {
  const decisions = await decisionsOf(sql, workspace, [other.id])
  const ends = await findIdentifiersById(
    sql,
    decisions.flatMap(({ a, b }) => [a, b]),
  )
  // What was taken apart in one go is put back in one go; without that, the last decision goes.
  const apart = decisions.filter(({ verdict }) => verdict === 'retract')
  const chosen = apart.length > 0 ? apart : decisions.slice(-1)
  const pairs = chosen.flatMap(({ a, b, verdict }): PairDecision[] => {
    const [x, y] = [ends.get(a), ends.get(b)]
    if (!x || !y) return []
    return [{ a: x, b: y, verdict: verdict === 'retract' ? 'link' : 'retract' }]
  })
  if (pairs.length > 0) return pairs
  throw conflict('nothing_decided', 'Nobody decided anything about this identifier.')
}

/** Writes decisions to the log, one entry a pair, and says where they stand. */
export async function appendDecisions(
  deps: Pick<Deps, 'clock' | 'postgres'>,
  log: Pick<Log, 'append'>,
  decided: { actor: Actor; profile: string; pairs: readonly PairDecision[] },
): Promise<Position[]> {
  const { actor, profile, pairs } = decided
  const positions: Position[] = []
  for (const { a, b, verdict } of pairs) {
    const decision: IdentityDecision = {
      type: 'identity_decision',
      a: { namespace: a.namespace, value: a.value },
      b: { namespace: b.namespace, value: b.value },
      verdict,
      author: actor.name,
    }
    positions.push(await append({ deps, log }, actor.workspace, decision))
  }
  await audit(deps.postgres, {
    workspace: actor.workspace,
    actor,
    action: 'identity.decided',
    subject: `profile:${profile}`,
    detail: { pairs: pairs.map(({ a, b, verdict }) => ({ a: a.id, b: b.id, verdict })) },
  })
  return positions
}

async function append(
  { deps, log }: { deps: Pick<Deps, 'clock'>; log: Pick<Log, 'append'> },
  workspace: number,
  decision: IdentityDecision,
): Promise<Position> {
  const receivedAt = deps.clock.now()
  try {
    const at = await log.append({
      lane: 'live',
      shardKey: `${workspace}:${identifierText(decision.a)}`,
      entry: {
        header: { workspace, kind: 'control', source: 0, receivedAt, count: 1 },
        body: Buffer.from(JSON.stringify(decision)),
      },
    })
    return { lane: at.lane, shard: at.shard, position: await at.position() }
  } catch (error) {
    if (!(error instanceof LogOverloaded)) throw error
    throw new Problem(429, { code: 'overloaded', detail: error.message, cause: error })
  }
}
