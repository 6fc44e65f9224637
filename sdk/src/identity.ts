// Who the browser says it is, kept in a first-party cookie and in localStorage once allowed.
import { mergePurposes } from './consent.ts'
import type { Purposes } from './context.ts'
import type { Env } from './env.ts'

/** Everything that the tag stores has this name or begins with it and a dot. */
export const STATE_NAME = 'clientele'
const COOKIE_NAME = 'clientele_id'

export type Identity = {
  anonymousId: string
  userId?: string | undefined
  groupId?: string | undefined
  consent: Purposes
  staff?: boolean | undefined
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The stored identity, or undefined when nothing (or nothing readable) is stored. */
export function loadIdentity(env: Env): Identity | undefined {
  let stored: unknown
  try {
    stored = JSON.parse(env.store.get(STATE_NAME) ?? 'null')
  } catch {
    // Other scripts of the page can write there: what cannot be read was never ours.
    return undefined
  }
  if (typeof stored !== 'object' || stored === null) return undefined
  const raw = stored as { [name: string]: unknown }
  const anonymousId = env.cookie.get(COOKIE_NAME) || textOf(raw.anonymousId)
  if (!anonymousId) return undefined
  return {
    anonymousId,
    userId: textOf(raw.userId),
    groupId: textOf(raw.groupId),
    consent: mergePurposes({}, raw.consent),
    staff: raw.staff === true || undefined,
  }
}

/** The id that another page of the same site left in the cookie. Read only once allowed. */
export function knownAnonymousId(env: Env): string | undefined {
  return env.cookie.get(COOKIE_NAME) || undefined
}

/** Writes the identity to both places: browsers delete the one or the other first. */
export function saveIdentity(env: Env, identity: Identity): void {
  env.store.set(STATE_NAME, JSON.stringify(identity))
  env.cookie.set(COOKIE_NAME, identity.anonymousId)
}

/** Removes everything that the tag ever stored on this site. */
export function forgetAll(env: Env): void {
  env.cookie.remove(COOKIE_NAME)
  for (const name of env.store.names()) {
    if (name === STATE_NAME || name.startsWith(`${STATE_NAME}.`)) env.store.remove(name)
  }
}
