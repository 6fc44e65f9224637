import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { DAY_MS } from '../platform/durations.ts'
import type { Names } from './answer.ts'
import { askedRule } from './directory.ts'
import { tree } from './kinds/index.ts'
import { namesOf } from './names.ts'
import { parseRule } from './parse.ts'
import { historyAway } from './problems.ts'
import { IdParams } from './responses.ts'
import type { Rule } from './rule.ts'
import {
  type AskedClasses,
  countClasses,
  diffClasses,
  movesBetween,
} from './segmentationQuestions.ts'
import { findSegmentation } from './segmentations.ts'
import { segmentationVersions } from './segmentationVersions.ts'
import {
  MovesView,
  RulesInput,
  SegmentationDiff,
  SegmentationPreview,
  SegmentationVersionView,
} from './segmentationViews.ts'
import { TREND_DAYS } from './views.ts'
import { whileWaitedFor } from './waiting.ts'
import { readCalendar } from './workspaceCalendar.ts'

const config = { permission: 'segments:read' }
const OTHERWISE = { fr: 'tous les autres', en: 'everybody else' }

/** What is asked of segmentations: counts beforehand, changes of classes, moves, versions. */
export function segmentationAnswers(app: Api, deps: Deps): void {
  previewRoute(app, deps)
  diffRoute(app, deps)
  movesRoute(app, deps)
  versionsRoute(app, deps)
}

/** The rules of a request: as written, and as they are asked. */
async function rulesIn(
  deps: Deps,
  workspace: number,
  { classes, includesStaff }: { classes: readonly { rule: unknown }[]; includesStaff: boolean },
): Promise<{ written: Rule[]; asked: AskedClasses }> {
  const written = classes.map(({ rule }, index) => parseRule(rule, `/classes/${index}/rule`))
  const rules: Rule[] = []
  let leftOut: Rule | null = null
  for (const rule of written) {
    const asked = await askedRule(deps.postgres, workspace, { rule, includesStaff })
    rules.push(asked.rule)
    leftOut = asked.leftOut
  }
  return { written, asked: { rules, leftOut } }
}

async function ask<T>(
  deps: Deps,
  request: FastifyRequest,
  question: (asked: Parameters<typeof countClasses>[2]) => Promise<T>,
): Promise<T> {
  const { workspace } = request.actor
  const calendar = await readCalendar(deps.postgres, workspace)
  const now = deps.clock.now()
  return whileWaitedFor(request, (signal) => question({ workspace, now, calendar, signal }))
}

function previewRoute(app: Api, deps: Deps): void {
  app.post(
    '/api/v1/segmentations/preview',
    {
      config,
      schema: {
        summary: 'How many people each class would have: together they are all people',
        body: RulesInput,
        response: { 200: SegmentationPreview },
      },
    },
    async (request) => {
      const { workspace } = request.actor
      const { classes: sent, includesStaff = false } = request.body
      const rules = await rulesIn(deps, workspace, { classes: sent, includesStaff })
      const { classes: counts, leftOut } = await ask(deps, request, (asked) =>
        countClasses(deps.clickhouse, rules.asked, asked),
      )
      const base = counts.reduce((sum, n) => sum + n, 0)
      const names = await namesOf(deps, workspace)
      const classes = counts.map((count, index) => {
        const rule = rules.written[index]
        const percent = base === 0 ? 0 : (count / base) * 100
        return { count, percent, sentence: rule ? tree.describe(rule, names) : OTHERWISE }
      })
      return { base, leftOut, classes }
    },
  )
}

function diffRoute(app: Api, deps: Deps): void {
  app.post(
    '/api/v1/segmentations/:id/diff',
    {
      config,
      schema: {
        summary: 'Who of each class would be in which one, had the segmentation these classes',
        params: IdParams,
        body: RulesInput,
        response: { 200: SegmentationDiff },
      },
    },
    async (request) => {
      const { workspace } = request.actor
      const found = await findSegmentation(deps.postgres, workspace, request.params.id)
      const { classes } = found
      const { includesStaff = found.includes_staff } = request.body
      const sent = { classes: request.body.classes, includesStaff }
      const { asked: wanted } = await rulesIn(deps, workspace, sent)
      const held = classes.map((row) => row.id)
      const moves = await ask(deps, request, (asked) =>
        diffClasses(deps.clickhouse, { held, classes: wanted }, asked),
      )
      return {
        moves: moves.map((move) => {
          const from = move.from === null ? null : (classes[move.from]?.public_id ?? null)
          return { ...move, from }
        }),
      }
    },
  )
}

function movesRoute(app: Api, deps: Deps): void {
  app.get(
    '/api/v1/segmentations/:id/moves',
    {
      config,
      schema: {
        summary: 'How many moved from which class to which one in the last days',
        params: IdParams,
        querystring: Type.Object({
          days: Type.Optional(Type.Integer({ minimum: 1, maximum: 365 })),
        }),
        response: { 200: MovesView },
      },
    },
    async ({ actor: { workspace }, params, query }) => {
      const { classes } = await findSegmentation(deps.postgres, workspace, params.id)
      const from = deps.clock.now() - (query.days ?? TREND_DAYS) * DAY_MS
      const asked = { workspace, classes: classes.map((row) => row.id), from }
      const moves = await movesBetween(deps.clickhouse, asked).catch((cause: unknown) => {
        throw historyAway(cause)
      })
      const ids = new Map(classes.map((row) => [row.id, row.public_id]))
      const data = moves.flatMap((move) => {
        const to = ids.get(move.to)
        // From a class that is no more it is as if from none.
        const left = move.from === null ? null : (ids.get(move.from) ?? null)
        return to === undefined ? [] : [{ from: left, to, count: move.count }]
      })
      return { data, next: null }
    },
  )
}

function versionsRoute(app: Api, deps: Deps): void {
  app.get(
    '/api/v1/segmentations/:id/versions',
    {
      config,
      schema: {
        summary: 'Versions of the classes and their order, newest first',
        params: IdParams,
        response: {
          200: Type.Object({ data: Type.Array(SegmentationVersionView), next: Type.Null() }),
        },
      },
    },
    async ({ actor: { workspace }, params }) => {
      const { id } = await findSegmentation(deps.postgres, workspace, params.id)
      const names = await namesOf(deps, workspace)
      const versions = await segmentationVersions(deps.postgres, id)
      const data = versions.map(({ at, ...version }) => ({
        ...version,
        at: at.toISOString(),
        classes: describedClasses(version.classes, names),
      }))
      return { data, next: null }
    },
  )
}

function describedClasses<Class extends { rule: Rule }>(classes: readonly Class[], names: Names) {
  return classes.map((one, index) => {
    const isLast = index === classes.length - 1
    return { ...one, sentence: isLast ? OTHERWISE : tree.describe(one.rule, names) }
  })
}
