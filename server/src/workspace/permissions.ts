import type { Actor } from '../platform/api.ts'

export type { Actor }

export type Role = 'admin' | 'reader'

/** Every permission of the program; a role or a scope that is not here opens nothing. */
export const PERMISSIONS = [
  'audit:read',
  'consents:read',
  'consents:write',
  'deliveries:read',
  'deliveries:write',
  'destinations:read',
  'destinations:write',
  'events:read',
  'events:write',
  'identity:read',
  'identity:write',
  'insights:read',
  'keys:read',
  'keys:write',
  'labels:read',
  'labels:write',
  'profiles:read',
  'profiles:reveal',
  'segments:read',
  'segments:write',
  'sources:read',
  'sources:write',
  'traits:read',
  'traits:sql',
  'traits:write',
  'users:read',
  'users:write',
  'workspace:read',
  'workspace:write',
] as const

/** What everybody who signed in may do with their own session; no API key has one. */
const OWN_SESSION = 'session:write'

/**
 * Whether the actor has the permission. `profiles:reveal` is also the answer to "does this actor
 * see personal data unmasked".
 */
export function may(actor: Actor, permission: string): boolean {
  if (permission === OWN_SESSION) return actor.kind === 'user'
  switch (actor.role) {
    case 'admin':
      return true
    case 'reader':
      return permission.endsWith(':read')
    case 'key':
      return actor.scopes.some((scope) => scopeCovers(scope, permission))
  }
}

/** The permissions that the actor has, for screens that leave out what is not allowed. */
export function permissionsOf(actor: Actor): string[] {
  return [OWN_SESSION, ...PERMISSIONS].filter((permission) => may(actor, permission))
}

/** A scope is a permission, `*:read` for all reading, or `*` for everything. */
export function isScope(scope: string): boolean {
  return scope === '*' || scope === '*:read' || PERMISSIONS.some((known) => known === scope)
}

/** Nobody hands out more than they have: the scopes that the actor lacks. */
export function scopesBeyond(actor: Actor, scopes: readonly string[]): string[] {
  return scopes.filter((scope) => {
    if (actor.role === 'admin') return false
    if (scope === '*') return !actor.scopes.includes('*')
    if (scope === '*:read') return !actor.scopes.some((own) => own === '*' || own === '*:read')
    return !may(actor, scope)
  })
}

function scopeCovers(scope: string, permission: string): boolean {
  if (scope === '*') return true
  if (scope === '*:read') return permission.endsWith(':read')
  return scope === permission
}
