import { hash } from 'node:crypto'
import type { Sql } from '../platform/postgres.ts'
import { type Fragment, Registries, type Registry, readProfiles } from '../profile/index.ts'
import { findIdentifiersById, identifierText } from '../resolve/index.ts'
import { type Definitions, refreshDefinitions } from '../segment/index.ts'
import { recordLines, type StateLine } from './stateLines.ts'

/** Profiles read at once. */
const PAGE = 500

/**
 * All state that is folded from the log (I3), as lines in no particular order. A profile is named
 * by its smallest identifier, so that the lines depend on what happened and not on which
 * identifier came first. `now` (epoch ms): entries of streams that have left their window are not
 * state any more, whether or not an event has come since to take them away.
 */
export async function* stateLines(sql: Sql, now: number): AsyncGenerator<StateLine> {
  yield* recordLines(sql)
  const definitions = await refreshDefinitions(sql, null)
  const streams = await sql.query<{ id: number; definition: string }>(
    'SELECT id, definition FROM stream',
  )
  const names = new Map(streams.map((row) => [row.id, row.definition]))
  const context = { sql, now, definitions, registries: new Registries(), streams: names }
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const page = await sql.query<{ id: string; workspace: number }>(
      'SELECT id, workspace FROM profile WHERE id > $1 ORDER BY id LIMIT $2',
      [after, PAGE],
    )
    const last = page.at(-1)
    if (!last) return
    yield* profileLines(page, context)
    after = last.id
  }
}

type Context = {
  sql: Sql
  /** Epoch ms. */
  now: number
  definitions: Definitions
  registries: Registries
  streams: ReadonlyMap<number, string>
}

async function* profileLines(
  page: readonly { id: string; workspace: number }[],
  context: Context,
): AsyncGenerator<StateLine> {
  const { sql } = context
  const ids = page.map((row) => row.id)
  const stored = await readProfiles(sql, ids)
  const members = await memberships(sql, ids)
  const fragments = [...stored.values()].flatMap((one) => one.document.fragments)
  const named = fragments.flatMap((one) => (one.via ? [one.owner, one.via] : [one.owner]))
  const identifiers = await findIdentifiersById(sql, [...new Set([...ids, ...named])])
  const nameOf = (id: string) => {
    const found = identifiers.get(id)
    return found ? identifierText(found) : `unregistered ${id}`
  }
  for (const { id, workspace } of page) {
    const document = stored.get(id)?.document
    if (!document) continue
    const registry = await context.registries.load(sql, workspace)
    const facts = { ...context, workspace, registry, nameOf }
    const parts = document.fragments.map((one) => describeFragment(one, facts))
    parts.sort((x, y) => (x.key < y.key ? -1 : 1))
    const segments = [...document.segments.keys()].sort((x, y) => x - y)
    const held = { kind: document.kind, segments, memberships: members.get(id) ?? [], parts }
    // Every event is kept under one of the profile's identifiers; the smallest of those names it.
    const key = `profile ${workspace} ${parts[0]?.key}`
    yield { key, text: JSON.stringify(held), profile: id }
  }
}

/** Segment ids by profile, as the table of memberships has them beside the documents. */
async function memberships(sql: Sql, profiles: readonly string[]): Promise<Map<string, number[]>> {
  const rows = await sql.query<{ profile: string; segments: number[] }>(
    `SELECT profile, array_agg(segment ORDER BY segment) AS segments FROM membership
     WHERE profile = ANY($1) GROUP BY profile`,
    [profiles],
  )
  return new Map(rows.map((row) => [row.profile, row.segments]))
}

function describeFragment(
  fragment: Fragment,
  facts: Context & { workspace: number; registry: Registry; nameOf: (id: string) => string },
): { key: string } & Record<string, unknown> {
  const { registry, nameOf } = facts
  const key = `${nameOf(fragment.owner)}${fragment.via ? ` via ${nameOf(fragment.via)}` : ''}`
  const events = [...fragment.events].map(([event, tally]) => [
    registry.nameOf('event', event),
    tally,
  ])
  const traits = [...fragment.traits].map(([trait, held]) => [
    registry.nameOf('trait', trait),
    { ...held, event: registry.nameOf('event', held.event) },
  ])
  return {
    key,
    first: fragment.first,
    last: fragment.last,
    events: sorted(events),
    traits: sorted(traits),
    streams: sorted(streamsOf(fragment, facts)),
    objects: sorted(objectsOf(fragment, registry)),
    capped: fragment.journalCapped,
  }
}

/** Entries that can still count, by the stream's definition. */
function streamsOf(fragment: Fragment, facts: Context & { workspace: number }): unknown[][] {
  const { keepOf } = facts.definitions.of(facts.workspace)
  return [...fragment.streams].flatMap(([stream, entries]) => {
    const ms = keepOf(stream)?.ms ?? null
    const kept = ms === null ? entries : entries.filter((entry) => entry.at > facts.now - ms)
    return kept.length === 0 ? [] : [[facts.streams.get(stream) ?? `#${stream}`, kept]]
  })
}

function objectsOf({ objects }: Fragment, registry: Registry): unknown[][] {
  return [...objects].flatMap(([type, ofType]) =>
    [...ofType].map(([id, { attributes, ...object }]) => {
      const named = [...attributes].map(([attribute, told]) => [
        registry.nameOf('attribute', attribute),
        told,
      ])
      const key = JSON.stringify([registry.nameOf('object', type), id])
      return [key, { ...object, attributes: sorted(named) }]
    }),
  )
}

const sorted = (pairs: unknown[][]): unknown[][] =>
  pairs.sort((x, y) => (String(x[0]) < String(y[0]) ? -1 : 1))

/** The whole state by key, as text: for tests and small databases. */
export async function describeState(sql: Sql, now: number): Promise<Map<string, string>> {
  const lines = new Map<string, string>()
  for await (const { key, text } of stateLines(sql, now)) lines.set(key, text)
  return lines
}

export type Digests = {
  /** Key → digest of its line. */
  lines: Map<string, string>
  /** Key of a profile's line → the profile's id. */
  profiles: Map<string, string>
}

/** A digest of each line by its key: what two large states are compared by. */
export async function digestState(sql: Sql, now: number): Promise<Digests> {
  const digests: Digests = { lines: new Map(), profiles: new Map() }
  for await (const { key, text, profile } of stateLines(sql, now)) {
    digests.lines.set(key, hash('sha256', text))
    if (profile) digests.profiles.set(key, profile)
  }
  return digests
}

/** One hash, in hex, of a state or of its digests. */
export function hashOfState(lines: ReadonlyMap<string, string>): string {
  const keys = [...lines.keys()].sort()
  return hash('sha256', JSON.stringify(keys.map((key) => [key, lines.get(key)])))
}

/** A hash, in hex, of all state that is folded from the log, at an instant (epoch ms). */
export async function stateHash(sql: Sql, now: number): Promise<string> {
  return hashOfState((await digestState(sql, now)).lines)
}

export type StateDifference = { key: string; change: 'gone' | 'new' | 'changed' }

/** What is different between two states or their digests, by key. */
export function differencesOf(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): StateDifference[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort()
  return keys.flatMap((key): StateDifference[] => {
    if (before.get(key) === after.get(key)) return []
    if (!after.has(key)) return [{ key, change: 'gone' }]
    return [{ key, change: before.has(key) ? 'changed' : 'new' }]
  })
}

/** Differences whose places are looked for, and places that are named of each. */
const DESCRIBED_MAX = 20
const PLACES_MAX = 5

/**
 * Where the first lines that changed differ, as paths into what is held (`parts.0.streams`), by
 * key. Paths and no values: what people told stays out of reports.
 */
export async function placesOf(
  differences: readonly StateDifference[],
  { before, after, now }: { before: Sql; after: Sql; now: number },
): Promise<Map<string, string[]>> {
  const changed = differences.filter(({ change }) => change === 'changed').slice(0, DESCRIBED_MAX)
  const keys = new Set(changed.map(({ key }) => key))
  if (keys.size === 0) return new Map()
  const [held, rebuilt] = await Promise.all([
    linesOf(before, { keys, now }),
    linesOf(after, { keys, now }),
  ])
  return new Map([...keys].map((key) => [key, pathsApart(held.get(key), rebuilt.get(key))]))
}

async function linesOf(
  sql: Sql,
  { keys, now }: { keys: ReadonlySet<string>; now: number },
): Promise<Map<string, unknown>> {
  const found = new Map<string, unknown>()
  for await (const { key, text } of stateLines(sql, now)) {
    if (keys.has(key)) found.set(key, JSON.parse(text))
  }
  return found
}

/** Paths to the outermost places at which two JSON values are not the same, a few at the most. */
export function pathsApart(one: unknown, other: unknown, path = ''): string[] {
  if (JSON.stringify(one) === JSON.stringify(other)) return []
  if (!isTree(one) || !isTree(other) || Array.isArray(one) !== Array.isArray(other)) return [path]
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...names]
    .flatMap((name) => pathsApart(one[name], other[name], path ? `${path}.${name}` : name))
    .slice(0, PLACES_MAX)
}

const isTree = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
