import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify'

/** Who asks: a signed-in user, or the holder of an API key. */
export type Actor = {
  workspace: number
  kind: 'user' | 'key'
  id: string
  name: string
  role: 'admin' | 'reader' | 'key'
  scopes: string[]
}

/** What a room registers its routes on: `export function xxxRoutes(app: Api, deps: Deps): void`. */
export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * Who may use the route, like `segments:write`, or `public` for everyone. Without one the
     * program does not start: a forgotten permission must not open a door.
     */
    permission?: string
  }
  interface FastifyRequest {
    /** Set on every route that is not public; reading it on a public one is a fault of ours. */
    readonly actor: Actor
    foundActor: Actor | null
  }
}

/** Paths that do not pass through fastify: the intake, which must be fast and take any body. */
export type RawHandler = {
  /** `url` as in the request: path and query. */
  handles(url: string): boolean
  handle(request: IncomingMessage, response: ServerResponse): void
}
