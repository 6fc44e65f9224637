import { type Static, Type } from 'typebox'
import type { Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { badRequest } from '../platform/errors.ts'
import { parseRule } from './parse.ts'
import { Effects, IdParams } from './responses.ts'
import {
  archiveSegmentation,
  changeSegmentation,
  createSegmentation,
  findSegmentation,
  readSegmentations,
  type Segmentation,
  type SegmentationChange,
  type WrittenClasses,
} from './segmentations.ts'
import { writtenVersion } from './segmentationVersions.ts'
import {
  SegmentationInput,
  SegmentationPatch,
  SegmentationView,
  segmentationViews,
} from './segmentationViews.ts'
import { bothLanguages } from './writeRoutes.ts'

const reads = { permission: 'segments:read' }
const writes = { permission: 'segments:write' }

/** Segmentations: list, create, change, archive. */
export function segmentationRoutes(app: Api, deps: Deps): void {
  readRoutes(app, deps)
  createRoute(app, deps)
  changeRoutes(app, deps)
  archiveRoutes(app, deps)
}

async function viewOf(deps: Deps, workspace: number, segmentation: Segmentation) {
  const [view] = await segmentationViews(deps, workspace, [segmentation])
  if (!view) throw new Error('A segmentation that was read has no view.')
  return view
}

function readRoutes(app: Api, deps: Deps): void {
  app.get(
    '/api/v1/segmentations',
    {
      config: reads,
      schema: {
        summary: 'Segmentations with their classes, the last changed first',
        querystring: Type.Object({ archived: Type.Optional(Type.Boolean()) }),
        response: { 200: Type.Object({ data: Type.Array(SegmentationView), next: Type.Null() }) },
      },
    },
    async ({ actor, query }) => {
      const all = await readSegmentations(deps.postgres, actor.workspace, null)
      const shown = all.filter((one) => (one.archived_at !== null) === (query.archived ?? false))
      return { data: await segmentationViews(deps, actor.workspace, shown), next: null }
    },
  )
  app.get(
    '/api/v1/segmentations/:id',
    {
      config: reads,
      schema: {
        summary: 'One segmentation',
        params: IdParams,
        response: { 200: SegmentationView },
      },
    },
    async ({ actor: { workspace }, params }) =>
      viewOf(deps, workspace, await findSegmentation(deps.postgres, workspace, params.id)),
  )
}

type Written = Pick<Static<typeof SegmentationInput>, 'classes' | 'otherwise'>

/** Reads the classes of a request. @throws a 400 with the place of the first fault. */
function writtenIn({ classes, otherwise }: Written): WrittenClasses {
  return {
    classes: classes.map(({ id, name, rule }, index) => ({
      ...(id === undefined ? {} : { id }),
      name: bothLanguages(name),
      rule: parseRule(rule, `/classes/${index}/rule`),
    })),
    otherwise: {
      ...(otherwise.id === undefined ? {} : { id: otherwise.id }),
      name: bothLanguages(otherwise.name),
    },
  }
}

function createRoute(app: Api, deps: Deps): void {
  app.post(
    '/api/v1/segmentations',
    {
      config: writes,
      schema: {
        summary: 'Make a segmentation; its classes are filled in the background, together',
        body: SegmentationInput,
        response: { 201: SegmentationView },
      },
    },
    async ({ actor, body }, reply) => {
      const made = await createSegmentation(deps, actor, {
        name: bothLanguages(body.name),
        description: body.description ?? '',
        written: writtenIn(body),
        includesStaff: body.includesStaff ?? false,
        fires: body.effects === 'fire',
      })
      reply.code(201)
      return viewOf(deps, actor.workspace, made)
    },
  )
}

function changeRoutes(app: Api, deps: Deps): void {
  app.patch(
    '/api/v1/segmentations/:id',
    {
      config: writes,
      schema: {
        summary: 'Change a segmentation; new classes, or another order, make one new version',
        params: IdParams,
        body: SegmentationPatch,
        response: { 200: SegmentationView },
      },
    },
    async ({ actor, body, params }) => {
      const change: SegmentationChange = {
        ...(body.name === undefined ? {} : { name: bothLanguages(body.name) }),
        ...(body.description === undefined ? {} : { description: body.description }),
        ...(body.state === undefined ? {} : { state: body.state }),
        ...changedClasses(body),
        ...(body.includesStaff === undefined ? {} : { includesStaff: body.includesStaff }),
        fires: body.effects === 'fire',
      }
      const row = await changeSegmentation(deps, actor, { publicId: params.id, change })
      return viewOf(deps, actor.workspace, row)
    },
  )
  app.post(
    '/api/v1/segmentations/:id/restore',
    {
      config: writes,
      schema: {
        summary: 'Publish an earlier version again, as a new one',
        params: IdParams,
        body: Type.Object(
          { version: Type.Integer({ minimum: 1 }), effects: Type.Optional(Effects) },
          { additionalProperties: false },
        ),
        response: { 200: SegmentationView },
      },
    },
    async ({ actor, body, params }) => {
      const { id: segmentation } = await findSegmentation(deps.postgres, actor.workspace, params.id)
      const { version } = body
      const written = await writtenVersion(deps.postgres, { segmentation, version })
      const change = { written, fires: body.effects === 'fire' }
      const row = await changeSegmentation(deps, actor, { publicId: params.id, change })
      return viewOf(deps, actor.workspace, row)
    },
  )
}

function changedClasses({
  classes,
  otherwise,
}: Partial<Written>): Pick<SegmentationChange, 'written'> {
  if (classes === undefined && otherwise === undefined) return {}
  if (classes && otherwise) return { written: writtenIn({ classes, otherwise }) }
  throw badRequest('incomplete_classes', 'Give classes and otherwise together: they are one order.')
}

function archiveRoutes(app: Api, deps: Deps): void {
  app.delete(
    '/api/v1/segmentations/:id',
    {
      config: writes,
      schema: {
        summary: 'Archive a segmentation with its classes; 409 while something uses them',
        params: IdParams,
        querystring: Type.Object({ evenIfUsed: Type.Optional(Type.Boolean()) }),
        response: { 204: Type.Null() },
      },
    },
    async ({ actor, params, query }, reply) => {
      const evenIfUsed = query.evenIfUsed ?? false
      await archiveSegmentation(deps, actor, { publicId: params.id, evenIfUsed })
      reply.code(204)
      return null
    },
  )
  app.post(
    '/api/v1/segmentations/:id/unarchive',
    {
      config: writes,
      schema: {
        summary: 'Bring an archived segmentation back; its classes are filled again',
        params: IdParams,
        response: { 200: SegmentationView },
      },
    },
    async ({ actor, params }) => {
      const change = { state: 'live' } as const
      const row = await changeSegmentation(deps, actor, { publicId: params.id, change })
      return viewOf(deps, actor.workspace, row)
    },
  )
}
