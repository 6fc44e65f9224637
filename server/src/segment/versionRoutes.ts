import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { badRequest } from '../platform/errors.ts'
import type { Names } from './answer.ts'
import { readConsumers } from './consumers.ts'
import { diffRule } from './diff.ts'
import { resolvedRule } from './directory.ts'
import { tree } from './kinds/index.ts'
import { shown } from './masking.ts'
import { namesOf } from './names.ts'
import { parseRule } from './parse.ts'
import type { AskedRule } from './references.ts'
import {
  ComparisonView,
  DiffView,
  Effects,
  IdParams,
  IncludesStaff,
  RuleBody,
  SegmentView,
  VersionView,
} from './responses.ts'
import type { Rule } from './rule.ts'
import { changeSegment, findSegment, type SegmentRow } from './segments.ts'
import { compareRules, findVersion, segmentVersions, type Version } from './versions.ts'
import { viewOf } from './views.ts'
import { whileWaitedFor } from './waiting.ts'
import { readCalendar } from './workspaceCalendar.ts'

const config = { permission: 'segments:read' }
const VersionNumber = Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1 })

/** What a change of the rule does, and the rules before it. */
export function versionRoutes(app: Api, deps: Deps): void {
  diffRoute(app, deps)
  compareRoutes(app, deps)
  restoreRoute(app, deps)
}

function diffRoute(app: Api, deps: Deps): void {
  app.post(
    '/api/v1/segments/:id/diff',
    {
      config,
      schema: {
        summary: 'Who would enter, leave and stay if a segment had this rule, or its version again',
        params: IdParams,
        body: Type.Object(
          {
            rule: Type.Optional(RuleBody),
            version: Type.Optional(VersionNumber),
            includesStaff: Type.Optional(IncludesStaff),
          },
          { additionalProperties: false },
        ),
        response: { 200: DiffView },
      },
    },
    async (request) => {
      const { workspace } = request.actor
      const segment = await findSegment(deps.postgres, workspace, request.params.id)
      const rule = await ruleAsked(deps, segment, request.body)
      const before = { segment: segment.id }
      const { includesStaff = segment.includes_staff } = request.body
      const asked = { before, rule, includesStaff }
      const { samples, ...counts } = await diffNow(deps, request, asked)
      const { destinations } = await readConsumers(deps.postgres, {
        ...{ workspace, segment: segment.public_id },
      })
      const show = (person: (typeof samples.enters)[number]) => shown(request.actor, person)
      return {
        ...counts,
        samples: { enters: samples.enters.map(show), leaves: samples.leaves.map(show) },
        destinations: destinations.map(({ on, ...destination }) => ({
          ...destination,
          entered: on.includes('entered') ? counts.enters : 0,
          left: on.includes('left') ? counts.leaves : 0,
        })),
        asOf: new Date(deps.clock.now()).toISOString(),
      }
    },
  )
}

async function ruleAsked(
  deps: Deps,
  segment: SegmentRow,
  { rule, version }: { rule?: unknown; version?: number },
): Promise<Rule> {
  if ((rule === undefined) === (version === undefined)) {
    throw badRequest('one_of_two', 'Ask with a rule or with the number of a version.')
  }
  if (version === undefined) return parseRule(rule)
  return (await findVersion(deps.postgres, { segment: segment.id, version })).rule
}

/** Asks history about the people of this moment. */
async function diffNow(
  deps: Deps,
  request: FastifyRequest,
  { before, rule, includesStaff }: AskedRule & { before: { segment: number } | { rule: Rule } },
) {
  const { workspace } = request.actor
  const resolve = (one: Rule) =>
    resolvedRule(deps.postgres, workspace, { rule: one, includesStaff })
  const calendar = await readCalendar(deps.postgres, workspace)
  const asked = {
    ...{ workspace, now: deps.clock.now(), calendar },
    before: 'rule' in before ? { rule: await resolve(before.rule) } : before,
  }
  const resolved = await resolve(rule)
  return whileWaitedFor(request, (signal) =>
    diffRule(deps.clickhouse, resolved, { ...asked, signal }),
  )
}

const versionView = (row: Version, names: Names) => {
  return { ...row, at: row.at.toISOString(), sentence: tree.describe(row.rule, names) }
}

function compareRoutes(app: Api, deps: Deps): void {
  app.get(
    '/api/v1/segments/:id/versions',
    {
      config,
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
      return { data: rows.map((row) => versionView(row, names)), next: null }
    },
  )
  app.get(
    '/api/v1/segments/:id/versions/compare',
    {
      config,
      schema: {
        summary: 'Two versions of the rule, line by line, and on the people of now',
        params: IdParams,
        querystring: Type.Object({ from: VersionNumber, to: VersionNumber }),
        response: { 200: ComparisonView },
      },
    },
    async (request) => {
      const { workspace } = request.actor
      const segment = await findSegment(deps.postgres, workspace, request.params.id)
      const find = (version: number) => findVersion(deps.postgres, { segment: segment.id, version })
      const [from, to] = [await find(request.query.from), await find(request.query.to)]
      const names = await namesOf(deps, workspace)
      const { isRegrouped, ...lines } = compareRules(from.rule, to.rule)
      const view = (line: { path: string; rule: Rule }) => {
        return { path: line.path, sentence: tree.describe(line.rule, names) }
      }
      const before = { rule: from.rule }
      const asked = { before, rule: to.rule, includesStaff: segment.includes_staff }
      const { samples: _, ...counts } = await diffNow(deps, request, asked)
      return {
        ...{ from: versionView(from, names), to: versionView(to, names), isRegrouped },
        ...{ removed: lines.removed.map(view), added: lines.added.map(view) },
        ...{ kept: lines.kept.map(view), ...counts },
      }
    },
  )
}

function restoreRoute(app: Api, deps: Deps): void {
  app.post(
    '/api/v1/segments/:id/restore',
    {
      config: { permission: 'segments:write' },
      schema: {
        summary: 'Publish an earlier version of the rule again, as a new version',
        params: IdParams,
        body: Type.Object(
          { version: VersionNumber, effects: Type.Optional(Effects) },
          { additionalProperties: false },
        ),
        response: { 200: SegmentView },
      },
    },
    async ({ actor, params, body }) => {
      const segment = await findSegment(deps.postgres, actor.workspace, params.id)
      const asked = { segment: segment.id, version: body.version }
      const { rule } = await findVersion(deps.postgres, asked)
      const change = { rule: parseRule(rule), fires: body.effects === 'fire' }
      const row = await changeSegment(deps, actor, { publicId: params.id, change })
      return viewOf(deps, actor.workspace, row)
    },
  )
}
