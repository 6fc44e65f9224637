import { Type } from 'typebox'
import type { Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { readWorkspace } from '../workspace/index.ts'
import { lastDays, movesByDay, movesSince, sizesBackwards } from './history.ts'
import { tree } from './kinds/index.ts'
import { memberRoutes } from './memberRoutes.ts'
import { namesOf } from './names.ts'
import { parseRule } from './parse.ts'
import { previewRoutes } from './previewRoutes.ts'
import {
  DayCount,
  DaySize,
  IdParams,
  SegmentInput,
  SegmentPatch,
  SegmentView,
  VersionView,
} from './responses.ts'
import {
  changeSegment,
  createSegment,
  findSegment,
  listSegments,
  type SegmentChange,
  type SegmentRow,
  segmentVersions,
} from './segments.ts'

const TREND_DAYS = 30
const DAY_MS = 24 * 60 * 60 * 1000

/** Sizes and moves for the rows of a list; without history when ClickHouse is away. */
async function withHistory(deps: Deps, workspace: number, rows: readonly SegmentRow[]) {
  const now = deps.clock.now()
  const { timeZone } = await readWorkspace(deps, workspace)
  const days = lastDays(TREND_DAYS, now, timeZone)
  const question = { workspace, timeZone, from: now - TREND_DAYS * DAY_MS }
  const segments = rows.map((row) => row.id)
  const [moves, recent, names] = await Promise.all([
    movesByDay(deps.clickhouse, { ...question, segments }).catch(() => []),
    movesSince(deps.clickhouse, { workspace, from: now - DAY_MS }).catch(() => new Map()),
    namesOf(deps, workspace),
  ])
  return rows.map((row) => ({
    id: row.public_id,
    name: { fr: row.name_fr, en: row.name_en },
    description: row.description,
    rule: row.rule,
    size: row.size,
    trend: sizesBackwards(
      days,
      row.size,
      moves.filter((one) => one.segment === row.id),
    ),
    entered24h: recent.get(row.id)?.entered ?? 0,
    left24h: recent.get(row.id)?.left ?? 0,
    state: row.state,
    progress: row.progress,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    updatedBy: row.updated_by,
    sentence: tree.describe(row.rule, names),
  }))
}

async function viewOf(deps: Deps, workspace: number, row: SegmentRow) {
  const [view] = await withHistory(deps, workspace, [row])
  if (!view) throw new Error('A segment that was read has no view.')
  return view
}

const bothLanguages = (name: string | { fr: string; en: string }) =>
  typeof name === 'string' ? { fr: name, en: name } : name

/** Segments: list, create, change, preview, members, history. */
export function segmentRoutes(app: Api, deps: Deps): void {
  readRoutes(app, deps)
  writeRoutes(app, deps)
  previewRoutes(app, deps)
  memberRoutes(app, deps)
  historyRoutes(app, deps)
}

function readRoutes(app: Api, deps: Deps): void {
  app.get(
    '/api/v1/segments',
    {
      config: { permission: 'segments:read' },
      schema: {
        summary: 'Segments with their size and movement',
        response: {
          200: Type.Object({ data: Type.Array(SegmentView), next: Type.Null() }),
        },
      },
    },
    async ({ actor }) => {
      const rows = await listSegments(deps.postgres, actor.workspace)
      return { data: await withHistory(deps, actor.workspace, rows), next: null }
    },
  )
  app.get(
    '/api/v1/segments/:id',
    {
      config: { permission: 'segments:read' },
      schema: { summary: 'One segment', params: IdParams, response: { 200: SegmentView } },
    },
    async ({ actor, params }) =>
      viewOf(deps, actor.workspace, await findSegment(deps.postgres, actor.workspace, params.id)),
  )
}

function writeRoutes(app: Api, deps: Deps): void {
  app.post(
    '/api/v1/segments',
    {
      config: { permission: 'segments:write' },
      schema: {
        summary: 'Make a segment; its members are filled in the background',
        body: SegmentInput,
        response: { 201: SegmentView },
      },
    },
    async ({ actor, body }, reply) => {
      const row = await createSegment(deps, actor, {
        name: bothLanguages(body.name),
        description: body.description ?? '',
        rule: parseRule(body.rule),
      })
      reply.code(201)
      return viewOf(deps, actor.workspace, row)
    },
  )
  app.patch(
    '/api/v1/segments/:id',
    {
      config: { permission: 'segments:write' },
      schema: {
        summary: 'Change a segment; a new rule makes a new version',
        params: IdParams,
        body: SegmentPatch,
        response: { 200: SegmentView },
      },
    },
    async ({ actor, body, params }) => {
      const change: SegmentChange = {
        ...(body.name === undefined ? {} : { name: bothLanguages(body.name) }),
        ...(body.description === undefined ? {} : { description: body.description }),
        ...(body.rule === undefined ? {} : { rule: parseRule(body.rule) }),
        ...(body.state === undefined ? {} : { state: body.state }),
      }
      const row = await changeSegment(deps, actor, { publicId: params.id, change })
      return viewOf(deps, actor.workspace, row)
    },
  )
  app.delete(
    '/api/v1/segments/:id',
    {
      config: { permission: 'segments:write' },
      schema: { summary: 'Archive a segment', params: IdParams, response: { 204: Type.Null() } },
    },
    async ({ actor, params }, reply) => {
      const change: SegmentChange = { state: 'archived' }
      await changeSegment(deps, actor, { publicId: params.id, change })
      reply.code(204)
      return null
    },
  )
}

function historyRoutes(app: Api, deps: Deps): void {
  app.get(
    '/api/v1/segments/:id/history',
    {
      config: { permission: 'segments:read' },
      schema: {
        summary: 'Size, entries and exits by day',
        params: IdParams,
        querystring: Type.Object({
          days: Type.Optional(Type.Integer({ minimum: 1, maximum: 365 })),
        }),
        response: {
          200: Type.Object({
            size: Type.Array(DaySize),
            entered: Type.Array(DayCount),
            left: Type.Array(DayCount),
          }),
        },
      },
    },
    async ({ actor, params, query }) => {
      const segment = await findSegment(deps.postgres, actor.workspace, params.id)
      const { timeZone } = await readWorkspace(deps, actor.workspace)
      const now = deps.clock.now()
      const days = lastDays(query.days ?? TREND_DAYS, now, timeZone)
      const moves = await movesByDay(deps.clickhouse, {
        workspace: actor.workspace,
        segments: [segment.id],
        from: now - days.length * DAY_MS,
        timeZone,
      })
      const byDay = new Map(moves.map((one) => [one.day, one]))
      return {
        size: sizesBackwards(days, segment.size, moves),
        entered: days.map((day) => ({ day, n: byDay.get(day)?.entered ?? 0 })),
        left: days.map((day) => ({ day, n: byDay.get(day)?.left ?? 0 })),
      }
    },
  )
  app.get(
    '/api/v1/segments/:id/versions',
    {
      config: { permission: 'segments:read' },
      schema: {
        summary: 'Versions of the rule, newest first',
        params: IdParams,
        response: { 200: Type.Object({ data: Type.Array(VersionView), next: Type.Null() }) },
      },
    },
    async ({ actor, params }) => {
      const segment = await findSegment(deps.postgres, actor.workspace, params.id)
      const names = await namesOf(deps, actor.workspace)
      const rows = await segmentVersions(deps.postgres, segment.id)
      return {
        data: rows.map((row) => ({
          ...row,
          at: row.at.toISOString(),
          sentence: tree.describe(row.rule, names),
        })),
        next: null,
      }
    },
  )
}
