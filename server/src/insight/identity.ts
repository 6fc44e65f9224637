import type { Sql } from '../platform/postgres.ts'
import {
  findIdentifiersById,
  identifierText,
  type Namespaces,
  type Registered,
} from '../resolve/index.ts'
import { maskIdentifier } from '../workspace/index.ts'
import type { Dossier } from './document.ts'
import { type DecisionOfPair, decisionsOf, type EvidenceOfProfile, evidenceOf } from './evidence.ts'
import { type AskHistory, iso, millis } from './history.ts'
import { linkReason } from './identityReasons.ts'
import { type LocalText, labelNames, type Ref, sourceNames } from './names.ts'
import { birthOf } from './profile.ts'
import type { IdentityLink, IdentityView } from './schema.ts'

type Reading = { sql: Sql; ask: AskHistory }
type Question = { workspace: number; timeZone: string; reveals: boolean }

/** Who a profile is made of and why: identifiers, links that stand or were refused, devices. */
export async function readIdentity(
  { sql, ask }: Reading,
  dossier: Dossier,
  question: Question,
): Promise<IdentityView> {
  const { workspace } = question
  const own = dossier.identifiers.filter((one) => one.profile === dossier.id).map((one) => one.id)
  const devices = devicesOf(dossier)
  const [evidence, decisions, labels, sources, history] = await Promise.all([
    evidenceOf(sql, workspace, own),
    decisionsOf(sql, workspace, own),
    labelNames(sql, workspace),
    sourceNames(sql, workspace),
    mergesOf(ask, dossier, question),
  ])
  const events = await eventNamesOf(ask, workspace, evidence)
  const nodes = await nodesOf(sql, { dossier, devices, evidence, decisions })
  const shown = (one: { namespace: string; value: string }) =>
    question.reveals ? one.value : maskIdentifier(one.namespace, one.value)
  const facts = { decisions, events, labels, sources, question, namespaces: dossier.namespaces }
  const persons = new Map([...nodes.values()].map((one) => [one.id, one]))
  return {
    nodes: [...nodes.values()].map((one) => ({
      id: one.id,
      namespace: one.namespace,
      value: shown(one),
      scope: dossier.namespaces(one.namespace).scope,
      firstSeen: iso(firstSeenOf(one, evidence)),
      profileId: profileOf(one, nodes),
    })),
    links: [
      ...evidence.map((item) => evidenceLink(item, facts)),
      ...apartLinks(evidence, facts),
      ...devices.flatMap((device) => loginLinks(device, persons, facts)),
    ],
    devices: devices.map((device) => ({
      identifier: `${device.namespace}:${shown(device)}`,
      logins: (device.logins ?? []).map(({ at, owner }) => ({
        at: iso(at),
        owner: nodes.get(owner)?.profile ?? owner,
      })),
    })),
    history: history.map((one) => mergeView(one, nodes, shown)),
  }
}

/** Devices whose events are the profile's, and those on which one of its identifiers signed in. */
function devicesOf(dossier: Dossier): Registered[] {
  return dossier.identifiers.filter(
    ({ namespace }) => dossier.namespaces(namespace).scope === 'device',
  )
}

/** All that the picture names: by birth id. */
async function nodesOf(
  sql: Sql,
  picture: {
    dossier: Dossier
    devices: readonly Registered[]
    evidence: readonly EvidenceOfProfile[]
    decisions: readonly DecisionOfPair[]
  },
): Promise<Map<string, Registered>> {
  const { dossier, devices, evidence, decisions } = picture
  const nodes = new Map([...dossier.identifiers, ...devices].map((one) => [one.id, one]))
  const ends = [...evidence, ...decisions].flatMap(({ a, b }) => [a, b])
  const owners = devices.flatMap(({ logins }) => (logins ?? []).map(({ owner }) => owner))
  const missing = [...new Set([...ends, ...owners])].filter((id) => !nodes.has(id))
  for (const [id, one] of await findIdentifiersById(sql, missing)) nodes.set(id, one)
  return nodes
}

/** Its birth, or an earlier event that was imported later. Epoch ms. */
function firstSeenOf(one: Registered, evidence: readonly EvidenceOfProfile[]): number {
  const told = evidence.filter(({ a, b }) => a === one.id || b === one.id).map(({ at }) => at)
  const logins = (one.logins ?? []).map(({ at }) => at)
  return Math.min(birthOf(one.id), ...told, ...logins)
}

/** Whose it is now; a device is its last user's. */
function profileOf(one: Registered, nodes: ReadonlyMap<string, Registered>): string {
  const user = one.logins?.at(-1)?.owner
  return user === undefined ? one.profile : (nodes.get(user)?.profile ?? user)
}

type Facts = {
  decisions: readonly DecisionOfPair[]
  events: ReadonlyMap<string, string>
  labels: (kind: 'event', name: string) => LocalText | null
  sources: (source: number) => Ref | null
  question: Question
  namespaces: Namespaces
}

function evidenceLink(item: EvidenceOfProfile, facts: Facts): IdentityLink {
  const { labels, question, namespaces } = facts
  const event = facts.events.get(item.messageId) ?? null
  const source = facts.sources(item.source)
  const decision = facts.decisions.find(({ a, b }) => a === item.a && b === item.b)
  const name = event === null ? null : (labels('event', event) ?? { fr: event, en: event })
  const reason = linkReason(
    {
      kind: item.kind,
      state: item.state,
      reason: item.reason,
      at: item.at,
      event: name,
      source: source?.name ?? null,
      author: decision?.author ?? null,
      limitOf: (namespace) => namespaces(namespace).limit,
    },
    question.timeZone,
  )
  const { id, a: from, b: to, kind, state } = item
  return { id, from, to, kind, state, reason, firstAt: iso(item.at), event, source }
}

/** Decisions that keep two identifiers apart of which nothing else speaks. */
function apartLinks(evidence: readonly EvidenceOfProfile[], facts: Facts): IdentityLink[] {
  const told = new Set(evidence.map(({ a, b }) => `${a}|${b}`))
  return facts.decisions
    .filter(({ a, b, verdict }) => verdict === 'cannot_link' && !told.has(`${a}|${b}`))
    .map(({ a, b, at, author }) => ({
      id: `${a}.${b}`,
      from: a,
      to: b,
      kind: 'decision' as const,
      state: 'refused' as const,
      reason: {
        code: 'cannot_link',
        text: {
          fr: `${author} a décidé que ce sont deux personnes.`,
          en: `${author} decided that these are two people.`,
        },
      },
      firstAt: iso(at),
      event: null,
      source: null,
    }))
}

/** One line from a device to each identifier that signed in on it, since its first login. */
function loginLinks(
  device: Registered,
  nodes: ReadonlyMap<string, Registered>,
  facts: Facts,
): IdentityLink[] {
  const first = new Map<string, number>()
  for (const { owner, at } of device.logins ?? []) {
    if (!first.has(owner) && nodes.has(owner)) first.set(owner, at)
  }
  return [...first].map(([owner, at]) => {
    const told = {
      kind: 'login' as const,
      state: 'accepted' as const,
      reason: null,
      at,
      event: null,
      source: null,
      author: null,
      limitOf: () => 1,
    }
    return {
      id: `${device.id}.${owner}`,
      from: owner,
      to: device.id,
      kind: 'login' as const,
      state: 'accepted' as const,
      reason: linkReason(told, facts.question.timeZone),
      firstAt: iso(at),
      event: null,
      source: null,
    }
  })
}

/** The names of the events that the evidence came from, by message id. */
async function eventNamesOf(
  ask: AskHistory,
  workspace: number,
  evidence: readonly EvidenceOfProfile[],
): Promise<Map<string, string>> {
  const told = evidence.filter(({ messageId }) => messageId !== '')
  if (told.length === 0) return new Map()
  const rows = await ask<{ message_id: string; event: string }>(
    `SELECT message_id, event FROM event
     WHERE workspace = {workspace:UInt32} AND message_id IN {messages:Array(String)}
       AND toUnixTimestamp64Milli(time) IN {times:Array(Int64)}
       AND time BETWEEN fromUnixTimestamp64Milli({from:Int64})
         AND fromUnixTimestamp64Milli({to:Int64})`,
    {
      workspace,
      messages: told.map(({ messageId }) => messageId),
      times: told.map(({ at }) => at),
      from: Math.min(...told.map(({ at }) => at)),
      to: Math.max(...told.map(({ at }) => at)),
    },
  )
  return new Map(rows.map(({ message_id, event }) => [message_id, event]))
}

type Merge = { at: number; identifier: string; from_profile: string; to_profile: string }

const MERGES_MAX = 200

function mergesOf(ask: AskHistory, dossier: Dossier, question: Question): Promise<Merge[]> {
  const own = dossier.identifiers.filter((one) => one.profile === dossier.id).map((one) => one.id)
  return ask<Merge>(
    `SELECT ${millis('recorded_at')} AS at, identifier, from_profile, to_profile
     FROM identity_change
     WHERE workspace = {workspace:UInt32}
       AND (to_profile = {profile:UUID} OR from_profile = {profile:UUID}
         OR identifier IN {own:Array(UUID)})
     ORDER BY recorded_at DESC LIMIT {rows:UInt32}`,
    { workspace: question.workspace, profile: dossier.id, own, rows: MERGES_MAX },
  )
}

function mergeView(
  { at, identifier, from_profile, to_profile }: Merge,
  nodes: ReadonlyMap<string, Registered>,
  shown: (one: Registered) => string,
): IdentityView['history'][number] {
  const node = nodes.get(identifier)
  const name = node ? identifierText({ namespace: node.namespace, value: shown(node) }) : identifier
  // An identifier that comes back to the profile named after it was taken out of another one.
  const kind = to_profile === identifier ? 'unmerged' : 'merged'
  const text =
    kind === 'merged'
      ? { fr: `${name} rejoint ce profil.`, en: `${name} joined this profile.` }
      : { fr: `${name} reprend son propre profil.`, en: `${name} has its own profile again.` }
  return { at: iso(at), kind, identifier: name, profiles: [from_profile, to_profile], text }
}
