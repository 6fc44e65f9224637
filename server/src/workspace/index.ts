/**
 * Workspace: tenants, people and their roles, sessions, API keys, sources, labels, audit.
 *
 * Enters: requests that carry a key or a session; settings of the environment at start.
 * Leaves: an `Actor` for each request, the source of each write key, entries of the audit log.
 * Always holds:
 * - Of secrets that open something only hashes are kept (passwords: argon2id). Write keys are the
 *   exception: they are public and can only add events.
 * - A route without a permission does not exist; whoever lacks `profiles:reveal` sees masks.
 * - A change and its audit entry are one transaction, and no entry is ever changed or removed.
 * - Nobody gives away more than they have, and a workspace never loses its last admin.
 */
export { authenticate } from './access.ts'
export { issueApiKey } from './apiKeys.ts'
export { audit } from './audit.ts'
export { bootstrapWorkspace, readWorkspace } from './bootstrap.ts'
export { KnownKeys } from './knownKeys.ts'
export { listLabels } from './labels.ts'
export { isPersonalTrait, maskIdentifier, maskTrait } from './mask.ts'
export { type Actor, may } from './permissions.ts'
export { workspaceRoutes } from './routes.ts'
export type { ChangeSettings } from './settings.ts'
export { createSignInLink } from './signIn.ts'
export type { Source, SourceDirectory } from './sourceDirectory.ts'
export { openSourceDirectory } from './sourceDirectory.ts'
export { SOURCE_PARTIES, type SourceParty } from './sources.ts'
