import type { Sql } from '../platform/postgres.ts'
import type { PropertyReader, Stream, StreamKeep } from '../profile/index.ts'
import { compare } from './comparison.ts'
import { tree } from './kinds/index.ts'
import type { Operand, Operator, Rule } from './rule.ts'

export type SegmentState = 'backfilling' | 'live' | 'paused' | 'archived'

/** A segment as the flow evaluates it. */
export type LiveSegment = {
  id: number
  publicId: string
  workspace: number
  name: { fr: string; en: string }
  version: number
  rule: Rule
  /** Members present when it was made, and imports, cause no effects. */
  quiet: boolean
  traits: ReadonlySet<string>
  /** Names of the events its streams are made of. */
  events: ReadonlySet<string>
}

/** What the flow folds and evaluates in one workspace. */
export type WorkspaceDefinitions = {
  segments: readonly LiveSegment[]
  streamsOf(event: string): readonly Stream[]
  streamOf(key: string): number | undefined
  keepOf(stream: number): StreamKeep | undefined
}

export type Definitions = {
  version: number
  of(workspace: number): WorkspaceDefinitions
}

type SegmentRow = {
  id: number
  public_id: string
  workspace: number
  name_fr: string
  name_en: string
  version: number
  rule: Rule
  state: SegmentState
}

type StreamRow = {
  id: number
  workspace: number
  definition: string
  keep_newest: number
  keep_ms: number | null
}

const nothing: WorkspaceDefinitions = {
  segments: [],
  streamsOf: () => [],
  streamOf: () => undefined,
  keepOf: () => undefined,
}

/** The definitions in force, read again only when their version has changed. */
export async function refreshDefinitions(sql: Sql, held: Definitions | null): Promise<Definitions> {
  const [row] = await sql.query<{ version: number }>('SELECT version FROM definition_version')
  if (held && held.version === row?.version) return held
  const segments = await sql.query<SegmentRow>(
    `SELECT id, public_id, workspace, name_fr, name_en, version, rule, state FROM segment
     WHERE evaluated AND state IN ('live', 'backfilling')`,
  )
  const streams = await sql.query<StreamRow>(
    'SELECT id, workspace, definition, keep_newest, keep_ms FROM stream',
  )
  const workspaces = new Set([...segments, ...streams].map((one) => one.workspace))
  const definitions = new Map(
    [...workspaces].map((workspace) => [
      workspace,
      definitionsOf(
        segments.filter((one) => one.workspace === workspace),
        streams.filter((one) => one.workspace === workspace),
      ),
    ]),
  )
  return { version: row?.version ?? 0, of: (workspace) => definitions.get(workspace) ?? nothing }
}

function definitionsOf(
  segmentRows: readonly SegmentRow[],
  streamRows: readonly StreamRow[],
): WorkspaceDefinitions {
  const streams = streamRows.map((row) => ({ key: row.definition, stream: streamFrom(row) }))
  const byEvent = Map.groupBy(
    streams.map(({ stream }) => stream),
    (stream) => stream.event,
  )
  const byKey = new Map(streams.map(({ key, stream }) => [key, stream.id]))
  const byId = new Map(streams.map(({ stream }) => [stream.id, stream]))
  return {
    segments: segmentRows.map(liveSegment),
    streamsOf: (event) => byEvent.get(event) ?? [],
    streamOf: (key) => byKey.get(key),
    keepOf: (id) => byId.get(id),
  }
}

function liveSegment(row: SegmentRow): LiveSegment {
  const needs = tree.needs(row.rule)
  return {
    id: row.id,
    publicId: row.public_id,
    workspace: row.workspace,
    name: { fr: row.name_fr, en: row.name_en },
    version: row.version,
    rule: row.rule,
    quiet: row.state !== 'live',
    traits: new Set(needs.traits),
    events: new Set(needs.streams.map((stream) => stream.event)),
  }
}

type StreamDefinition = { event: string; where: [string, Operator, Operand | null][] }

function streamFrom(row: StreamRow): Stream {
  const { event, where } = JSON.parse(row.definition) as StreamDefinition
  return {
    id: row.id,
    event,
    newest: row.keep_newest,
    ms: row.keep_ms,
    matches: (read: PropertyReader) =>
      where.every(([property, op, value]) => {
        const comparison = value === null ? { op } : { op, value }
        // Filters of properties do not look at the clock; see `parseRule`.
        return compare(read(property), comparison, 0).holds
      }),
  }
}
