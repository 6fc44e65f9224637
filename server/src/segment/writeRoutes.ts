import { Type } from 'typebox'
import type { Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { DAY_MS } from '../platform/durations.ts'
import { badRequest } from '../platform/errors.ts'
import { draftJson } from './drafts.ts'
import { parseRule } from './parse.ts'
import { windowMs } from './period.ts'
import { ownerOf, type Place } from './place.ts'
import { IdParams, NameInput, SegmentInput, SegmentPatch, SegmentView } from './responses.ts'
import {
  changeSegment,
  cloneSegment,
  createSegment,
  type SegmentChange,
  unarchiveSegment,
} from './segments.ts'
import type { Stay } from './stays.ts'
import { viewOf } from './views.ts'

const config = { permission: 'segments:write' }

/** A name that is the same in both languages may be given once. */
export const bothLanguages = (name: string | { fr: string; en: string }) =>
  typeof name === 'string' ? { fr: name, en: name } : name

/** What of a request says where a segment stands. */
const placeIn = ({ folder, tags, owner }: Place): Place => ({
  ...(folder === undefined ? {} : { folder }),
  ...(tags === undefined ? {} : { tags }),
  ...(owner === undefined ? {} : { owner }),
})

/** A stay that repeats every minute would fire for every member every minute. */
function staysIn(stays: readonly Stay[]): readonly Stay[] {
  if (stays.every(({ after, repeat }) => !repeat || windowMs(after) >= DAY_MS)) return stays
  throw badRequest('invalid_stay', 'A stay that repeats lasts at least a day. Make it longer.')
}

/** Changes of segments: make, change, clone, archive, and bring back. */
export function writeRoutes(app: Api, deps: Deps): void {
  createRoutes(app, deps)
  changeRoute(app, deps)
  archiveRoutes(app, deps)
}

function createRoutes(app: Api, deps: Deps): void {
  app.post(
    '/api/v1/segments',
    {
      config,
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
        place: { owner: ownerOf(actor), ...placeIn(body) },
        stays: staysIn(body.stays ?? []),
        includesStaff: body.includesStaff ?? false,
        fires: body.effects === 'fire',
        ...(body.state === 'draft'
          ? { draft: draftJson(body.rule) }
          : { rule: parseRule(body.rule) }),
      })
      reply.code(201)
      return viewOf(deps, actor.workspace, row)
    },
  )
  app.post(
    '/api/v1/segments/:id/clone',
    {
      config,
      schema: {
        summary: 'A draft with the rule of this segment',
        params: IdParams,
        body: Type.Object({ name: Type.Optional(NameInput) }, { additionalProperties: false }),
        response: { 201: SegmentView },
      },
    },
    async ({ actor, body, params }, reply) => {
      const name = body.name === undefined ? {} : { name: bothLanguages(body.name) }
      const row = await cloneSegment(deps, actor, { publicId: params.id, ...name })
      reply.code(201)
      return viewOf(deps, actor.workspace, row)
    },
  )
}

function changeRoute(app: Api, deps: Deps): void {
  app.patch(
    '/api/v1/segments/:id',
    {
      config,
      schema: {
        summary: 'Change a segment; a new rule makes a new version',
        params: IdParams,
        body: SegmentPatch,
        response: { 200: SegmentView },
      },
    },
    async ({ actor, body, params }) => {
      const { draft } = body
      const change: SegmentChange = {
        ...(body.name === undefined ? {} : { name: bothLanguages(body.name) }),
        ...(body.description === undefined ? {} : { description: body.description }),
        ...(body.rule === undefined ? {} : { rule: parseRule(body.rule) }),
        ...(draft === undefined ? {} : { draft: draft === null ? null : draftJson(draft) }),
        ...(body.state === undefined ? {} : { state: body.state }),
        ...(body.stays === undefined ? {} : { stays: staysIn(body.stays) }),
        ...(body.includesStaff === undefined ? {} : { includesStaff: body.includesStaff }),
        place: placeIn(body),
        fires: body.effects === 'fire',
      }
      const row = await changeSegment(deps, actor, { publicId: params.id, change })
      return viewOf(deps, actor.workspace, row)
    },
  )
}

function archiveRoutes(app: Api, deps: Deps): void {
  app.delete(
    '/api/v1/segments/:id',
    {
      config,
      schema: {
        summary: 'Archive a segment; 409 with its consumers while it has some',
        params: IdParams,
        querystring: Type.Object({
          evenIfUsed: Type.Optional(
            Type.Boolean({ description: 'Although destinations are triggered by it' }),
          ),
        }),
        response: { 204: Type.Null() },
      },
    },
    async ({ actor, params, query }, reply) => {
      const change: SegmentChange = { state: 'archived', evenIfUsed: query.evenIfUsed ?? false }
      await changeSegment(deps, actor, { publicId: params.id, change })
      reply.code(204)
      return null
    },
  )
  app.post(
    '/api/v1/segments/:id/unarchive',
    {
      config,
      schema: {
        summary: 'Bring an archived segment back as what it was; its members are filled again',
        params: IdParams,
        response: { 200: SegmentView },
      },
    },
    async ({ actor, params }) =>
      viewOf(deps, actor.workspace, await unarchiveSegment(deps, actor, params.id)),
  )
}
