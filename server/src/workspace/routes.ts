import type { Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import type { KnownKeys } from './knownKeys.ts'
import { peopleRoutes } from './routes/people.ts'
import { sessionRoutes } from './routes/session.ts'
import { settingsRoutes } from './routes/settings.ts'
import { sourceRoutes } from './routes/sources.ts'
import type { ChangeSettings } from './settings.ts'
import type { SourceDirectory } from './sourceDirectory.ts'

export type WorkspaceParts = {
  /** A write key that is changed counts at once here, and within two seconds elsewhere. */
  sources: SourceDirectory
  /** A key that is revoked opens nothing here at once, and elsewhere within five seconds. */
  keys: KnownKeys
  changeSettings: ChangeSettings
}

/** The routes of this room. */
export function workspaceRoutes(app: Api, deps: Deps, parts: WorkspaceParts): void {
  const { sources, keys, changeSettings } = parts
  sessionRoutes(app, deps)
  peopleRoutes(app, deps, keys)
  sourceRoutes(app, { ...deps, changeSettings }, sources)
  settingsRoutes(app, { ...deps, changeSettings })
}
