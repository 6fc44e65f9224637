import type { Sql } from '../platform/postgres.ts'
import { type Purpose, standings } from '../privacy/index.ts'
import type { Arriving, PropertyReader, Stream, StreamKeep } from '../profile/index.ts'
import { type Calendar, calendarOf } from './calendar.ts'
import { type ComputedValue, computedReader, type Person } from './computed/readAll.ts'
import type { ComputedTraits } from './computed/resolve.ts'
import { computedByWorkspace } from './computedDefinitions.ts'
import { ConcernIndex, type Indexed, type Question } from './concern.ts'
import { type Broken, reasonOf } from './faults.ts'
import { preparer, tree } from './kinds/index.ts'
import { type Evaluate, nobodyAt, type Scope } from './kinds/kind.ts'
import { NO_STAFF } from './kinds/staff.ts'
import type { Parties } from './party.ts'
import { COMPOSED, type Directory, resolveRule } from './references.ts'
import type { Rule, SegmentState, StaffDefinition } from './rule.ts'
import { partiesByWorkspace } from './sourceParties.ts'
import type { Stay } from './stays.ts'
import { StreamIndex, streamFrom } from './streams.ts'

/** A segment as the flow evaluates it. */
export type LiveSegment = Indexed & {
  publicId: string
  workspace: number
  name: { fr: string; en: string }
  version: number
  evaluate: Evaluate
  /** It is being filled, and those who enter or leave by that cause no effects. */
  quiet: boolean
  stays: readonly Stay[]
  /** Of a class: the segmentation that it belongs to. */
  segmentation: { id: string; name: { fr: string; en: string } } | null
}

/** What the flow folds and evaluates in one workspace. */
export type WorkspaceDefinitions = {
  /** The segments whose answer about a profile may be another one now. */
  concernedBy(question: Question): Iterable<LiveSegment>
  /** The streams that an event of this name, source and these properties enters. */
  entered(event: Arriving, read: PropertyReader): readonly Stream[]
  keepOf(stream: number): StreamKeep | undefined
  /** True when a rule asks for identifiers or consents, which documents do not hold. */
  asksAround: boolean
  /** What rules are prepared with, to ask one apart from the others. */
  scope: Scope
  computed: ComputedTraits
  /** What the computed traits say of a person. */
  readComputed(person: Person): ComputedValue[]
  /** The same, with these segments and whoever they may concern. */
  only(segments: readonly number[]): WorkspaceDefinitions
  /** The segmentation of a class that is evaluated, by its number. */
  groupOf(segment: number): number | null
}

export type Definitions = {
  version: number
  /** Segments whose rules cannot be prepared; nobody is asked them. */
  broken: readonly Broken[]
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
  fires: boolean
  stays: Stay[]
  group: number | null
  group_id: string | null
  group_fr: string | null
  group_en: string | null
  evaluated: boolean
  includes_staff: boolean
}

type StreamRow = {
  id: number
  workspace: number
  definition: string
  keep_newest: number
  keep_ms: number | null
}

type Settings = {
  id: number
  time_zone: string
  person_zones: string[]
  staff: StaffDefinition
  /** On which people are reached. */
  basis: Purpose['basis']
}

const calendarIn = (settings: Settings | undefined): Calendar =>
  calendarOf(settings?.time_zone ?? 'UTC', settings?.person_zones)

const nothing: WorkspaceDefinitions = {
  concernedBy: () => [],
  entered: () => [],
  keepOf: () => undefined,
  asksAround: false,
  scope: { streamOf: () => undefined, calendar: calendarOf('UTC') },
  computed: new Map(),
  readComputed: () => [],
  only: () => nothing,
  groupOf: () => null,
}

/** The definitions in force, read again only when their version has changed. */
export async function refreshDefinitions(sql: Sql, held: Definitions | null): Promise<Definitions> {
  const [row] = await sql.query<{ version: number }>('SELECT version FROM definition_version')
  if (held && held.version === row?.version) return held
  const segments = await sql.query<SegmentRow>(
    `SELECT s.id, s.public_id, s.workspace, s.name_fr, s.name_en, s.version, s.rule,
       s.state, s.fires, s.stays, s.evaluated, s.includes_staff, s.segmentation AS group,
       g.public_id AS group_id, g.name_fr AS group_fr, g.name_en AS group_en
     FROM segment s LEFT JOIN segmentation g ON g.id = s.segmentation
     WHERE s.state <> 'archived'`,
  )
  const streams = await sql.query<StreamRow>(
    'SELECT id, workspace, definition, keep_newest, keep_ms FROM stream',
  )
  const settings = await sql.query<Settings>(
    `SELECT w.id, time_zone, person_zones, staff, coalesce(p.basis, 'consent') AS basis
     FROM workspace AS w LEFT JOIN purpose AS p ON p.workspace = w.id AND p.key = $1`,
    [standings.REACHING],
  )
  const computed = await computedByWorkspace(sql, null)
  const parties = await partiesByWorkspace(sql, null)
  const settingsOf = new Map(settings.map((one) => [one.id, one]))
  const rows = [...segments, ...streams].map((one) => one.workspace)
  const workspaces = new Set([...rows, ...computed.keys()])
  const broken: Broken[] = []
  const definitions = new Map(
    [...workspaces].map((workspace) => [
      workspace,
      definitionsOf({
        segmentRows: segments.filter((one) => one.workspace === workspace),
        streamRows: streams.filter((one) => one.workspace === workspace),
        calendar: calendarIn(settingsOf.get(workspace)),
        staff: settingsOf.get(workspace)?.staff ?? NO_STAFF,
        marketing: settingsOf.get(workspace)?.basis ?? 'consent',
        computed: computed.get(workspace) ?? new Map(),
        parties: parties.get(workspace) ?? new Map(),
        broken,
      }),
    ]),
  )
  const of = (workspace: number) => definitions.get(workspace) ?? nothing
  return { version: row?.version ?? 0, broken, of }
}

function definitionsOf(read: {
  segmentRows: readonly SegmentRow[]
  streamRows: readonly StreamRow[]
  calendar: Calendar
  staff: StaffDefinition
  marketing: Purpose['basis']
  computed: ComputedTraits
  parties: Parties
  /** Told of each segment that cannot be prepared. */
  broken: Broken[]
}): WorkspaceDefinitions {
  const { segmentRows, streamRows, calendar, computed, broken, ...settings } = read
  const streams = streamRows.map((row) => streamFrom(row, calendar))
  const byKey = new Map(streamRows.map((row) => [row.definition, row.id]))
  const byId = new Map(streams.map((stream) => [stream.id, stream]))
  const streamOf = (key: string) => byKey.get(key)
  const scope = { streamOf, calendar }
  const prepare = preparer(scope)
  const { staff, marketing, parties } = settings
  const said = { traits: computed, staff, marketing, parties }
  const directory = { ...directoryOf(segmentRows), ...said }
  const segments = segmentRows.filter(isEvaluated).flatMap((row) => {
    try {
      const rule = resolveRule(asked(row), directory, { self: row.public_id, bounds: COMPOSED })
      return [liveSegment({ ...row, rule }, { prepare, streamOf })]
    } catch (fault) {
      broken.push({ segment: row.id, reason: reasonOf(fault) })
      return []
    }
  })
  const concerns = new ConcernIndex(segments)
  const groups = new Map(segments.map(({ id, group }) => [id, group]))
  const index = new StreamIndex(streams)
  const definitions: WorkspaceDefinitions = {
    concernedBy: (question) => concerns.concernedBy(question),
    entered: (event, read) => index.entered(event, read),
    keepOf: (id) => byId.get(id),
    asksAround: segments.some((segment) => segment.around),
    scope,
    computed,
    readComputed: computedReader(computed, scope),
    only: (ids) => {
      const wanted = segments.filter((segment) => ids.includes(segment.id))
      return { ...definitions, concernedBy: () => wanted }
    },
    groupOf: (id) => groups.get(id) ?? null,
  }
  return definitions
}

const asked = ({ rule, includes_staff: includesStaff }: SegmentRow) => ({ rule, includesStaff })

const isEvaluated = ({ state, evaluated }: SegmentRow): boolean =>
  evaluated && (state === 'live' || state === 'backfilling')

function directoryOf(rows: readonly SegmentRow[]): Pick<Directory, 'segments' | 'lists'> {
  const segments = rows.map((row) => {
    const { public_id, name_fr: fr, name_en: en, state } = row
    return [public_id, { name: { fr, en }, ...asked(row), state, isComposed: true }] as const
  })
  // What is stored was looked at when it was published: its lists are not looked up again.
  return { segments: new Map(segments), lists: new Set() }
}

function liveSegment(
  row: SegmentRow,
  tools: { prepare(rule: Rule): Evaluate; streamOf(key: string): number | undefined },
): LiveSegment {
  const needs = tree.needs(row.rule)
  const evaluate = tools.prepare(row.rule)
  return {
    id: row.id,
    publicId: row.public_id,
    workspace: row.workspace,
    name: { fr: row.name_fr, en: row.name_en },
    version: row.version,
    evaluate,
    quiet: row.state !== 'live' && !row.fires,
    group: row.group,
    segmentation: segmentationOf(row),
    stays: row.stays,
    traits: needs.traits,
    around: needs.around === true,
    objects: needs.objects ?? [],
    streams: needs.streams.flatMap(({ key }) => tools.streamOf(key) ?? []),
    ofNobody: evaluate(nobodyAt(0)),
  }
}

function segmentationOf({ group_id: id, group_fr: fr, group_en: en }: SegmentRow) {
  return id === null ? null : { id, name: { fr: fr ?? '', en: en ?? '' } }
}
