import type { Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { peopleRoutes } from './routes/people.ts'
import { sessionRoutes } from './routes/session.ts'
import { settingsRoutes } from './routes/settings.ts'
import { sourceRoutes } from './routes/sources.ts'
import type { SourceDirectory } from './sourceDirectory.ts'

/**
 * The routes of this room. With `sources` given, a changed key counts at once in this process;
 * other processes see it within two seconds.
 */
export function workspaceRoutes(app: Api, deps: Deps, sources?: SourceDirectory): void {
  sessionRoutes(app, deps)
  peopleRoutes(app, deps)
  sourceRoutes(app, deps, sources)
  settingsRoutes(app, deps)
}
