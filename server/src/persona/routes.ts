import { Type } from 'typebox'
import type { Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import {
  changePersona,
  createPersona,
  deletePersona,
  findPersona,
  listPersonas,
} from './personas.ts'
import { ById, PersonaInput, PersonaPatch, PersonaView } from './schema.ts'

const tags = ['personas']
const read = { permission: 'segments:read' }
const write = { permission: 'segments:write' }

/** Personas: list, one, make, change, delete. Who may read segments may read their personas. */
export function personaRoutes(app: Api, deps: Deps): void {
  app.get(
    '/api/v1/personas',
    {
      config: read,
      schema: {
        tags,
        summary: 'Personas with the segments that they show',
        response: { 200: Type.Object({ data: Type.Array(PersonaView), next: Type.Null() }) },
      },
    },
    async ({ actor }) => ({
      data: await listPersonas(deps.postgres, actor.workspace),
      next: null,
    }),
  )
  app.get(
    '/api/v1/personas/:id',
    {
      config: read,
      schema: { tags, summary: 'One persona', params: ById, response: { 200: PersonaView } },
    },
    ({ actor, params }) => findPersona(deps.postgres, actor.workspace, params.id),
  )
  writeRoutes(app, deps)
}

function writeRoutes(app: Api, deps: Deps): void {
  app.post(
    '/api/v1/personas',
    {
      config: write,
      schema: {
        tags,
        summary: 'Make a persona of a segment',
        body: PersonaInput,
        response: { 201: PersonaView },
      },
    },
    async ({ actor, body }, reply) => {
      reply.code(201)
      return createPersona(deps, actor, body)
    },
  )
  app.patch(
    '/api/v1/personas/:id',
    {
      config: write,
      schema: {
        tags,
        summary: 'Change a persona: its words, its portrait, the facts shown first',
        params: ById,
        body: PersonaPatch,
        response: { 200: PersonaView },
      },
    },
    ({ actor, params, body }) => changePersona(deps, actor, { id: params.id, change: body }),
  )
  app.delete(
    '/api/v1/personas/:id',
    {
      config: write,
      schema: {
        tags,
        summary: 'Take a persona away; its segment stays',
        params: ById,
        response: { 204: Type.Null() },
      },
    },
    async ({ actor, params }, reply) => {
      await deletePersona(deps, actor, params.id)
      reply.code(204)
      return null
    },
  )
}
